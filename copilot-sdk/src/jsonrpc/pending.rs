//! Calls in flight.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::incoming::ErrorObject;
use crate::closed::Closed;
use crate::id_hash::IdMap;

/// How many posts wait for their response before the oldest is forgotten.
const MAX_POSTS: usize = 4096;

/// The outcome of a call.
pub(super) enum CallOutcome {
    Result(Option<Box<RawValue>>),
    Refused(ErrorObject),
    /// The response is not JSON, or not text at all.
    Unreadable {
        reason: String,
        start: String,
    },
    Closed(Closed),
}

/// Matches responses to calls by id. No id is used twice, so a stale response matches none.
#[derive(Default)]
pub(super) struct PendingCalls(Mutex<Table>);

#[derive(Default)]
struct Table {
    last_id: u64,
    waiting: IdMap<u64, Waiter>,
    /// The posts among those that wait, oldest first.
    posts: VecDeque<u64>,
    closed: Option<Closed>,
}

pub(super) enum Waiter {
    /// A caller awaits the response.
    Call(oneshot::Sender<CallOutcome>),
    /// The response is ignored; a refusal is logged.
    Post(&'static str),
    /// Called with the outcome, in the reader: must neither block nor wait.
    Then(Box<dyn FnOnce(CallOutcome) + Send>),
}

impl PendingCalls {
    /// Registers a call and returns its id, or why the connection has ended.
    pub(super) fn register(&self, waiter: Waiter) -> Result<u64, Closed> {
        let mut table = self.lock();
        if let Some(closed) = &table.closed {
            return Err(closed.clone());
        }
        table.last_id += 1;
        let id = table.last_id;
        if matches!(waiter, Waiter::Post(_)) {
            table.posts.push_back(id);
            // Nobody waits for it: the other side may never respond.
            if table.posts.len() > MAX_POSTS
                && let Some(oldest) = table.posts.pop_front()
            {
                table.waiting.remove(&oldest);
            }
        }
        table.waiting.insert(id, waiter);
        Ok(id)
    }

    /// The id of the only call in flight, or their number.
    pub(super) fn only_id(&self) -> Result<u64, usize> {
        let table = self.lock();
        let mut ids = table.waiting.keys();
        match (ids.next(), ids.next()) {
            (Some(id), None) => Ok(*id),
            _ => Err(table.waiting.len()),
        }
    }

    pub(super) fn forget(&self, id: u64) {
        self.lock().remove(id);
    }

    /// Passes on the result of a call, which is copied only where somebody waits for it.
    pub(super) fn answered(&self, id: u64, result: Option<&RawValue>) {
        let waiter = self.lock().remove(id);
        if !matches!(waiter, Some(Waiter::Post(_))) {
            tell(id, waiter, CallOutcome::Result(result.map(ToOwned::to_owned)));
        }
    }

    pub(super) fn settle(&self, id: u64, outcome: CallOutcome) {
        let waiter = self.lock().remove(id);
        tell(id, waiter, outcome);
    }

    /// Fails every call in flight, and every later one.
    pub(super) fn close(&self, closed: &Closed) {
        let waiting = {
            let mut table = self.lock();
            table.closed.get_or_insert_with(|| closed.clone());
            table.posts.clear();
            std::mem::take(&mut table.waiting)
        };
        for waiter in waiting.into_values() {
            match waiter {
                Waiter::Call(caller) => {
                    let _ = caller.send(CallOutcome::Closed(closed.clone()));
                }
                Waiter::Then(then) => then(CallOutcome::Closed(closed.clone())),
                Waiter::Post(_) => {}
            }
        }
    }

    pub(super) fn closed(&self) -> Option<Closed> {
        self.lock().closed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn remove(&mut self, id: u64) -> Option<Waiter> {
        let waiter = self.waiting.remove(&id);
        if matches!(waiter, Some(Waiter::Post(_)))
            // Ids only grow.
            && let Ok(place) = self.posts.binary_search(&id)
        {
            self.posts.remove(place);
        }
        waiter
    }
}

/// Tells whoever waits for a call how it went.
fn tell(id: u64, waiter: Option<Waiter>, outcome: CallOutcome) {
    match (waiter, outcome) {
        (Some(Waiter::Call(caller)), outcome) => {
            // The caller may have been dropped.
            let _ = caller.send(outcome);
        }
        (Some(Waiter::Post(method)), CallOutcome::Refused(error)) => {
            tracing::debug!(
                method,
                code = error.code,
                message = error.message,
                "the cli refused a message"
            );
        }
        (Some(Waiter::Post(_)), _) => {}
        (Some(Waiter::Then(then)), outcome) => then(outcome),
        (None, _) => tracing::debug!(id, "a response to no call in flight"),
    }
}

#[cfg(test)]
mod tests {
    use super::{CallOutcome, MAX_POSTS, PendingCalls, Waiter};

    #[test]
    fn posts_that_are_never_answered_are_forgotten_and_calls_are_not() {
        let pending = PendingCalls::default();
        let (caller, mut answer) = tokio::sync::oneshot::channel();
        let call = pending.register(Waiter::Call(caller)).expect("open");
        for _ in 0..3 * MAX_POSTS {
            pending.register(Waiter::Post("answer")).expect("open");
        }
        assert_eq!(pending.only_id(), Err(MAX_POSTS + 1));
        pending.settle(call, CallOutcome::Result(None));
        assert!(matches!(answer.try_recv(), Ok(CallOutcome::Result(None))));
        for id in 1..=3 * MAX_POSTS as u64 + 1 {
            pending.settle(id, CallOutcome::Result(None));
        }
        assert_eq!(pending.only_id(), Err(0));
        assert!(pending.lock().posts.is_empty());
    }
}
