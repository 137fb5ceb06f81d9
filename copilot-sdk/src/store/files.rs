//! The files of sessions, as the CLI asks for them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::held::HeldSession;
use super::holder::now;
use super::path::{below, clean};
use super::record::{Change, StoredData};
use super::session_store::SessionStore;
use super::tree::{FileTree, NodeContent, TreeError, TreeNode};
use super::writer::Written;
use crate::error::Error;
use crate::ids::SessionId;
use crate::session_fs::{
    DirEntry, FileStat, FsError, FsResult, MkdirOptions, RmOptions, STATE_PATH, SessionFs,
};

impl SessionFs for SessionStore {
    async fn read_file(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<u8>> {
        let (held, path) = (self.holding(session_id)?, clean(path));
        if is_state(&path) {
            return answer(held.writer.read(&path).await, &path);
        }
        let pieces = local(held.local().read(&path), &path)?;
        Ok(pieces.into_iter().flat_map(inline).collect())
    }

    async fn write_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        _mode: Option<u32>,
    ) -> FsResult<()> {
        let path = clean(path);
        let change = Change::Write { path: path.clone(), data: StoredData::Inline(content) };
        self.change(session_id, &path, change).await
    }

    async fn append_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        _mode: Option<u32>,
    ) -> FsResult<()> {
        let path = clean(path);
        let change = Change::Append { path: path.clone(), data: StoredData::Inline(content) };
        self.change(session_id, &path, change).await
    }

    async fn stat(&self, session_id: &SessionId, path: &str) -> FsResult<FileStat> {
        self.look(session_id, path, |tree, path| tree.look(path).map(stat)).await
    }

    async fn mkdir(
        &self,
        session_id: &SessionId,
        path: &str,
        options: MkdirOptions,
    ) -> FsResult<()> {
        let path = clean(path);
        // Most directories are there already: that is no change.
        if options.recursive
            && let Ok(found) = self.stat(session_id, &path).await
            && found.file_type == crate::session_fs::FileType::Directory
        {
            return Ok(());
        }
        let change = Change::MakeDirectory { path: path.clone(), recursive: options.recursive };
        self.change(session_id, &path, change).await
    }

    async fn readdir(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<DirEntry>> {
        let entries = self.look(session_id, path, FileTree::entries).await?;
        let entry = |(name, is_directory): (String, bool)| {
            if is_directory { DirEntry::directory(name) } else { DirEntry::file(name) }
        };
        Ok(entries.into_iter().map(entry).collect())
    }

    async fn rm(&self, session_id: &SessionId, path: &str, options: RmOptions) -> FsResult<()> {
        let path = clean(path);
        let RmOptions { recursive, force } = options;
        let change = Change::Remove { path: path.clone(), recursive, force };
        self.change(session_id, &path, change).await
    }

    async fn rename(&self, session_id: &SessionId, src: &str, dest: &str) -> FsResult<()> {
        let (from, to) = (clean(src), clean(dest));
        if is_state(&from) != is_state(&to) {
            let text = format!("{src} cannot be moved to {dest}: only one of them is stored");
            return Err(FsError::new(text));
        }
        let change = Change::Rename { from: from.clone(), to };
        self.change(session_id, &from, change).await
    }
}

impl SessionStore {
    fn holding(&self, id: &SessionId) -> FsResult<HeldSession> {
        self.held(id).ok_or_else(|| {
            FsError::new(format!("session {id} is not open on the session store of this program"))
        })
    }

    async fn change(&self, id: &SessionId, path: &str, change: Change) -> FsResult<()> {
        let held = self.holding(id)?;
        if is_state(path) {
            return answer(held.writer.change(change).await, path);
        }
        local(held.local().apply(change, now()), path)
    }

    async fn look<T: Send + 'static>(
        &self,
        id: &SessionId,
        path: &str,
        look: impl FnOnce(&FileTree, &str) -> Result<T, TreeError> + Send + 'static,
    ) -> FsResult<T> {
        let (held, path) = (self.holding(id)?, clean(path));
        if !is_state(&path) {
            return local(look(&held.local(), &path), &path);
        }
        let looked = path.clone();
        answer(held.writer.look(move |state| look(&state.tree, &looked)).await, &path)
    }
}

/// Whether a path is part of the session. The CLI writes copies of some files elsewhere, below its
/// own home; no other CLI reads them.
fn is_state(path: &str) -> bool {
    path == STATE_PATH || below(STATE_PATH, path).is_some()
}

fn answer<T>(outcome: Written<T>, path: &str) -> FsResult<T> {
    match outcome {
        Ok(outcome) => local(outcome, path),
        Err(error) => Err(failed(error)),
    }
}

fn failed(error: Error) -> FsError {
    FsError::new(error.to_string()).with_source(error)
}

fn local<T>(outcome: Result<T, TreeError>, path: &str) -> FsResult<T> {
    outcome.map_err(|error| match error {
        TreeError::NotFound(_) => FsError::not_found(path),
        TreeError::Impossible(text) => FsError::new(text),
    })
}

fn inline(piece: StoredData) -> Vec<u8> {
    match piece {
        StoredData::Inline(bytes) => bytes,
        // Files outside of the session's state are never moved to objects.
        StoredData::Body(_) => Vec::new(),
    }
}

fn stat(node: &TreeNode) -> FileStat {
    let (changed, created) = (time(node.changed), time(node.created));
    let stat = match node.content {
        NodeContent::File(_) => FileStat::file(node.len(), changed),
        NodeContent::Folder => FileStat::directory(changed),
    };
    stat.created(created)
}

fn time(millis: u64) -> SystemTime {
    UNIX_EPOCH.checked_add(Duration::from_millis(millis)).unwrap_or(UNIX_EPOCH)
}
