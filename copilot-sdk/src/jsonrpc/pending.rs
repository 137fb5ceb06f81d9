//! Calls in flight.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::incoming::ErrorObject;
use crate::closed::Closed;

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
    waiting: HashMap<u64, Waiter>,
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
        self.lock().waiting.remove(&id);
    }

    pub(super) fn settle(&self, id: u64, outcome: CallOutcome) {
        let waiter = self.lock().waiting.remove(&id);
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

    /// Fails every call in flight, and every later one.
    pub(super) fn close(&self, closed: &Closed) {
        let waiting = {
            let mut table = self.lock();
            table.closed.get_or_insert_with(|| closed.clone());
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
