//! The state of sessions in a store, other files on the disk.

use super::disk::Disk;
use super::error::{FsError, FsResult};
use super::fs::{DirEntry, FileStat, MkdirOptions, RmOptions, STATE_PATH, SessionFs};
use super::path::names;
use crate::ids::SessionId;

/// A store for the state of sessions, and the disk for everything else.
pub(super) struct WithDisk<F> {
    state: F,
    disk: Disk,
}

impl<F> WithDisk<F> {
    pub(super) fn new(state: F) -> Self {
        Self { state, disk: Disk }
    }
}

/// Calls the store or the disk, whichever has the file.
macro_rules! route {
    ($own:ident, $session_id:ident, $path:ident, $fs:ident => $call:expr) => {{
        match state_path($session_id, $path) {
            Some(path) => {
                let ($fs, $path) = (&$own.state, &*path);
                $call.await
            }
            None => {
                let $fs = &$own.disk;
                $call.await
            }
        }
    }};
}

impl<F: SessionFs> SessionFs for WithDisk<F> {
    async fn read_file(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<u8>> {
        route!(self, session_id, path, fs => fs.read_file(session_id, path))
    }

    async fn write_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> FsResult<()> {
        route!(self, session_id, path, fs => fs.write_file(session_id, path, content, mode))
    }

    async fn append_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> FsResult<()> {
        route!(self, session_id, path, fs => fs.append_file(session_id, path, content, mode))
    }

    async fn exists(&self, session_id: &SessionId, path: &str) -> FsResult<bool> {
        route!(self, session_id, path, fs => fs.exists(session_id, path))
    }

    async fn stat(&self, session_id: &SessionId, path: &str) -> FsResult<FileStat> {
        route!(self, session_id, path, fs => fs.stat(session_id, path))
    }

    async fn mkdir(
        &self,
        session_id: &SessionId,
        path: &str,
        options: MkdirOptions,
    ) -> FsResult<()> {
        route!(self, session_id, path, fs => fs.mkdir(session_id, path, options))
    }

    async fn readdir(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<DirEntry>> {
        route!(self, session_id, path, fs => fs.readdir(session_id, path))
    }

    async fn rm(&self, session_id: &SessionId, path: &str, options: RmOptions) -> FsResult<()> {
        route!(self, session_id, path, fs => fs.rm(session_id, path, options))
    }

    async fn rename(&self, session_id: &SessionId, src: &str, dest: &str) -> FsResult<()> {
        match (state_path(session_id, src), state_path(session_id, dest)) {
            (Some(src), Some(dest)) => self.state.rename(session_id, &src, &dest).await,
            (None, None) => self.disk.rename(session_id, src, dest).await,
            _ => Err(FsError::new(format!(
                "{src} cannot be moved to {dest}: one is state of the session, the other is not"
            ))),
        }
    }
}

/// The path of a file of the session's state, with `/` between its parts. The CLI keeps some of
/// them in a directory of the session below `COPILOT_HOME`.
fn state_path(session_id: &SessionId, path: &str) -> Option<String> {
    let names = names(path);
    let names = match &*names {
        // The drive of a path of Windows.
        [drive, rest @ ..] if drive.ends_with(':') => rest,
        names => names,
    };
    let root = STATE_PATH.trim_start_matches('/');
    let is_state = names.first() == Some(&root)
        || names.windows(2).any(|pair| pair == [root, session_id.as_str()]);
    is_state.then(|| format!("/{}", names.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_of_the_session_is_told_from_other_files() {
        let id = SessionId::from("s-1");
        for (path, expected) in [
            ("/session-state", Some("/session-state")),
            ("/session-state/a/../events.jsonl", Some("/session-state/events.jsonl")),
            ("C:\\session-state\\files\\x", Some("/session-state/files/x")),
            (
                "/home/u/.copilot/session-state/s-1/workspace.yaml",
                Some("/home/u/.copilot/session-state/s-1/workspace.yaml"),
            ),
            ("/home/u/.copilot/session-state/other/workspace.yaml", None),
            ("/home/u/session-state/x", None),
            ("/session-state/../etc/passwd", None),
            ("/srv/project/notes.md", None),
        ] {
            assert_eq!(state_path(&id, path).as_deref(), expected, "{path}");
        }
    }
}
