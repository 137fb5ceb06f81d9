//! Files in memory.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use super::error::{FsError, FsResult};
use super::fs::{DirEntry, FileStat, MkdirOptions, RmOptions, SessionFs};
use super::path::names;
use crate::ids::SessionId;

/// The files of sessions, in memory. Clones share them, so that another client can resume a session
/// from a clone.
///
/// They are kept until [`remove_session`](Self::remove_session), or until the last clone is
/// dropped.
///
/// ```no_run
/// # async fn example() -> copilot_sdk::Result<()> {
/// use copilot_sdk::Client;
/// use copilot_sdk::session_fs::Memory;
///
/// let files = Memory::new();
/// let client = Client::builder().session_fs(files.clone()).start().await?;
/// let session = client.session().session_id("draft").create().await?;
/// session.ask("Remember the number 7.").await?;
/// client.stop().await?;
///
/// let client = Client::builder().session_fs(files).start().await?;
/// let session = client.session().resume("draft").await?;
/// println!("{}", session.ask("Which number?").await?);
/// # client.stop().await
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<HashMap<SessionId, Tree>>>);

/// The files and directories of one session, by the names that lead to them. The root is not among
/// them.
type Tree = BTreeMap<Vec<String>, FileNode>;

struct FileNode {
    /// The content of a file; none for a directory.
    content: Option<Vec<u8>>,
    created: SystemTime,
    modified: SystemTime,
}

impl Memory {
    /// Creates an empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// The sessions that have files here, in no particular order.
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionId> {
        self.lock().keys().cloned().collect()
    }

    /// The paths of a session's files, in order.
    #[must_use]
    pub fn files(&self, session_id: &SessionId) -> Vec<String> {
        let sessions = self.lock();
        let nodes = sessions.get(session_id).into_iter().flatten();
        let files = nodes.filter(|(_, node)| node.content.is_some());
        files.map(|(names, _)| format!("/{}", names.join("/"))).collect()
    }

    /// Removes the files of a session. Returns whether there were any.
    pub fn remove_session(&self, session_id: &SessionId) -> bool {
        self.lock().remove(session_id).is_some()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Tree>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at a node, or at nothing for the root.
    fn look<T>(
        &self,
        session_id: &SessionId,
        path: &str,
        look: impl FnOnce(Option<&FileNode>) -> FsResult<T>,
    ) -> FsResult<T> {
        let names = owned(path);
        if names.is_empty() {
            return look(None);
        }
        match self.lock().get(session_id).and_then(|tree| tree.get(&names)) {
            Some(node) => look(Some(node)),
            None => Err(FsError::not_found(path)),
        }
    }

    fn put(
        &self,
        session_id: &SessionId,
        path: &str,
        put: impl FnOnce(&mut Vec<u8>),
    ) -> FsResult<()> {
        let names = owned(path);
        let mut sessions = self.lock();
        let tree = sessions.entry(session_id.clone()).or_default();
        make_parents(tree, &names, path)?;
        if names.is_empty() {
            return Err(is_directory(path));
        }
        let node = tree.entry(names).or_insert_with(|| FileNode::new(Some(Vec::new())));
        put(node.content.as_mut().ok_or_else(|| is_directory(path))?);
        node.modified = SystemTime::now();
        Ok(())
    }
}

impl SessionFs for Memory {
    async fn read_file(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<u8>> {
        self.look(session_id, path, |node| {
            let content = node.and_then(|node| node.content.clone());
            content.ok_or_else(|| is_directory(path))
        })
    }

    async fn write_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        _mode: Option<u32>,
    ) -> FsResult<()> {
        self.put(session_id, path, |kept| *kept = content)
    }

    async fn append_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        _mode: Option<u32>,
    ) -> FsResult<()> {
        self.put(session_id, path, |kept| kept.extend(content))
    }

    async fn stat(&self, session_id: &SessionId, path: &str) -> FsResult<FileStat> {
        self.look(session_id, path, |node| {
            let Some(node) = node else {
                return Ok(FileStat::directory(SystemTime::UNIX_EPOCH));
            };
            let size = |content: &Vec<u8>| u64::try_from(content.len()).unwrap_or(u64::MAX);
            let stat = match &node.content {
                Some(content) => FileStat::file(size(content), node.modified),
                None => FileStat::directory(node.modified),
            };
            Ok(stat.created(node.created))
        })
    }

    async fn mkdir(
        &self,
        session_id: &SessionId,
        path: &str,
        options: MkdirOptions,
    ) -> FsResult<()> {
        let names = owned(path);
        let mut sessions = self.lock();
        let tree = sessions.entry(session_id.clone()).or_default();
        let exists = names.is_empty() || tree.contains_key(&names);
        let is_file = tree.get(&names).is_some_and(|node| node.content.is_some());
        if exists && (is_file || !options.recursive) {
            return Err(exists_already(path));
        }
        let parent = names.get(..names.len().saturating_sub(1)).unwrap_or_default();
        if !options.recursive && !parent.is_empty() && !tree.contains_key(parent) {
            return Err(FsError::not_found(path));
        }
        make_parents(tree, &names, path)?;
        if !names.is_empty() {
            tree.entry(names).or_insert_with(|| FileNode::new(None));
        }
        Ok(())
    }

