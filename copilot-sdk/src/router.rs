//! Brings what the CLI says to the session that it is for.

mod strangers;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::watch;

use crate::closed::Closed;
use crate::event::Event;
use crate::ids::SessionId;
use crate::jsonrpc::{CODE_INTERNAL, CODE_METHOD_NOT_FOUND, Responder, decode_params};
use strangers::{Strangers, Stray};

/// Where one session receives. Called by the reader: must neither block nor wait.
pub(crate) trait Inbox: Send + Sync {
    /// An event of the session, and the size of its frame in bytes.
    fn event(&self, event: Event, size: usize);

    /// A request about the session.
    fn request(&self, method: &str, params: &RawValue, responder: Responder);

    /// The connection is over.
    fn closed(&self, closed: &Closed);
}

type Sessions = HashMap<SessionId, Arc<dyn Inbox>>;

/// A session that the CLI has not let go of.
#[derive(Default)]
struct Leaving {
    /// How many answers are awaited.
    detaches: usize,
    gone: watch::Sender<()>,
}

/// The sessions of one connection by their id.
#[derive(Default)]
pub(crate) struct Router {
    sessions: RwLock<Sessions>,
    /// Sessions that the CLI has not let go of yet. One that is opened under the same id meanwhile
    /// would be lost with them, because the CLI works on several calls at once.
    leaving: Mutex<HashMap<SessionId, Leaving>>,
    strangers: Mutex<Strangers>,
}

impl Router {
    /// Registers a session, before the CLI hears of it; `false` when the id is taken.
    pub(crate) fn register(&self, id: &SessionId, inbox: Arc<dyn Inbox>) -> bool {
        let mut sessions = self.write();
        if sessions.contains_key(id) {
            return false;
        }
        sessions.insert(id.clone(), inbox);
        true
    }

    /// The CLI is about to let go of a session.
    pub(crate) fn leave(&self, id: &SessionId) {
        self.leaving().entry(id.clone()).or_default();
    }

    /// The CLI is asked to let go of a session, once more.
    pub(crate) fn detaching(&self, id: &SessionId) {
        self.leaving().entry(id.clone()).or_default().detaches += 1;
    }

    /// The CLI has let go of a session: its id is free when no other answer is awaited.
    pub(crate) fn left(&self, id: &SessionId) {
        if let Entry::Occupied(mut leaving) = self.leaving().entry(id.clone()) {
            let detaches = leaving.get().detaches.saturating_sub(1);
            leaving.get_mut().detaches = detaches;
            if detaches == 0 {
                leaving.remove();
            }
        }
    }

    /// Waits until the CLI has let go of the session that had this id, if there is one.
    pub(crate) async fn vacant(&self, id: &SessionId) {
        loop {
            let leaving = self.leaving().get(id).map(|leaving| leaving.gone.subscribe());
            let Some(mut leaving) = leaving else { return };
            // Nothing is ever sent: the sender is dropped when it has.
            let _ = leaving.changed().await;
        }
    }

    /// Takes a session off, unless another one has its id by now.
    pub(crate) fn remove<I: Inbox>(&self, id: &SessionId, inbox: &Arc<I>) {
        let mut sessions = self.write();
        let own = |registered: &Arc<dyn Inbox>| {
            std::ptr::addr_eq(Arc::as_ptr(registered), Arc::as_ptr(inbox))
        };
        if sessions.get(id).is_some_and(own) {
            sessions.remove(id);
        }
    }

    /// Whether a session with this id is open here.
    pub(crate) fn is_open(&self, id: &SessionId) -> bool {
        self.read().contains_key(id)
    }

    /// Ends one session, where it is open.
    pub(crate) fn close_session(&self, id: &SessionId, closed: &Closed) {
        let inbox = self.write().remove(id);
        if let Some(inbox) = inbox {
            inbox.closed(closed);
        }
    }

    /// The ids of the sessions that are open.
    pub(crate) fn open(&self) -> Vec<SessionId> {
        self.read().keys().cloned().collect()
    }

    pub(crate) fn event(&self, session_id: &str, event: Event, size: usize) {
        // Held while the event is kept: a session that is registered meanwhile would miss it.
        let sessions = self.read();
        if let Some(inbox) = sessions.get(session_id).cloned() {
            drop(sessions);
            inbox.event(event, size);
        } else if let Some(Stray::Event(event, _)) =
            self.keep(session_id, Stray::Event(event, size))
        {
            let event_type = event.event_type();
            tracing::debug!(session_id, event_type, "an event of a session that is not open here");
        }
    }

    pub(crate) fn request(&self, method: &str, params: Option<&RawValue>, responder: Responder) {
        let Some(params) = params else {
            return responder.error(CODE_METHOD_NOT_FOUND, &format!("unknown method `{method}`"));
        };
        let Ok(
            Addressee { registration_id: Some(id), .. } | Addressee { session_id: Some(id), .. },
        ) = decode_params(params)
        else {
            return responder.error(CODE_METHOD_NOT_FOUND, &format!("unknown method `{method}`"));
        };
        let sessions = self.read();
        if let Some(inbox) = sessions.get(&id).cloned() {
            drop(sessions);
            return inbox.request(method, params, responder);
        }
        let stray = Stray::Request { method: method.into(), params: params.to_owned(), responder };
        if let Some(Stray::Request { responder, .. }) = self.keep(id.as_str(), stray) {
            responder.error(CODE_INTERNAL, &format!("session `{id}` is not open here"));
        }
    }

    pub(crate) fn closed(&self, closed: &Closed) {
        let sessions = std::mem::take(&mut *self.write());
        for inbox in sessions.into_values() {
            inbox.closed(closed);
        }
    }

    fn leaving(&self) -> MutexGuard<'_, HashMap<SessionId, Leaving>> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, Sessions> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Sessions> {
        self.sessions.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Addressee {
    session_id: Option<SessionId>,
    /// A source of GitHub tokens is registered under its session's id.
    registration_id: Option<SessionId>,
}
