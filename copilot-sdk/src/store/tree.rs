//! The files of a session, as the CLI sees them.

use std::collections::BTreeMap;

use super::path::{below, clean, name_in, parent};
use super::record::{Change, StoredData};

/// Files and folders by path. Text appended to a file makes no copy of what it held before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileTree {
    nodes: BTreeMap<String, TreeNode>,
}

/// A file or a folder. Times are in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TreeNode {
    pub(crate) created: u64,
    pub(crate) changed: u64,
    pub(crate) content: NodeContent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NodeContent {
    File(Vec<StoredData>),
    Folder,
}

/// Why a change or a look is impossible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TreeError {
    NotFound(String),
    Impossible(String),
}

type TreeResult<T> = Result<T, TreeError>;

impl Default for FileTree {
    fn default() -> Self {
        let root = TreeNode { created: 0, changed: 0, content: NodeContent::Folder };
        Self { nodes: BTreeMap::from([("/".to_owned(), root)]) }
    }
}

impl FileTree {
    /// The file or folder at a path.
    pub(crate) fn look(&self, path: &str) -> TreeResult<&TreeNode> {
        let path = clean(path);
        self.nodes.get(&path).ok_or_else(|| not_found(&path))
    }

    /// The pieces of a file.
    pub(crate) fn read(&self, path: &str) -> TreeResult<Vec<StoredData>> {
        match &self.look(path)?.content {
            NodeContent::File(pieces) => Ok(pieces.clone()),
            NodeContent::Folder => Err(impossible(path, "is a directory")),
        }
    }

    /// What is in a folder: names, and whether each is a folder.
    pub(crate) fn entries(&self, path: &str) -> TreeResult<Vec<(String, bool)>> {
        if self.look(path)?.content != NodeContent::Folder {
            return Err(impossible(path, "is not a directory"));
        }
        let path = clean(path);
        let named = self.nodes.iter().filter_map(|(other, node)| {
            Some((name_in(&path, other)?.to_owned(), node.content == NodeContent::Folder))
        });
        Ok(named.collect())
    }

    /// Makes a change of files; other changes make none.
    pub(crate) fn apply(&mut self, change: Change, at: u64) -> TreeResult<()> {
        match change {
            Change::Append { path, data } => self.file(&path, at)?.append(data, at),
            Change::Write { path, data } => {
                let file = self.file(&path, at)?;
                file.content = NodeContent::File(Vec::new());
                file.append(data, at);
            }
            Change::Rename { from, to } => self.rename(&clean(&from), &clean(&to), at)?,
            Change::Remove { path, recursive, force } => {
                self.remove(&clean(&path), recursive, force)?;
            }
            Change::MakeDirectory { path, recursive } => {
                self.make_directory(&clean(&path), recursive, at)?;
            }
            Change::Began { .. } | Change::Ended { .. } => {}
        }
        Ok(())
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = (&String, &TreeNode)> {
        self.nodes.iter()
    }

    pub(crate) fn nodes_mut(&mut self) -> impl Iterator<Item = &mut TreeNode> {
        self.nodes.values_mut()
    }

    pub(crate) fn insert(&mut self, path: String, node: TreeNode) {
        self.nodes.insert(path, node);
    }

    /// The file at a path, made with the folders above it if it is missing.
    fn file(&mut self, path: &str, at: u64) -> TreeResult<&mut TreeNode> {
        let path = clean(path);
        self.make_parents(&path, at)?;
        let node = self.nodes.entry(path.clone()).or_insert_with(|| TreeNode {
            created: at,
            changed: at,
            content: NodeContent::File(Vec::new()),
        });
        match node.content {
            NodeContent::File(_) => Ok(node),
            NodeContent::Folder => Err(impossible(&path, "is a directory")),
        }
    }

    fn make_parents(&mut self, path: &str, at: u64) -> TreeResult<()> {
        match parent(path) {
            Some("/") | None => Ok(()),
            Some(parent) => self.make_directory(parent, true, at),
        }
    }

    fn make_directory(&mut self, path: &str, recursive: bool, at: u64) -> TreeResult<()> {
        match self.look(path) {
            Ok(TreeNode { content: NodeContent::Folder, .. }) if recursive => return Ok(()),
            Ok(_) => return Err(impossible(path, "exists already")),
            Err(_) => {}
        }
        match parent(path) {
            Some(parent) if !recursive => drop(self.entries(parent)?),
            _ => self.make_parents(path, at)?,
        }
        let folder = TreeNode { created: at, changed: at, content: NodeContent::Folder };
        self.nodes.insert(path.to_owned(), folder);
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str, at: u64) -> TreeResult<()> {
        if from == to {
            return self.look(from).map(drop);
        }
        let folder = self.look(from)?.content == NodeContent::Folder;
        if from == "/" || below(from, to).is_some() {
            return Err(impossible(from, "cannot be moved into itself"));
        }
        match self.look(to) {
            Ok(TreeNode { content: NodeContent::Folder, .. }) if !folder => {
                return Err(impossible(to, "is a directory"));
            }
            Ok(TreeNode { content: NodeContent::File(_), .. }) if folder => {
                return Err(impossible(to, "is not a directory"));
            }
            Ok(_) if folder && !self.entries(to)?.is_empty() => {
                return Err(impossible(to, "is not empty"));
            }
            _ => self.make_parents(to, at)?,
        }
        let moved = |path: &String| {
            (path == from).then(String::new).or_else(|| Some(format!("/{}", below(from, path)?)))
        };
        let paths: Vec<_> =
            self.nodes.keys().filter_map(|path| Some((path.clone(), moved(path)?))).collect();
        for (path, rest) in paths {
            if let Some(node) = self.nodes.remove(&path) {
                self.nodes.insert(format!("{to}{rest}"), node);
            }
        }
        Ok(())
    }

    fn remove(&mut self, path: &str, recursive: bool, force: bool) -> TreeResult<()> {
        match self.look(path) {
            Err(_) if force => return Ok(()),
            Err(error) => return Err(error),
            Ok(TreeNode { content: NodeContent::Folder, .. }) if !recursive => {
                return Err(impossible(path, "is a directory"));
            }
            Ok(_) => {}
        }
        self.nodes.retain(|other, _| other != path && below(path, other).is_none());
        Ok(())
    }
}

impl TreeNode {
    fn append(&mut self, data: StoredData, at: u64) {
        self.changed = at;
        let NodeContent::File(pieces) = &mut self.content else { return };
        match (pieces.last_mut(), data) {
            (Some(StoredData::Inline(last)), StoredData::Inline(bytes)) => {
                last.extend_from_slice(&bytes);
            }
            (_, data) => pieces.push(data),
        }
    }

    /// The length of the file, 0 for a folder.
    pub(crate) fn len(&self) -> u64 {
        self.pieces().iter().map(StoredData::len).sum()
    }

    /// The pieces of the file, none for a folder.
    pub(crate) fn pieces(&self) -> &[StoredData] {
        match &self.content {
            NodeContent::File(pieces) => pieces,
            NodeContent::Folder => &[],
        }
    }

    pub(crate) fn pieces_mut(&mut self) -> &mut [StoredData] {
        match &mut self.content {
            NodeContent::File(pieces) => pieces,
            NodeContent::Folder => &mut [],
        }
    }
}

fn not_found(path: &str) -> TreeError {
    TreeError::NotFound(format!("there is no `{path}`"))
}

fn impossible(path: &str, why: &str) -> TreeError {
    TreeError::Impossible(format!("`{path}` {why}"))
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
