//! The life of a child: signals only while it lives, one thread that sees it end.

use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process, waitid, waitpid,
};
use tokio::sync::watch;

use super::exit::Exit;
use super::lines::Tail;
use super::sweep::sweep;

/// How long the last words on stderr may take to be read once every writer is gone.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How fast a child is made to end: the wait before each next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pace {
    /// 2 s after the end of its stdin SIGTERM, 2 s later SIGKILL.
    Graceful,
    /// The same in steps of 200 ms.
    Forced,
}

/// A child process and what may be done to it.
pub(super) struct Life {
    pid: Pid,
    instance: String,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Signals are sent only while this is true, under the lock: the number of a reaped child may
    /// be somebody else's.
    alive: bool,
    ending: Option<Pace>,
}

impl Pace {
    fn step(self) -> Duration {
        match self {
            Self::Graceful => Duration::from_secs(2),
            Self::Forced => Duration::from_millis(200),
        }
    }
}

impl Life {
    /// Watches `child` from now on, in a thread of its own, and tells `exit` when it and all that
    /// it left are gone.
    pub(super) fn begin(
        child: Child,
        instance: String,
        stderr: Tail,
        exit: watch::Sender<Option<Exit>>,
    ) -> std::io::Result<Arc<Self>> {
        let pid = Pid::from_child(&child);
        let state = Mutex::new(State { alive: true, ending: None });
        let life = Arc::new(Self { pid, instance, state, changed: Condvar::new() });
        let watched = Arc::clone(&life);
        let reaper = thread::Builder::new().name("copilot-reaper".to_owned()).spawn(move || {
            let end = watched.reap(child);
            stderr.wait_for_end(LAST_WORDS);
            exit.send_replace(Some(end));
        });
        match reaper {
            Ok(_) => Ok(life),
            Err(error) => {
                // Nothing was said to the child yet, so nothing is lost by killing it.
                let _ = kill_process(pid, Signal::KILL);
                let _ = waitpid(Some(pid), WaitOptions::empty());
                Err(error)
            }
        }
    }

    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    #[cfg(test)]
    pub(super) fn instance(&self) -> &str {
        &self.instance
    }

    /// Starts the ladder, or makes it faster. With `at_once`, the first step does not wait.
    pub(super) fn end(self: &Arc<Self>, pace: Pace, at_once: bool) {
        let mut state = self.state();
        let first = state.ending.is_none();
        state.ending = state.ending.max(Some(pace));
        self.changed.notify_all();
        if !first || !state.alive {
            return;
        }
        if at_once {
            self.signal(&state, Signal::TERM);
        }
        let signals: &[Signal] =
            if at_once { &[Signal::KILL] } else { &[Signal::TERM, Signal::KILL] };
        let life = Arc::clone(self);
        let ladder = thread::Builder::new()
            .name("copilot-ladder".to_owned())
            .spawn(move || life.climb(signals));
        if let Err(error) = ladder {
            tracing::warn!(%error, "no thread to supervise the end of the Copilot CLI, it is \
                                    asked to end at once");
            self.signal(&state, Signal::TERM);
        }
    }

    fn climb(&self, signals: &[Signal]) {
        for signal in signals {
            let began = Instant::now();
            let mut state = self.state();
            loop {
                let step = state.ending.unwrap_or(Pace::Graceful).step();
                let left = step.saturating_sub(began.elapsed());
                if !state.alive {
                    return;
                }
                if left.is_zero() {
                    break;
                }
                state = self
                    .changed
                    .wait_timeout(state, left)
                    .unwrap_or_else(PoisonError::into_inner)
                    .0;
            }
            self.signal(&state, *signal);
        }
    }

    fn signal(&self, state: &State, signal: Signal) {
        if state.alive {
            // It may have ended a moment ago: then there is nothing to do.
            let _ = kill_process(self.pid, signal);
        }
    }

    /// Waits until the child has ended and sweeps up while its number is still its own.
    fn reap(&self, mut child: Child) -> Exit {
        let ended = loop {
            match waitid(WaitId::Pid(self.pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
                Err(Errno::INTR) => {}
                ended => break ended,
            }
        };
        self.state().alive = false;
        self.changed.notify_all();
        // An error means that something else in this program reaped our child: its group may be
        // anybody's by now.
        sweep(ended.is_ok().then_some(self.pid), &self.instance);
        match ended.and(child.wait().map_err(|_| Errno::CHILD)) {
            Ok(status) => status.into(),
            Err(_) => Exit::Unknown,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
