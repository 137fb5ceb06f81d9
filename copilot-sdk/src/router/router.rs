//! The sessions of a server, and where each message goes.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use serde_json::value::RawValue;
use tokio::task::yield_now;

use super::inbox::ServerInbox;
use super::place::Place;
use super::unrouted::{Unrouted, UnroutedBuffer};
use crate::closed::Closed;
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::id_hash::IdMap;
use crate::ids::SessionId;
use crate::json_text::split_at_quote;
use crate::jsonrpc::{CODE_INTERNAL, Responder, decode_params};
use crate::payload::answers;
use crate::sealed::SealedArc;

/// The sessions of a server, by id.
pub(crate) struct Router {
    pub(super) places: RwLock<IdMap<SessionId, Arc<Place>>>,
    pub(super) unrouted: Mutex<UnroutedBuffer>,
    pub(super) server: Arc<dyn ServerInbox>,
}

impl Router {
    pub(crate) fn new(server: Arc<dyn ServerInbox>) -> Self {
        Self { places: RwLock::default(), unrouted: Mutex::default(), server }
    }

    /// Waits until the CLI has detached the previous session with this id, if any.
    pub(crate) async fn vacant(&self, id: &SessionId) {
        loop {
            let leaving = self.read().get(id).filter(|place| place.is_detaching()).cloned();
            let Some(place) = leaving else { return };
            // The id is free, however the session ended.
            let _ = place.gone().await;
        }
    }

    /// The handle of the session with this id, if it is open or being opened.
    pub(crate) async fn handle<T: 'static>(&self, id: &SessionId) -> Option<SealedArc<T>> {
        loop {
            self.vacant(id).await;
            let place = self.read().get(id).cloned()?;
            if let Some(handle) = place.handle().await {
                return Some(handle);
            }
            // The last handle is just being dropped.
            yield_now().await;
        }
    }

    /// Whether a session with this id is registered.
    pub(crate) fn is_open(&self, id: &SessionId) -> bool {
        self.read().contains_key(id)
    }

    /// Every registered session.
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

    pub(crate) fn event(&self, session_id: &str, event: Arc<Event>) {
        // Held until the event is buffered: a session registered in between would miss it.
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
        let addressee = params.and_then(|params| Some((params, Addressee::of(method, params)?)));
        let Some((params, id)) = addressee else {
            return self.server.request(method, params, responder);
        };
        let places = self.read();
        if let Some(place) = places.get(&*id).cloned() {
            drop(places);
            let inbox = place.inbox();
            if inbox.handles(method) || !self.server.handles(method) {
                return inbox.request(method, params, responder);
            }
            return self.server.request(method, Some(params), responder);
        }
        if self.server.handles(method) {
            return self.server.request(method, Some(params), responder);
        }
        let message =
            Unrouted::Request { method: method.into(), params: params.to_owned(), responder };
        if let Some(Unrouted::Request { responder, .. }) = self.keep(&id, message) {
            responder.error(CODE_INTERNAL, &format!("session `{id}` is not open here"));
        }
    }

    /// A call of a hook, whose params nobody has read yet. Returns whether it is for a session that
    /// takes it as it is.
    pub(crate) fn hook(&self, params: &str, responder: &dyn Fn() -> Responder) -> bool {
        let Some(id) = leading_session(params) else { return false };
        let place = self.read().get(id).cloned();
        let Some(place) = place.filter(|_| !self.server.handles("hooks.invoke")) else {
            return false;
        };
        place.inbox().hook(params, responder());
        true
    }

    /// A notification other than the events of a session.
    pub(crate) fn notification(&self, method: &str, params: Option<&RawValue>) {
        let addressee = params.and_then(|params| Some((params, Addressee::of(method, params)?)));
        let place =
            addressee.and_then(|(params, id)| Some((params, self.read().get(&*id).cloned()?)));
        if !place.is_some_and(|(params, place)| place.inbox().notification(method, params)) {
            self.server.notification(method, params);
        }
    }

    /// Suspends the open sessions, because the connection has ended and may be replaced.
    pub(crate) fn suspend(&self, closed: &Closed) {
        self.server.ended();
        for place in self.places() {
            place.suspend(closed);
        }
    }

    /// Closes all sessions, because the connection has ended for good.
    pub(crate) fn close(&self, closed: &Closed) {
        self.server.ended();
        for place in self.places() {
            place.end(closed);
        }
    }

    /// Removes a session, unless another one has taken its id.
    pub(super) fn remove(&self, place: &Place) {
        let mut places = self.write();
        if places.get(place.id()).is_some_and(|own| std::ptr::eq(Arc::as_ptr(own), place)) {
            places.remove(place.id());
        }
    }

    pub(super) fn read(&self) -> RwLockReadGuard<'_, IdMap<SessionId, Arc<Place>>> {
        self.places.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, IdMap<SessionId, Arc<Place>>> {
        self.places.write().unwrap_or_else(PoisonError::into_inner)
    }
}

answers! {
    /// The session a request is about.
    struct Addressee {
        session_id: Option<String> = "sessionId",
        /// GitHub token providers are registered under their session's id.
        registration_id: Option<String> = "registrationId",
    }
}

impl Addressee {
    fn of<'a>(method: &str, params: &'a RawValue) -> Option<Cow<'a, str>> {
        // Others have one address, which the CLI writes first.
        if method != "gitHubToken.getToken"
            && let Some(id) = leading_session(params.get())
        {
            return Some(Cow::Borrowed(id));
        }
        let Self { session_id, registration_id } = decode_params(params).ok()?;
        registration_id.or(session_id).map(Cow::Owned)
    }
}

/// The id of the session with which the text of params begins.
fn leading_session(params: &str) -> Option<&str> {
    let (id, _) = split_at_quote(params.strip_prefix(r#"{"sessionId":""#)?)?;
    Some(id)
}
