//! Databases among the files of sessions, each changed by one request at a time.

use std::collections::HashSet;
use std::error::Error;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::guard::{Limits, too_long};
use super::run::run;
use super::wire::{QueryResult, SqlRequest};
use crate::ids::SessionId;
use crate::session_fs::erased::{ErasedFs, Put};
use crate::session_fs::error::{FsError, FsErrorKind, FsResult};

/// Where the CLI itself keeps the database of a session, below the directory of its state.
const PATH: &str =
    if cfg!(windows) { "C:\\session-state\\session.db" } else { "/session-state/session.db" };

/// The databases of sessions.
pub(super) struct Databases {
    fs: Arc<dyn ErasedFs>,
    limits: Limits,
    /// Sessions share them, so that they need not be removed.
    locks: Vec<tokio::sync::Mutex<()>>,
    hasher: RandomState,
    running: Arc<RunningSessions>,
}

/// The sessions whose statements run on a thread. A call of one function cannot be interrupted, so
/// they may go on when nobody waits for them any more: a session has one thread at most.
#[derive(Default)]
struct RunningSessions(Mutex<HashSet<SessionId>>);

/// Removes a session from those whose statements run.
struct RunningSession {
    session_id: SessionId,
    all: Arc<RunningSessions>,
}

impl Databases {
    pub(super) fn new(fs: Arc<dyn ErasedFs>, limits: Limits) -> Self {
        let locks = std::iter::repeat_with(tokio::sync::Mutex::default).take(64).collect();
        Self { fs, limits, locks, hasher: RandomState::new(), running: Arc::default() }
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
            Err(error) => return Err(logged(session_id, error)),
        };
        let (results, image) = self.run_on(session_id, image, request).await?;
        if let Some(image) = image {
            let stored = self.fs.put_file(Put::Write, session_id, PATH, image, Some(0o600)).await;
            stored.map_err(|error| logged(session_id, error))?;
        }
        Ok(results)
    }

    /// Runs statements on a thread of their own, and waits a little longer than they may take. No
    /// thread of the runtime, whose end would wait for it.
    async fn run_on(
        &self,
        session_id: &SessionId,
        image: Option<Vec<u8>>,
        request: SqlRequest,
    ) -> FsResult<(Vec<QueryResult>, Option<Vec<u8>>)> {
        let limits = self.limits;
        let running = self.running.begin(session_id)?;
        let (done, ran) = oneshot::channel();
        let work = move || {
            let outcome = run(image, &request, limits);
            drop(running);
            // Nobody may wait for it any more.
            let _ = done.send(outcome);
        };
        let name = "copilot-sql".to_owned();
        thread::Builder::new().name(name).spawn(work).map_err(FsError::from)?;
        match timeout(limits.time + limits.time / 10, ran).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(FsError::new("the statements did not end: they panicked")),
            Err(_) => Err(too_long(limits.time)),
        }
    }
}

impl RunningSessions {
    fn begin(self: &Arc<Self>, session_id: &SessionId) -> FsResult<RunningSession> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !sessions.insert(session_id.clone()) {
            return Err(FsError::new(
                "a statement that took too long still runs: try again when it has ended",
            ));
        }
        Ok(RunningSession { session_id: session_id.clone(), all: Arc::clone(self) })
    }
}

impl Drop for RunningSession {
    fn drop(&mut self) {
        let mut sessions = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.remove(&self.session_id);
    }
}

/// Logs a failure of the store, which is no mistake of the agent.
fn logged(session_id: &SessionId, failure: FsError) -> FsError {
    let error = &failure as &dyn Error;
    tracing::error!(%session_id, path = PATH, error, "a session's file system failed");
    failure
}
