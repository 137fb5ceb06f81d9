//! The sessions of a server: brings what the CLI says to the session that it is for.
//!
//! A router belongs to its server and outlives a connection.

mod place;
mod registration;
mod unrouted;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use futures_core::future::BoxFuture;
use serde::Deserialize;
use serde_json::value::RawValue;

pub(crate) use place::Place;
pub(crate) use registration::{Opened, Registration, give_back, open_unnamed};

use crate::closed::Closed;
use crate::error::Result;
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::ids::SessionId;
use crate::jsonrpc::{CODE_INTERNAL, Peer, Responder, decode_params};
use unrouted::{Unrouted, UnroutedBuffer};

/// Where one session receives. Called by the reader: must neither block nor wait.
pub(crate) trait Inbox: Send + Sync {
    /// An event of the session.
    fn event(&self, event: Arc<Event>);

    /// A request about the session.
    fn request(&self, method: &str, params: &RawValue, responder: Responder);

    /// The connection is over, and the session may go on with another one.
    fn suspended(&self, closed: &Closed);

    /// The session is over.
    fn closed(&self, closed: &Closed);
}

/// Where requests arrive that name no session which is open here. Called by the reader.
pub(crate) trait ServerInbox: Send + Sync {
    /// A request of the CLI.
    fn request(&self, method: &str, params: Option<&RawValue>, responder: Responder);
}

/// Opens a session again on another connection.
pub(crate) trait Reopen: Send + Sync {
    /// Opens it by way of `peer`; what could not be brought back is named in the result.
    fn reopen(self: Arc<Self>, peer: Peer) -> BoxFuture<'static, Result<Vec<String>>>;
}

/// The sessions of a server by their id.
pub(crate) struct Router {
    places: RwLock<HashMap<SessionId, Arc<Place>>>,
    unrouted: Mutex<UnroutedBuffer>,
    server: Arc<dyn ServerInbox>,
}

impl Router {
    pub(crate) fn new(server: Arc<dyn ServerInbox>) -> Self {
        Self { places: RwLock::default(), unrouted: Mutex::default(), server }
    }

    /// Waits until the CLI has let go of the session that had this id, if there is one.
    pub(crate) async fn vacant(&self, id: &SessionId) {
        loop {
            let leaving = self.read().get(id).filter(|place| place.is_detaching()).cloned();
            let Some(place) = leaving else { return };
            // However it ended, the id is free.
            let _ = place.gone().await;
        }
    }

    /// Whether a session with this id is registered.
    pub(crate) fn is_open(&self, id: &SessionId) -> bool {
        self.read().contains_key(id)
    }

    /// Every session that is registered.
    pub(crate) fn places(&self) -> Vec<Arc<Place>> {
        self.read().values().cloned().collect()
    }

    /// Ends one session because the CLI deleted it.
    pub(crate) fn deleted(&self, id: &SessionId) {
        let place = self.read().get(id).cloned();
        if let Some(place) = place {
            place.end(&Closed::orderly("it was deleted"));
        }
    }

    pub(crate) fn event(&self, session_id: &str, event: Event) {
        let event = Arc::new(event);
        // Held while the event is kept: a session that is registered meanwhile would miss it.
        let places = self.read();
        if let Some(place) = places.get(session_id).cloned() {
            drop(places);
            place.inbox().event(event);
        } else if let Some(Unrouted::Event(event)) = self.keep(session_id, Unrouted::Event(event)) {
            let event_type = Excerpt::of(event.event_type());
            let session_id = Excerpt::of(session_id);
            tracing::debug!(%session_id, %event_type, "an event of a session that is not open here");
        }
    }

    pub(crate) fn request(&self, method: &str, params: Option<&RawValue>, responder: Responder) {
        let addressee = params.and_then(|params| Some((params, Addressee::of(params)?)));
        let Some((params, id)) = addressee else {
            return self.server.request(method, params, responder);
        };
        let places = self.read();
        if let Some(place) = places.get(&id).cloned() {
            drop(places);
            return place.inbox().request(method, params, responder);
        }
        let stray =
            Unrouted::Request { method: method.into(), params: params.to_owned(), responder };
        if let Some(Unrouted::Request { responder, .. }) = self.keep(id.as_str(), stray) {
            responder.error(CODE_INTERNAL, &format!("session `{id}` is not open here"));
        }
    }

    /// The connection is over, and another one may come: sessions that are open wait for it.
    pub(crate) fn suspend(&self, closed: &Closed) {
        for place in self.places() {
            place.suspend(closed);
        }
    }

    /// The connection is over for good.
    pub(crate) fn close(&self, closed: &Closed) {
        for place in self.places() {
            place.end(closed);
        }
    }

    /// Takes a session off, unless another one has its id by now.
    fn remove(&self, place: &Place) {
        let mut places = self.write();
        if places.get(place.id()).is_some_and(|own| std::ptr::eq(Arc::as_ptr(own), place)) {
            places.remove(place.id());
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<SessionId, Arc<Place>>> {
        self.places.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<SessionId, Arc<Place>>> {
        self.places.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The session that a request is about.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Addressee {
    session_id: Option<SessionId>,
    /// A source of GitHub tokens is registered under its session's id.
    registration_id: Option<SessionId>,
}

impl Addressee {
    fn of(params: &RawValue) -> Option<SessionId> {
        let Self { session_id, registration_id } = decode_params(params).ok()?;
        registration_id.or(session_id)
    }
}
