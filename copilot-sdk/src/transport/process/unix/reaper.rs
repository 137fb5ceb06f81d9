//! Ends and reaps child processes. Signals are sent only while the child lives, and a thread reaps
//! it.

use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use rustix::io::Errno;
use rustix::process::{
    Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process, waitid, waitpid,
};
use tokio::sync::watch;

use super::super::exit::Exit;
use super::super::grace::{GracePeriod, LAST_WORDS};
use super::super::lines::Tail;
use super::orphans;
use super::watchdog::Watched;

/// Ends a child process and reaps it.
pub(in super::super) struct ChildReaper {
    pid: Pid,
    instance: String,
    state: Mutex<ReaperState>,
    changed: Condvar,
}

struct ReaperState {
    /// Signals are sent only while this is true, under the lock: the number of a reaped child may
    /// have been reused.
    alive: bool,
    ending: Option<GracePeriod>,
}

impl ChildReaper {
    /// Waits for the end of `child` in a thread, and sends `exit` when the child and its orphans
    /// have exited.
    pub(super) fn start(
        child: Child,
        instance: String,
        watched: Watched,
        stderr: Tail,
        exit: watch::Sender<Option<Exit>>,
    ) -> std::io::Result<Arc<Self>> {
        let pid = Pid::from_child(&child);
        let state = Mutex::new(ReaperState { alive: true, ending: None });
        let reaper = Arc::new(Self { pid, instance, state, changed: Condvar::new() });
        let reaping = Arc::clone(&reaper);
        let thread = thread::Builder::new().name("copilot-reaper".to_owned()).spawn(move || {
            let end = reaping.reap(child, watched);
            stderr.wait_for_end(LAST_WORDS);
            exit.send_replace(Some(end));
        });
        match thread {
            Ok(_) => Ok(reaper),
            Err(error) => {
                // Nothing has been sent to the child yet, so killing it loses nothing.
                let _ = kill_process(pid, Signal::KILL);
                let _ = waitpid(Some(pid), WaitOptions::empty());
                Err(error)
            }
        }
    }

    /// The process id.
    pub(in super::super) fn id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    #[cfg(test)]
    pub(in super::super) fn instance(&self) -> &str {
        &self.instance
    }

    /// Ends the child with SIGTERM, then SIGKILL, each after the grace period, which a later call
    /// can only shorten. With `at_once`, SIGTERM is sent immediately; with [`GracePeriod::Zero`],
    /// the child is killed without it.
    pub(in super::super) fn end(self: &Arc<Self>, grace: GracePeriod, at_once: bool) {
        let mut state = self.state();
        let first = state.ending.is_none();
        state.ending = state.ending.max(Some(grace));
        self.changed.notify_all();
        if grace == GracePeriod::Zero {
            self.signal(&state, Signal::KILL);
        }
        if !first || !state.alive || grace == GracePeriod::Zero {
            return;
        }
        if at_once {
            self.signal(&state, Signal::TERM);
        }
        let signals: &[Signal] =
            if at_once { &[Signal::KILL] } else { &[Signal::TERM, Signal::KILL] };
        let reaper = Arc::clone(self);
        let ladder = thread::Builder::new()
            .name("copilot-ladder".to_owned())
            .spawn(move || reaper.escalate(signals));
        if let Err(error) = ladder {
            tracing::warn!(%error, "no thread to supervise the end of the Copilot CLI, it is \
                                    asked to end at once");
            self.signal(&state, Signal::TERM);
        }
    }

    fn escalate(&self, signals: &[Signal]) {
        for signal in signals {
            let began = Instant::now();
            let mut state = self.state();
            loop {
                let grace = state.ending.unwrap_or(GracePeriod::Normal).duration();
                let left = grace.saturating_sub(began.elapsed());
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

    fn signal(&self, state: &ReaperState, signal: Signal) {
        if state.alive {
            // Fails if the child has just exited, which is fine.
            let _ = kill_process(self.pid, signal);
            if signal == Signal::TERM {
                // A stopped process handles the signal only when it continues.
                let _ = kill_process(self.pid, Signal::CONT);
            }
        }
    }

    /// Waits until the child has exited, and ends its orphans before its number can be reused.
    fn reap(&self, mut child: Child, watched: Watched) -> Exit {
        let ended = loop {
            match waitid(WaitId::Pid(self.pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
                Err(Errno::INTR) => {}
                ended => break ended,
            }
        };
        self.state().alive = false;
        self.changed.notify_all();
        // An error means that other code in this program reaped the child: its group's number may
        // have been reused.
        orphans::end(ended.is_ok().then_some(self.pid), &self.instance);
        drop(watched);
        match ended.and(child.wait().map_err(|_| Errno::CHILD)) {
            Ok(status) => status.into(),
            Err(_) => Exit::Unknown,
        }
    }

    fn state(&self) -> MutexGuard<'_, ReaperState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
