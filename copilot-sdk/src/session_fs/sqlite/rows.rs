//! Files and directories as rows.

use std::time::{Duration, SystemTime};

use rusqlite::{OptionalExtension as _, Row, Transaction};

use super::error::RowError;
use crate::ids::SessionId;
use crate::session_fs::error::FsError;
use crate::session_fs::fs::{DirEntry, FileStat, MkdirOptions, RmOptions};
use crate::session_fs::path::names;

type RowResult<T> = Result<T, RowError>;

/// Above all sessions.
const TOP: i64 = 0;

/// Bytes of a part that grows; what is longer is a part of its own.
const PART: usize = 64 << 10;

/// The most names in a path. Whatever removes a directory goes through it recursively.
const DEEPEST: usize = 200;

/// The files of all sessions, in a transaction.
pub(super) struct FileRows<'t> {
    transaction: &'t Transaction<'t>,
}

/// A row of a file or a directory.
struct NodeRow {
    id: i64,
    is_directory: bool,
    size: u64,
    created: SystemTime,
    modified: SystemTime,
}

impl<'t> FileRows<'t> {
    pub(super) fn new(transaction: &'t Transaction<'t>) -> Self {
        Self { transaction }
    }

    pub(super) fn sessions(&self) -> RowResult<Vec<SessionId>> {
        let mut query = self.transaction.prepare("SELECT name FROM node WHERE parent = 0")?;
        let names = query.query_map([], |row| row.get::<_, String>(0))?;
        Ok(names.map(|name| name.map(SessionId::from)).collect::<rusqlite::Result<_>>()?)
    }

    pub(super) fn remove_session(&self, session_id: &SessionId) -> RowResult<bool> {
        let query = "DELETE FROM node WHERE parent = 0 AND name = ?1";
        Ok(self.transaction.execute(query, [session_id.as_str()])? > 0)
    }

    pub(super) fn read_file(&self, session_id: &SessionId, path: &str) -> RowResult<Vec<u8>> {
        let node = match self.look(session_id, path)? {
            Some(node) if !node.is_directory => node,
            _ => return Err(is_directory(path)),
        };
        let query = "SELECT content FROM part WHERE node = ?1 ORDER BY number";
        let mut query = self.transaction.prepare(query)?;
        let mut parts = query.query([node.id])?;
        let mut content = Vec::new();
        while let Some(part) = parts.next()? {
            content.extend_from_slice(part.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
        }
        Ok(content)
    }

    pub(super) fn write_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: &[u8],
    ) -> RowResult<()> {
        let node = self.file(session_id, path)?;
        self.transaction.execute("DELETE FROM part WHERE node = ?1", [node.id])?;
        self.put_part(node.id, 0, content)?;
        self.touch(node.id, content.len())
    }