    async fn readdir(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<DirEntry>> {
        self.look(session_id, path, |node| match node {
            Some(FileNode { content: Some(_), .. }) => Err(not_a_directory(path)),
            _ => Ok(()),
        })?;
        let above = owned(path);
        let sessions = self.lock();
        let nodes = sessions.get(session_id).into_iter().flat_map(|tree| below(tree, &above));
        Ok(nodes
            .filter(|(names, _)| names.len() == above.len() + 1)
            .filter_map(|(names, node)| {
                let name = names.last()?.clone();
                Some(match node.content {
                    Some(_) => DirEntry::file(name),
                    None => DirEntry::directory(name),
                })
            })
            .collect())
    }

    async fn rm(&self, session_id: &SessionId, path: &str, options: RmOptions) -> FsResult<()> {
        let names = owned(path);
        let mut sessions = self.lock();
        let tree = sessions.get_mut(session_id);
        let found = tree.and_then(|tree| Some((tree.get(&names)?.content.is_none(), tree)));
        match found {
            None if names.is_empty() => Err(is_directory(path)),
            None if options.force => Ok(()),
            None => Err(FsError::not_found(path)),
            Some((true, _)) if !options.recursive => Err(is_directory(path)),
            Some((_, tree)) => {
                take_below(tree, &names);
                tree.remove(&names);
                Ok(())
            }
        }
    }

    async fn rename(&self, session_id: &SessionId, src: &str, dest: &str) -> FsResult<()> {
        let (from, to) = (owned(src), owned(dest));
        let mut sessions = self.lock();
        let Some(tree) = sessions.get_mut(session_id) else { return Err(FsError::not_found(src)) };
        let Some(moved) = tree.get(&from) else { return Err(FsError::not_found(src)) };
        if from == to {
            return Ok(());
        }
        let is_dir = moved.content.is_none();
        if to.is_empty() || to.starts_with(&from) {
            return Err(FsError::new(format!("{src} cannot be moved to {dest}")));
        }
        match tree.get(&to) {
            Some(there) if there.content.is_none() != is_dir => {
                return Err(if is_dir { not_a_directory(dest) } else { is_directory(dest) });
            }
            Some(_) if below(tree, &to).next().is_some() => {
                return Err(FsError::new(format!("{dest} is not empty")));
            }
            _ => {}
        }
        make_parents(tree, &to, dest)?;
        for (names, node) in take_below(tree, &from) {
            let rest = names.into_iter().skip(from.len());
            tree.insert(to.iter().cloned().chain(rest).collect(), node);
        }
        if let Some(node) = tree.remove(&from) {
            tree.insert(to, node);
        }
        Ok(())
    }
}

impl FileNode {
    fn new(content: Option<Vec<u8>>) -> Self {
        let now = SystemTime::now();
        Self { content, created: now, modified: now }
    }
}

fn owned(path: &str) -> Vec<String> {
    names(path).into_iter().map(str::to_owned).collect()
}

/// Everything below a directory.
fn below<'a>(
    tree: &'a Tree,
    above: &'a [String],
) -> impl Iterator<Item = (&'a Vec<String>, &'a FileNode)> {
    tree.range(above.to_vec()..)
        .skip_while(move |(names, _)| *names == above)
        .take_while(move |(names, _)| names.starts_with(above))
}

fn take_below(tree: &mut Tree, above: &[String]) -> Vec<(Vec<String>, FileNode)> {
    let found: Vec<_> = below(tree, above).map(|(names, _)| names.clone()).collect();
    found.into_iter().filter_map(|names| tree.remove_entry(&names)).collect()
}

/// Creates the directories above a path.
fn make_parents(tree: &mut Tree, names: &[String], path: &str) -> FsResult<()> {
    for length in 1..names.len() {
        let parent = names.get(..length).unwrap_or_default().to_vec();
        let node = tree.entry(parent).or_insert_with(|| FileNode::new(None));
        if node.content.is_some() {
            return Err(not_a_directory(path));
        }
    }
    Ok(())
}

fn is_directory(path: &str) -> FsError {
    FsError::new(format!("{path} is a directory"))
}

fn not_a_directory(path: &str) -> FsError {
    FsError::new(format!("{path} is not a directory"))
}

fn exists_already(path: &str) -> FsError {
    FsError::new(format!("{path} exists already"))
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("sessions", &self.lock().len()).finish()
    }
}
