//! Databases among the files of sessions, each changed by one request at a time.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use tokio::sync::Mutex;

use super::guard::Limits;
use super::run::run;
use super::wire::{QueryResult, SqlRequest};
use crate::ids::SessionId;
use crate::session_fs::blocking::blocking;
use crate::session_fs::erased::{ErasedFs, Put};
use crate::session_fs::error::{FsError, FsErrorKind, FsResult};

/// Where the CLI itself keeps the database of a session, below the directory of its state.
const PATH: &str =
    if cfg!(windows) { "C:\\session-state\\session.db" } else { "/session-state/session.db" };

/// The databases of sessions.
pub(super) struct Databases {
    fs: Arc<dyn ErasedFs>,
    /// Sessions share them, so that they need not be removed.
    locks: Vec<Mutex<()>>,
    hasher: RandomState,
}

impl Databases {
    pub(super) fn new(fs: Arc<dyn ErasedFs>) -> Self {
        let locks = std::iter::repeat_with(Mutex::default).take(64).collect();
        Self { fs, locks, hasher: RandomState::new() }
    }

    /// Whether a session has a database.
    pub(super) async fn exists(&self, session_id: &SessionId) -> FsResult<bool> {
        self.fs.exists(session_id, PATH).await
    }

    /// Runs all statements, or none. Goes on to the end if nobody waits for it any more.
    pub(super) async fn run(
        self: Arc<Self>,
        session_id: SessionId,
        request: SqlRequest,
    ) -> FsResult<Vec<QueryResult>> {
        let ran = tokio::spawn(async move { self.run_now(&session_id, request).await }).await;
        ran.unwrap_or_else(|error| {
            Err(FsError::new("the statements did not end").with_source(error))
        })
    }

    async fn run_now(
        &self,
        session_id: &SessionId,
        request: SqlRequest,
    ) -> FsResult<Vec<QueryResult>> {
        let hash = self.hasher.hash_one(session_id);
        let lock = usize::try_from(hash % 64).ok().and_then(|at| self.locks.get(at));
        let _one_at_a_time = match lock {
            Some(lock) => Some(lock.lock().await),
            None => None,
        };
        let image = match self.fs.read_file(session_id, PATH).await {
            Ok(image) => Some(image),
            Err(error) if error.kind() == FsErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let ran = blocking(move || run(image, &request, Limits::DEFAULT));
        let (results, image) = ran.await?;
        if let Some(image) = image {
            self.fs.put_file(Put::Write, session_id, PATH, image, Some(0o600)).await?;
        }
        Ok(results)
    }
}
