//! One live connection to a Copilot CLI, and the process behind it where we started one.

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde::{Deserialize as _, Deserializer};
use serde_json::value::RawValue;

use crate::closed::Closed;
use crate::error::{ErrorKind, Result};
use crate::event::SessionEvent;
use crate::ids::SessionId;
use crate::jsonrpc::{Inbound, Peer, Responder};
use crate::lifecycle::{Broadcast, LifecycleKind};
use crate::router::Router;
use crate::session_peer::SessionPeer;
use crate::transport::process::{Pace, Process};
use crate::transport::{FRAME_LIMIT, Transport};

/// How long the end of a pipe waits for the exit status that explains it.
const EXIT_GRACE: Duration = Duration::from_secs(2);

/// A live connection. Dropping it ends the outgoing half and, where we started it, the CLI.
pub(crate) struct Connection {
    pub(crate) peer: Peer,
    pub(crate) process: Option<Process>,
    /// No other client can be connected to this server, so every question is ours to answer.
    pub(crate) exclusive: bool,
    context: Context,
}

/// What a connection belongs to.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) router: Arc<Router>,
    pub(crate) lifecycle: Arc<Broadcast>,
    pub(crate) owner: Weak<dyn Owner>,
    /// Tells the connections of one owner apart.
    pub(crate) number: u64,
}

/// The owner of connections: says what becomes of the sessions when one ends.
pub(crate) trait Owner: Send + Sync {
    /// The connection `number` is over; no call has failed because of it yet.
    fn ended(self: Arc<Self>, number: u64, closed: &Closed) -> Fate;
}

/// What becomes of the sessions when a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// They have nothing to do with it.
    Untouched,
    /// Another connection will come: they wait for it.
    Suspended,
    Closed,
}

impl Connection {
    /// Starts to read and write; must be called within a tokio runtime.
    pub(crate) fn open(
        transport: Transport,
        process: Option<Process>,
        exclusive: bool,
        context: Context,
        frame_limit: Option<usize>,
    ) -> Self {
        let incoming = Incoming { context: context.clone(), process: process.clone() };
        let peer = Peer::start(transport, frame_limit.unwrap_or(FRAME_LIMIT), incoming);
        Self { peer, process, exclusive, context }
    }

    /// The peer of one session.
    pub(crate) fn session(&self, id: SessionId) -> SessionPeer {
        SessionPeer::new(id, self.peer.clone())
    }

    /// Checks that the connection is still there.
    pub(crate) fn check(&self) -> Result<()> {
        self.peer.closed().map_or(Ok(()), |closed| Err(closed.error()))
    }

    /// Tells the owner of an end that came before the owner knew of the connection.
    pub(crate) fn repeat_end(&self) {
        if let Some(closed) = self.peer.closed() {
            self.context.ended(&closed);
        }
    }

    /// Ends the outgoing half; calls fail with `reason`, sessions and streams end in good order.
    pub(crate) fn close(&self, reason: &str) {
        let closed = Closed::orderly(reason);
        self.context.ended(&closed);
        self.peer.close(&closed);
        // A session that was registered in between.
        self.context.ended(&closed);
    }
}

impl Context {
    fn ended(&self, closed: &Closed) {
        let fate = match self.owner.upgrade() {
            Some(owner) => owner.ended(self.number, closed),
            None => Fate::Closed,
        };
        match fate {
            Fate::Untouched => {}
            Fate::Suspended => self.router.suspend(closed),
            Fate::Closed => {
                self.router.close(closed);
                self.lifecycle.finish(closed);
            }
        }
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

/// What the reader does with what the CLI says.
struct Incoming {
    context: Context,
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
        self.context.router.event(&notification.session_id, notification.event, size);
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
                if let Some(event) = self.context.lifecycle.notification(params)
                    && event.kind == LifecycleKind::Deleted
                {
                    self.context.router.deleted(&event.session_id);
                }
            }
            _ => tracing::trace!(method, "a notification that nobody here waits for"),
        }
    }

    fn request(&mut self, method: &str, params: Option<&RawValue>, responder: Responder) {
        self.context.router.request(method, params, responder);
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
        self.context.ended(closed);
    }
}

/// A connection that belongs to no server, for the tests of other rooms.
#[cfg(test)]
pub(crate) fn detached_connection(transport: Transport) -> Connection {
    use crate::router::ServerInbox;

    struct Refuse;
    impl ServerInbox for Refuse {
        fn request(&self, _: &str, _: Option<&RawValue>, _: Responder) {}
    }
    struct NoOwner;
    impl Owner for NoOwner {
        fn ended(self: Arc<Self>, _: u64, _: &Closed) -> Fate {
            Fate::Closed
        }
    }
    let context = Context {
        router: Arc::new(Router::new(Arc::new(Refuse))),
        lifecycle: Arc::default(),
        owner: Weak::<NoOwner>::new(),
        number: 1,
    };
    Connection::open(transport, None, true, context, None)
}
