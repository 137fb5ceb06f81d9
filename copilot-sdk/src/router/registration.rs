//! The guard of a session's place in the router.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::place::{NOT_OPENED, Place};
use super::{Inbox, Reopen, Router};
use crate::closed::Closed;
use crate::error::{Error, ErrorKind, Result};
use crate::event::capabilities::UiCapabilities;
use crate::ids::SessionId;
use crate::jsonrpc::{Peer, decode, to_json};
use crate::payload::answers;
use crate::session_peer::{NoParams, SessionPeer};

/// A guard of a session's place in the router; see [`Place`] for its states.
///
/// Dropping it detaches the session.
pub(crate) struct Registration {
    place: Arc<Place>,
    reason: &'static str,
}

answers! {
    /// The result of `session.create` and `session.resume`.
    #[derive(Debug)]
    pub(crate) struct Opened {
        pub(crate) session_id: SessionId = "sessionId",
        pub(crate) workspace_path: Option<PathBuf> = "workspacePath",
        pub(crate) capabilities: Capabilities = "capabilities",
    }

    #[derive(Debug, Default)]
    pub(crate) struct Capabilities {
        pub(crate) ui: Option<UiCapabilities> = "ui",
    }
}

impl Opened {
    /// Whether a client shows forms in the session.
    pub(crate) fn shows_forms(&self) -> bool {
        self.capabilities.ui.as_ref().and_then(|ui| ui.elicitation).unwrap_or(false)
    }
}

impl Registration {
    /// Reserves the id of `peer` before it is sent to the CLI. Returns `None` if the id is taken.
    pub(crate) fn reserve(
        router: &Arc<Router>,
        inbox: Arc<dyn Inbox>,
        peer: SessionPeer,
    ) -> Option<Self> {
        Self::reserve_after(router, inbox, peer, |_| {})
    }

    /// Like [`reserve`](Self::reserve), but runs `first` before anything else reaches the inbox.
    pub(super) fn reserve_after(
        router: &Arc<Router>,
        inbox: Arc<dyn Inbox>,
        peer: SessionPeer,
        first: impl FnOnce(&dyn Inbox),
    ) -> Option<Self> {
        let place = Arc::new(Place::new(router, inbox, peer));
        let mut places = router.write();
        if places.contains_key(place.id()) {
            return None;
        }
        places.insert(place.id().clone(), Arc::clone(&place));
        first(place.inbox());
        Some(Self { place, reason: NOT_OPENED })
    }

    /// Asks the CLI to open the session. The response reaches the place even if this future is
    /// dropped.
    pub(crate) async fn open(
        &self,
        method: &'static str,
        params: impl Serialize,
    ) -> Result<Opened> {
        let (tell, answer) = oneshot::channel();
        let place = Arc::clone(&self.place);
        let then = move |answer: Result<Option<Box<RawValue>>>| {
            let opened = answer.and_then(|raw| decode::<Opened>(method, raw.as_deref()));
            match &opened {
                Ok(opened) if opened.session_id != *place.id() => place.refused(&not_opened()),
                Ok(_) => place.opened(),
                // An unreadable response is not a refusal.
                Err(error) if error.kind() == ErrorKind::Protocol => place.opened(),
                Err(_) => place.refused(&not_opened()),
            }
            let _ = tell.send(opened);
        };
        self.place.peer().call_then(method, params, then).inspect_err(|_| {
            self.place.refused(&not_opened());
        })?;
        answer.await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Closed, NEVER_ANSWERED)))
    }

    /// Marks the session as ready. `reopen` reopens it, and `reason` is given when the guard is
    /// dropped.
    pub(crate) fn ready(&mut self, reason: &'static str, reopen: Arc<dyn Reopen>) {
        self.reason = reason;
        self.place.reopens_with(reopen);
    }

    /// The guarded place.
    pub(crate) fn place(&self) -> &Arc<Place> {
        &self.place
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.place.begin_detach(self.reason);
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registration").field(&self.place).finish()
    }
}

/// Asks the CLI to open a session and assign its id. If the caller is gone by then, the session is
/// detached.
pub(crate) async fn open_unnamed(
    peer: &Peer,
    method: &'static str,
    params: impl Serialize,
) -> Result<Opened> {
    let (tell, answer) = oneshot::channel();
    let giver = peer.clone();
    let then = move |answer: Result<Option<Box<RawValue>>>| {
        let opened = answer.and_then(|raw| decode::<Opened>(method, raw.as_deref()));
        if let Err(Ok(unheard)) = tell.send(opened) {
            give_back(&giver, unheard.session_id);
        }
    };
    peer.call_then(method, &to_json(&params)?, then)?;
    answer.await.unwrap_or_else(|_| Err(Error::new(ErrorKind::Closed, NEVER_ANSWERED)))
}

/// Detaches a session that has no place in the router.
pub(crate) fn give_back(peer: &Peer, id: SessionId) {
    let peer = SessionPeer::new(id, peer.clone());
    if let Err(error) = peer.post("session.detach", NoParams {}) {
        tracing::debug!(%error, "an unclaimed session could not be detached");
    }
}

const NEVER_ANSWERED: &str = "the connection ended before the session was open";

fn not_opened() -> Closed {
    Closed::orderly(NOT_OPENED)
}
