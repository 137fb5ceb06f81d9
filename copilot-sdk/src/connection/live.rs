//! One live connection to a Copilot CLI, and the process behind it where we started one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize as _, Deserializer};
use serde_json::value::RawValue;
use tokio::sync::oneshot;

use super::SessionPeer;
use super::session_peer::{Addressed, NoParams};
use crate::closed::Closed;
use crate::error::{Error, ErrorKind, Result};
use crate::event::SessionEvent;
use crate::ids::SessionId;
use crate::jsonrpc::{Inbound, Peer, Responder};
use crate::lifecycle::{Broadcast, LifecycleKind};
use crate::router::Router;
use crate::transport::process::{Pace, Process};
use crate::transport::{FRAME_LIMIT, Transport};

/// How long the end of a pipe waits for the exit status that explains it.
const EXIT_GRACE: Duration = Duration::from_secs(2);

/// A live connection. Dropping it ends the outgoing half and, where we started it, the CLI.
pub(crate) struct Connection {
    pub(crate) peer: Peer,
    pub(crate) router: Arc<Router>,
    pub(crate) process: Option<Process>,
    /// Nobody else can be connected to this server, so every question is ours to answer.
    pub(crate) exclusive: bool,
    lifecycle: Arc<Broadcast>,
}

impl Connection {
    /// Starts to read and write; must be called within a tokio runtime.
    pub(crate) fn open(
        transport: Transport,
        process: Option<Process>,
        exclusive: bool,
        lifecycle: Arc<Broadcast>,
        frame_limit: Option<usize>,
    ) -> Self {
        let router = Arc::new(Router::default());
        let incoming = Incoming {
            router: Arc::clone(&router),
            lifecycle: Arc::clone(&lifecycle),
            process: process.clone(),
        };
        let peer = Peer::start(transport, frame_limit.unwrap_or(FRAME_LIMIT), incoming);
        Self { peer, router, process, exclusive, lifecycle }
    }

    /// The other side has answered: it is a CLI, and what it says of its sessions counts.
    pub(crate) fn greeted(&self) {
        self.lifecycle.opened();
        // It may have ended between its answer and now, when that did not count yet.
        if let Some(closed) = self.peer.closed() {
            self.lifecycle.closed(&closed);
        }
    }

    /// Why the connection is over, once it is.
    pub(crate) fn closed(&self) -> Option<Error> {
        self.peer.closed().map(|closed| closed.error())
    }

    /// The peer of one session.
    pub(crate) fn session(&self, id: SessionId) -> SessionPeer {
        SessionPeer::new(id, self.peer.clone())
    }

    /// Checks that the connection is still there.
    pub(crate) fn check(&self) -> Result<()> {
        self.closed().map_or(Ok(()), Err)
    }

    /// Lets go of a session: its session-end hook runs, then the CLI answers. Until then its id is
    /// not free.
    pub(crate) fn detach(
        &self,
        id: &SessionId,
        reason: &'static str,
    ) -> oneshot::Receiver<Result<()>> {
        detach(&self.peer, &self.router, id, reason)
    }

    /// Ends the outgoing half; calls fail with `reason`, sessions and streams end in good order.
    pub(crate) fn close(&self, reason: &str) {
        let closed = Closed::orderly(reason);
        self.router.closed(&closed);
        self.peer.close(&closed);
        // A session that was registered in between.
        self.router.closed(&closed);
        self.lifecycle.closed(&closed);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.close("the client was dropped");
        if let Some(process) = &self.process {
            process.end(Pace::Graceful);
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("exclusive", &self.exclusive).finish_non_exhaustive()
    }
}

/// Lets go of a session, as [`Connection::detach`], and ends it here when that is answered.
pub(crate) fn detach(
    peer: &Peer,
    router: &Arc<Router>,
    id: &SessionId,
    reason: &'static str,
) -> oneshot::Receiver<Result<()>> {
    router.detaching(id);
    let (tell, answered) = oneshot::channel();
    let (then_router, left) = (Arc::clone(router), id.clone());
    let then = move |answer| {
        // In this order: whoever waits for the id finds it free.
        then_router.close_session(&left, &Closed::orderly(reason));
        then_router.left(&left);
        // Not everybody waits for it.
        let _ = tell.send(answer);
    };
    if peer
        .call_then("session.detach", Addressed { session_id: id, params: NoParams {} }, then)
        .is_err()
    {
        router.left(id);
    }
    answered
}

/// What the reader does with what the CLI says.
struct Incoming {
    router: Arc<Router>,
    lifecycle: Arc<Broadcast>,
    process: Option<Process>,
}

impl Inbound for Incoming {
    type Notification<'de> = SessionEvent<'de>;

    fn decodes(method: &str) -> bool {
        method == "session.event"
    }

    fn decode<'de, D: Deserializer<'de>>(params: D) -> Result<SessionEvent<'de>, D::Error> {
        SessionEvent::deserialize(params)
    }

    fn decoded(&mut self, notification: SessionEvent<'_>, size: usize) {
        self.router.event(&notification.session_id, notification.event, size);
    }

    fn notification(&mut self, method: &str, params: Option<&RawValue>) {
        match (method, params) {
            // Its data did not have the shape that its type promises.
            ("session.event", Some(params)) => {
                match crate::event::decode_session_event(params.get()) {
                    Ok(notification) => self.decoded(notification, params.get().len()),
                    Err(error) => {
                        tracing::warn!(%error, "skipped a session event that cannot be read");
                    }
                }
            }
            ("session.lifecycle", Some(params)) => {
                if let Some(event) = self.lifecycle.notification(params)
                    && event.kind == LifecycleKind::Deleted
                {
                    self.router
                        .close_session(&event.session_id, &Closed::orderly("it was deleted"));
                }
            }
            _ => tracing::trace!(method, "a notification that nobody here waits for"),
        }
    }

    fn request(&mut self, method: &str, params: Option<&RawValue>, responder: Responder) {
        self.router.request(method, params, responder);
    }

    async fn ended(&mut self, cause: Closed) -> Closed {
        let Some(process) = self.process.as_ref().filter(|_| !cause.orderly) else { return cause };
        let exit = tokio::time::timeout(EXIT_GRACE, process.exited()).await;
        let fate = match exit {
            Ok(exit) => format!("the copilot cli ended ({exit})"),
            Err(_) => "the copilot cli closed its end of the connection".to_owned(),
        };
        // What broke the protocol says more than the end that followed.
        let fate = if cause.kind == ErrorKind::Protocol {
            format!("{}; {fate}", cause.reason)
        } else {
            fate
        };
        Closed::new(cause.kind, process.with_last_words(&fate))
    }

    fn closed(&mut self, closed: &Closed) {
        self.router.closed(closed);
        self.lifecycle.closed(closed);
    }
}