    pub(super) fn append_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: &[u8],
    ) -> RowResult<()> {
        let node = self.file(session_id, path)?;
        match self.last_part(node.id)? {
            Some((number, length)) if length.saturating_add(content.len()) <= PART => {
                let query = "SELECT content FROM part WHERE node = ?1 AND number = ?2";
                let mut query = self.transaction.prepare(query)?;
                let mut part: Vec<u8> = query.query_row((node.id, number), |row| row.get(0))?;
                part.extend_from_slice(content);
                self.put_part(node.id, number, &part)?;
            }
            last => {
                let number = last.map_or(0, |(number, _)| number + 1);
                self.put_part(node.id, number, content)?;
            }
        }
        let size = usize::try_from(node.size).unwrap_or(usize::MAX);
        self.touch(node.id, size.saturating_add(content.len()))
    }

    pub(super) fn stat(&self, session_id: &SessionId, path: &str) -> RowResult<FileStat> {
        let Some(node) = self.look(session_id, path)? else {
            return Ok(FileStat::directory(SystemTime::UNIX_EPOCH));
        };
        let stat = if node.is_directory {
            FileStat::directory(node.modified)
        } else {
            FileStat::file(node.size, node.modified)
        };
        Ok(stat.created(node.created))
    }

    pub(super) fn mkdir(
        &self,
        session_id: &SessionId,
        path: &str,
        options: MkdirOptions,
    ) -> RowResult<()> {
        let names = shallow(path)?;
        let root = self.make(TOP, session_id.as_str(), true)?.id;
        let Some((last, above)) = names.split_last() else {
            return if options.recursive { Ok(()) } else { Err(exists_already(path)) };
        };
        let parent = if options.recursive {
            self.make_all(root, above, path)?
        } else {
            match self.walk(root, above)? {
                Some(parent) if parent.is_directory => parent.id,
                Some(_) => return Err(not_a_directory(path)),
                None => return Err(FsError::not_found(path).into()),
            }
        };
        match self.child(parent, last)? {
            None => self.make(parent, last, true).map(drop),
            Some(node) if node.is_directory && options.recursive => Ok(()),
            Some(_) => Err(exists_already(path)),
        }
    }

    pub(super) fn readdir(&self, session_id: &SessionId, path: &str) -> RowResult<Vec<DirEntry>> {
        let id = match self.look(session_id, path)? {
            None => return Ok(Vec::new()),
            Some(node) if node.is_directory => node.id,
            Some(_) => return Err(not_a_directory(path)),
        };
        let query = "SELECT name, is_directory FROM node WHERE parent = ?1 ORDER BY name";
        let mut query = self.transaction.prepare(query)?;
        let entries = query.query_map([id], |row| {
            let name: String = row.get(0)?;
            let is_directory = row.get(1)?;
            Ok(if is_directory { DirEntry::directory(name) } else { DirEntry::file(name) })
        })?;
        Ok(entries.collect::<rusqlite::Result<_>>()?)
    }

    pub(super) fn rm(
        &self,
        session_id: &SessionId,
        path: &str,
        options: RmOptions,
    ) -> RowResult<()> {
        let names = names(path);
        if names.is_empty() {
            return Err(is_directory(path));
        }
        let root = self.child(TOP, session_id.as_str())?;
        let node = match root {
            Some(root) => self.walk(root.id, &names)?,
            None => None,
        };
        match node {
            None if options.force => Ok(()),
            None => Err(FsError::not_found(path).into()),
            Some(node) if node.is_directory && !options.recursive => Err(is_directory(path)),
            Some(node) => {
                self.transaction.execute("DELETE FROM node WHERE id = ?1", [node.id])?;
                Ok(())
            }
        }
    }

    pub(super) fn rename(&self, session_id: &SessionId, src: &str, dest: &str) -> RowResult<()> {
        let (from, to) = (names(src), shallow(dest)?);
        let root = self.child(TOP, session_id.as_str())?;
        let root = root.ok_or_else(|| FsError::not_found(src))?.id;
        let Some(node) = self.walk(root, &from)? else {
            return Err(FsError::not_found(src).into());
        };
        if from == to && !from.is_empty() {
            return Ok(());
        }
        let Some((last, above)) = to.split_last().filter(|_| !to.starts_with(&from)) else {
            return Err(FsError::new(format!("{src} cannot be moved to {dest}")).into());
        };
        let parent = self.make_all(root, above, dest)?;
        if let Some(there) = self.child(parent, last)? {
            match (node.is_directory, there.is_directory) {
                (true, false) => return Err(not_a_directory(dest)),
                (false, true) => return Err(is_directory(dest)),
                (true, true) if self.has_children(there.id)? => {
                    return Err(FsError::new(format!("{dest} is not empty")).into());
                }
                _ => {}
            }
            self.transaction.execute("DELETE FROM node WHERE id = ?1", [there.id])?;
        }
        let depth = usize::try_from(self.depth_below(node.id)?).unwrap_or(usize::MAX);
        if depth.saturating_add(to.len()) > DEEPEST {
            return Err(too_deep(dest));
        }
        let query = "UPDATE node SET parent = ?2, name = ?3 WHERE id = ?1";
        self.transaction.execute(query, (node.id, parent, last))?;
        Ok(())
    }

    /// Finds what is at a path. `None` is the root of a session that has no files.
    fn look(&self, session_id: &SessionId, path: &str) -> RowResult<Option<NodeRow>> {
        let names = names(path);
        let found = match self.child(TOP, session_id.as_str())? {
            Some(root) => self.walk(root.id, &names)?,
            None => None,
        };
        if found.is_none() && !names.is_empty() {
            return Err(FsError::not_found(path).into());
        }
        Ok(found)
    }

    /// The file at a path, created if it is absent, with the directories above it.
    fn file(&self, session_id: &SessionId, path: &str) -> RowResult<NodeRow> {
        let names = shallow(path)?;
        let (last, above) = names.split_last().ok_or_else(|| is_directory(path))?;
        let root = self.make(TOP, session_id.as_str(), true)?.id;
        let parent = self.make_all(root, above, path)?;
        let node = self.make(parent, last, false)?;
        if node.is_directory { Err(is_directory(path)) } else { Ok(node) }
    }

    /// Finds what these names lead to, from a node on.
    fn walk(&self, from: i64, names: &[&str]) -> RowResult<Option<NodeRow>> {
        let Some((last, above)) = names.split_last() else { return self.node(from) };
        let mut parent = from;
        for name in above {
            match self.child(parent, name)? {
                Some(node) => parent = node.id,
                None => return Ok(None),
            }
        }
        self.child(parent, last)
    }

    /// Creates those of these directories that are absent. Returns the last.
    fn make_all(&self, from: i64, names: &[&str], path: &str) -> RowResult<i64> {
        let mut parent = from;
        for name in names {
            let node = self.make(parent, name, true)?;
            if !node.is_directory {
                return Err(not_a_directory(path));
            }
            parent = node.id;
        }
        Ok(parent)
    }

    /// The child with this name, created if it is absent.
    fn make(&self, parent: i64, name: &str, is_directory: bool) -> RowResult<NodeRow> {
        if let Some(node) = self.child(parent, name)? {
            return Ok(node);
        }
        let query = "INSERT INTO node (parent, name, is_directory, created, modified)
            VALUES (?1, ?2, ?3, ?4, ?4)
            RETURNING id, is_directory, size, created, modified";
        let values = (parent, name, is_directory, now());
        Ok(self.transaction.prepare(query)?.query_row(values, NodeRow::read)?)
    }

    fn child(&self, parent: i64, name: &str) -> RowResult<Option<NodeRow>> {
        let query = "SELECT id, is_directory, size, created, modified FROM node
            WHERE parent = ?1 AND name = ?2";
        let mut query = self.transaction.prepare(query)?;
        Ok(query.query_row((parent, name), NodeRow::read).optional()?)
    }

    fn node(&self, id: i64) -> RowResult<Option<NodeRow>> {
        let query = "SELECT id, is_directory, size, created, modified FROM node WHERE id = ?1";
        Ok(self.transaction.query_row(query, [id], NodeRow::read).optional()?)
    }

    fn has_children(&self, id: i64) -> RowResult<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM node WHERE parent = ?1)";
        Ok(self.transaction.query_row(query, [id], |row| row.get(0))?)
    }

    /// How many directories stand below one another in a directory.
    fn depth_below(&self, id: i64) -> RowResult<u32> {
        let query = "WITH RECURSIVE below (id, depth) AS (
                SELECT ?1, 0
                UNION ALL
                SELECT node.id, depth + 1 FROM node JOIN below ON node.parent = below.id
            ) SELECT max(depth) FROM below";
        Ok(self.transaction.query_row(query, [id], |row| row.get(0))?)
    }

    /// The number and the length of the last part of a file, which is not read: it may be long.
    fn last_part(&self, node: i64) -> RowResult<Option<(i64, usize)>> {
        let query = "SELECT number, length(content) FROM part WHERE node = ?1
            ORDER BY number DESC LIMIT 1";
        let part = |row: &Row<'_>| {
            let length = usize::try_from(row.get::<_, i64>(1)?).unwrap_or(usize::MAX);
            Ok((row.get(0)?, length))
        };
        Ok(self.transaction.query_row(query, [node], part).optional()?)
    }

    fn put_part(&self, node: i64, number: i64, content: &[u8]) -> RowResult<()> {
        let query = "INSERT OR REPLACE INTO part (node, number, content) VALUES (?1, ?2, ?3)";
        self.transaction.prepare(query)?.execute((node, number, content))?;
        Ok(())
    }

    fn touch(&self, node: i64, size: usize) -> RowResult<()> {
        let query = "UPDATE node SET size = ?2, modified = ?3 WHERE id = ?1";
        let size = i64::try_from(size).unwrap_or(i64::MAX);
        self.transaction.prepare(query)?.execute((node, size, now()))?;
        Ok(())
    }
}

impl NodeRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            is_directory: row.get(1)?,
            size: u64::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
            created: time(row.get(3)?),
            modified: time(row.get(4)?),
        })
    }
}

/// The names of a path at which something may be created.
fn shallow(path: &str) -> RowResult<Vec<&str>> {
    let names = names(path);
    if names.len() > DEEPEST { Err(too_deep(path)) } else { Ok(names) }
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

fn time(milliseconds: i64) -> SystemTime {
    let since = Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default());
    SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH)
}

fn too_deep(path: &str) -> RowError {
    let start: String = path.chars().take(80).collect();
    FsError::new(format!("the path has more than {DEEPEST} names: {start}..")).into()
}

fn is_directory(path: &str) -> RowError {
    FsError::new(format!("{path} is a directory")).into()
}

fn not_a_directory(path: &str) -> RowError {
    FsError::new(format!("{path} is not a directory")).into()
}

fn exists_already(path: &str) -> RowError {
    FsError::new(format!("{path} exists already")).into()
}
