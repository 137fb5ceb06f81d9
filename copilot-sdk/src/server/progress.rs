//! Progress of a start.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::transport::process::{GracePeriod, Process};

/// Durations of the phases of a start, each measured from its beginning. See
/// [`Client::startup_timings`](crate::Client::startup_timings).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartupTimings {
    /// Time until the CLI was located; `None` if none was started.
    pub located: Option<Duration>,
    /// Time until its process was spawned; `None` if none was started.
    pub spawned: Option<Duration>,
    /// Time until it responded. Longer on the first start of a version, when the CLI unpacks
    /// itself.
    pub answered: Duration,
}

/// The progress of a start, written by its task and read by the client.
pub(super) struct StartProgress {
    began: Instant,
    located: OnceLock<Duration>,
    spawned: OnceLock<Duration>,
    answered: OnceLock<Duration>,
    /// The process that a restart replaces.
    former: Option<Process>,
    /// The last process spawned; a restart may take several.
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

    /// Every process that may still be running.
    pub(super) fn processes(&self) -> impl Iterator<Item = Process> {
        self.former.iter().cloned().chain(self.process())
    }

    /// Ends the processes of a failed start.
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
