//! Brings what the CLI says to the session that it is for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::watch;

use crate::event::Event;
use crate::ids::SessionId;
use crate::rpc::{CODE_INTERNAL, CODE_METHOD_NOT_FOUND, Closed, Responder};

/// Where one session receives. Called by the reader: must neither block nor wait.
pub(crate) trait Inbox: Send + Sync {
    /// An event of the session, and the size of its frame in bytes.
    fn event(&self, event: Event, size: usize);

    /// A request about the session.
    fn request(&self, method: &str, params: &RawValue, responder: Responder);

    /// The connection is over.
    fn closed(&self, closed: &Closed);
}

/// The sessions of one connection by their id.
#[derive(Default)]
pub(crate) struct Router {
    sessions: RwLock<HashMap<SessionId, Arc<dyn Inbox>>>,
    /// Sessions that the CLI has not let go of yet. One that is opened under the same id meanwhile would be lost with
    /// them, because the CLI works on several calls at once.
    leaving: Mutex<HashMap<SessionId, watch::Sender<()>>>,
}

impl Router {
    /// Registers a session, before the CLI hears of it; `false` when the id is taken.
    pub(crate) fn register(&self, id: &SessionId, inbox: Arc<dyn Inbox>) -> bool {
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
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

    /// The CLI has let go of a session.
    pub(crate) fn left(&self, id: &SessionId) {
        self.leaving().remove(id);
    }

    /// Waits until the CLI has let go of the session that had this id, if there is one.
    pub(crate) async fn vacant(&self, id: &SessionId) {
        let leaving = self.leaving().get(id).map(watch::Sender::subscribe);
        if let Some(mut leaving) = leaving {
            // Nothing is ever sent: the sender is dropped when it has.
            let _ = leaving.changed().await;
        }
    }

    pub(crate) fn remove(&self, id: &SessionId) {
        self.sessions.write().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// Ends one session, where it is open.
    pub(crate) fn close_session(&self, id: &SessionId, closed: &Closed) {
        let inbox = self.sessions.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        if let Some(inbox) = inbox {
            inbox.closed(closed);
        }
    }

    /// The ids of the sessions that are open.
    pub(crate) fn open(&self) -> Vec<SessionId> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    pub(crate) fn event(&self, session_id: &str, event: Event, size: usize) {
        if let Some(inbox) = self.inbox(session_id) {
            inbox.event(event, size);
        } else {
            let event_type = event.event_type();
            tracing::debug!(session_id, event_type, "an event of a session that is not open here");
        }
    }

    pub(crate) fn request(&self, method: &str, params: Option<&RawValue>, responder: Responder) {
        let Some(params) = params else {
            return responder.error(CODE_METHOD_NOT_FOUND, &format!("unknown method `{method}`"));
        };
        match serde_json::from_str::<Addressee>(params.get()) {
            Ok(Addressee { registration_id: Some(id), .. } | Addressee { session_id: Some(id), .. }) => {
                match self.inbox(id.as_str()) {
                    Some(inbox) => inbox.request(method, params, responder),
                    None => responder.error(CODE_INTERNAL, &format!("session `{id}` is not open here")),
                }
            }
            _ => responder.error(CODE_METHOD_NOT_FOUND, &format!("unknown method `{method}`")),
        }
    }

    pub(crate) fn closed(&self, closed: &Closed) {
        let sessions = std::mem::take(&mut *self.sessions.write().unwrap_or_else(PoisonError::into_inner));
        for inbox in sessions.into_values() {
            inbox.closed(closed);
        }
    }

    fn leaving(&self) -> MutexGuard<'_, HashMap<SessionId, watch::Sender<()>>> {
        self.leaving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn inbox(&self, session_id: &str) -> Option<Arc<dyn Inbox>> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).get(session_id).cloned()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Addressee {
    session_id: Option<SessionId>,
    /// A source of GitHub tokens is registered under its session's id.
    registration_id: Option<SessionId>,
}
