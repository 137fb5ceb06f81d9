//! What comes for a session whose id is not known here yet, because the server chooses it.

use std::sync::{Arc, MutexGuard, PoisonError};

use serde_json::value::RawValue;

use super::{Inbox, Router};
use crate::event::Event;
use crate::ids::SessionId;
use crate::jsonrpc::Responder;
use crate::queue::DEFAULT_BUDGET;

/// Kept while sessions are created that have no id yet.
#[derive(Default)]
pub(super) struct Strangers {
    expected: usize,
    kept: Vec<(SessionId, Stray)>,
    bytes: usize,
}

pub(super) enum Stray {
    Event(Event, usize),
    Request { method: Box<str>, params: Box<RawValue>, responder: Responder },
}

/// A session is on its way whose id is not known yet; what comes for it is kept until this is
/// dropped.
pub(crate) struct Expected(Arc<Router>);

impl Router {
    /// Keeps what comes for sessions that are not open here, from now on.
    pub(crate) fn expect_stranger(self: &Arc<Self>) -> Expected {
        self.strangers().expected += 1;
        Expected(Arc::clone(self))
    }

    /// Keeps what has come for a session that is not open here; gives it back when none is
    /// expected, or too much waits.
    pub(super) fn keep(&self, id: &str, stray: Stray) -> Option<Stray> {
        // What one that leaves is asked has to be refused, or it never goes.
        let leaves = self.leaving().contains_key(id);
        let mut strangers = self.strangers();
        let size = stray.size();
        if leaves || strangers.expected == 0 || strangers.bytes + size > DEFAULT_BUDGET {
            return Some(stray);
        }
        strangers.bytes += size;
        strangers.kept.push((SessionId::from(id), stray));
        None
    }

    fn strangers(&self) -> MutexGuard<'_, Strangers> {
        self.strangers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Expected {
    /// Registers the session and gives it what came for it, in order; `false` when the id is taken.
    pub(crate) fn register(self, id: &SessionId, inbox: &Arc<impl Inbox + 'static>) -> bool {
        // Nothing new is handed out meanwhile.
        let mut sessions = self.0.write();
        if sessions.contains_key(id) {
            return false;
        }
        sessions.insert(id.clone(), inbox.clone());
        let own =
            self.0.strangers().kept.extract_if(.., |(stray, _)| stray == id).collect::<Vec<_>>();
        for (_, stray) in own {
            match stray {
                Stray::Event(event, size) => inbox.event(event, size),
                Stray::Request { method, params, responder } => {
                    inbox.request(&method, &params, responder);
                }
            }
        }
        true
    }
}

impl Drop for Expected {
    fn drop(&mut self) {
        let mut strangers = self.0.strangers();
        strangers.expected -= 1;
        if strangers.expected == 0 {
            // Requests among them are refused by being dropped, which takes no lock of the router.
            *strangers = Strangers::default();
        }
    }
}

impl Stray {
    fn size(&self) -> usize {
        match self {
            Self::Event(_, size) => *size,
            Self::Request { params, .. } => params.get().len(),
        }
    }
}
