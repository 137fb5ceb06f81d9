//! How far a start has got.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::transport::process::{GracePeriod, Process};

/// How long a start took, each counted from its begin; see
/// [`Client::startup_timings`](crate::Client::startup_timings).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartupTimings {
    /// Until the CLI was found; `None` where none is started.
    pub located: Option<Duration>,
    /// Until its process ran; `None` where none is started.
    pub spawned: Option<Duration>,
    /// Until it answered. The first start of a version is slower: the CLI unpacks itself.
    pub answered: Duration,
}

/// What a start has done so far; written by the task that starts, read by the client.
pub(super) struct StartProgress {
    began: Instant,
    located: OnceLock<Duration>,
    spawned: OnceLock<Duration>,
    answered: OnceLock<Duration>,
    /// The process that a restart replaces.
    former: Option<Process>,
    /// The process that was started last: a restart may take several.
    process: Mutex<Option<Process>>,
}

impl StartProgress {
    pub(super) fn begin(former: Option<Process>) -> Self {
        Self {
            former,
            began: Instant::now(),
            located: OnceLock::new(),
            spawned: OnceLock::new(),
            answered: OnceLock::new(),
            process: Mutex::new(None),
        }
    }

    pub(super) fn located(&self) {
        self.mark(&self.located);
    }

    pub(super) fn spawned(&self, process: &Process) {
        self.mark(&self.spawned);
        *self.lock() = Some(process.clone());
    }

    pub(super) fn answered(&self) {
        self.mark(&self.answered);
    }

    pub(super) fn process(&self) -> Option<Process> {
        self.lock().clone()
    }

    /// Every process that may still be there.
    pub(super) fn processes(&self) -> impl Iterator<Item = Process> {
        self.former.iter().cloned().chain(self.process())
    }

    /// Ends the processes of a start that came to nothing.
    pub(super) fn give_up(&self, grace: GracePeriod) {
        for process in self.processes() {
            process.end(grace);
        }
    }

    pub(super) fn timings(&self) -> Option<StartupTimings> {
        let [located, spawned, answered] =
            [&self.located, &self.spawned, &self.answered].map(|mark| mark.get().copied());
        answered.map(|answered| StartupTimings { located, spawned, answered })
    }

    fn lock(&self) -> MutexGuard<'_, Option<Process>> {
        self.process.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mark(&self, mark: &OnceLock<Duration>) {
        let _ = mark.set(self.began.elapsed());
    }
}
