//! A live connection to a Copilot CLI, and the process behind it if this program started it.

mod decision;
mod hook;
mod json;
mod protocol2;
mod versions;

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::task::{self, Poll};
use std::time::Duration;
use std::{fmt, io};

use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::{OnceCell, oneshot};
use tokio::task::AbortHandle;
use tokio::time::Instant;

use self::protocol2::Protocol2;
pub(crate) use self::versions::CliVersions;
use crate::closed::Closed;
use crate::error::{Error, ErrorKind, Result};
use crate::event::SessionEvent;
use crate::ids::SessionId;
use crate::jsonrpc::{CODE_METHOD_NOT_FOUND, Inbound, Peer, Responder};
use crate::lifecycle::{Broadcast, LifecycleKind};
use crate::router::Router;
use crate::session_peer::SessionPeer;
use crate::transport::process::{GracePeriod, Process};
use crate::transport::{FRAME_LIMIT, Transport};

const ANSWER_PERMISSION: &str = "session.permissions.handlePendingPermissionRequest";
const TOOLS_OF_SESSION: &str = "session.tools.getCurrentMetadata";
const HOOK: &str = "hooks.invoke";
/// How long to wait for the exit status after the pipe has ended.
const EXIT_GRACE: Duration = Duration::from_secs(2);

/// A live connection. Dropping it closes the outgoing half and ends the CLI if this program started
/// it.
pub(crate) struct Connection {
    pub(crate) peer: Peer,
    pub(crate) process: Option<Process>,
    /// Whether no other client can connect to the server.
    exclusive: bool,
    cli: Arc<OnceLock<CliVersions>>,
    /// Whether the CLI tells the tools of different sources apart, once that is known.
    tells_sources: OnceCell<bool>,
    /// The translation of what the CLI says, if it speaks protocol 2.
    protocol2: Arc<OnceLock<Arc<Protocol2>>>,
    context: Context,
    heard: Heard,
    /// Tasks aborted with the connection.
    watchers: Mutex<Vec<AbortHandle>>,
}

/// Counts the reads from the other side.
#[derive(Debug, Clone)]
pub(crate) struct Heard(Arc<HeardState>);

#[derive(Debug)]
struct HeardState {
    count: AtomicU64,
    began: Instant,
    /// Milliseconds from then to the last read.
    last: AtomicU64,
}

/// The owner and shared state of a connection.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) router: Arc<Router>,
    pub(crate) lifecycle: Arc<Broadcast>,
    pub(crate) owner: Weak<dyn Owner>,
    /// Sequence number among the connections of one owner.
    pub(crate) number: u64,
    /// Why the connection ended. Set once; later reasons are ignored.
    pub(crate) end: Arc<OnceLock<Closed>>,
}

/// The owner of a connection, which decides what happens to its sessions when it ends.
pub(crate) trait Owner: Send + Sync {
    /// Called when the connection of that context has ended, before any call fails because of it.
    fn ended(self: Arc<Self>, context: &Context, closed: &Closed) -> Fate;
}

/// What happens to the sessions when a connection ends.
#[derive(Debug)]
pub(crate) enum Fate {
    /// The sessions are not affected.
    Untouched,
    /// The sessions wait for a new connection, which waits until they do: the sender is dropped
    /// then.
    Suspended(oneshot::Sender<()>),
    Closed,
}

impl Connection {
    /// Starts reading and writing. Must be called inside a tokio runtime.
    pub(crate) fn open(
        transport: Transport,
        process: Option<Process>,
        exclusive: bool,
        context: Context,
        frame_limit: Option<usize>,
    ) -> Self {
        let (cli, protocol2) = (Arc::default(), Arc::default());
        let incoming = Incoming {
            context: context.clone(),
            process: process.clone(),
            cli: Arc::clone(&cli),
            protocol2: Arc::clone(&protocol2),
        };
        let heard = Heard::new();
        let Transport { reader, writer } = transport;
        let transport = Transport::new(Listening { reader, heard: heard.clone() }, writer);
        let peer = Peer::start(transport, frame_limit.unwrap_or(FRAME_LIMIT), incoming);
        Self {
            peer,
            process,
            exclusive,
            cli,
            tells_sources: OnceCell::new(),
            protocol2,
            context,
            heard,
            watchers: Mutex::default(),
        }
    }

    /// Speaks as the CLI does, from now on.
    pub(crate) fn speak(&self, cli: CliVersions) {
        let _ = self.cli.set(cli.clone());
        if cli.protocol > 2 {
            return self.peer.speak(Arc::new(cli));
        }
        let context = &self.context;
        let translation = Protocol2::new(cli, Arc::clone(&context.router), context.number);
        self.peer.speak(Arc::clone(&translation) as _);
        // The first time counts.
        let _ = self.protocol2.set(translation);
    }

    /// Whether filters may name the source of a tool (`builtin:bash`): to older CLIs these match
    /// nothing.
    pub(crate) async fn tells_tool_sources(&self) -> bool {
        if self.cli.get().is_some_and(|cli| cli.is_recent) {
            return true;
        }
        let asked = || async {
            // Came with the sources. There is no such session; only the method matters.
            let answer = self.session("none".into()).ask::<IgnoredAny>(TOOLS_OF_SESSION).await;
            !answer.is_err_and(|error| error.rpc_code() == Some(CODE_METHOD_NOT_FOUND))
        };
        *self.tells_sources.get_or_init(asked).await
    }

    /// The error of what the CLI does not have.
    pub(crate) fn lacks(&self, what: &[String]) -> Error {
        let what = what.join("; ");
        let text = match self.cli.get() {
            Some(cli) => {
                format!("{cli} cannot serve {what}: leave that out, or {}", CliVersions::remedy())
            }
            None => format!("the cli cannot serve {what}"),
        };
        Error::config(vec![text])
    }

    /// Whether every question must be answered here, because no other client is asked.
    pub(crate) fn asks_nobody_else(&self) -> bool {
        self.exclusive || self.protocol2.get().is_some()
    }

    /// The version of the CLI, if it says it.
    pub(crate) fn cli_version(&self) -> Option<String> {
        self.cli.get()?.version.clone()
    }

    /// Whether the CLI keeps permission requests that nobody answers, beyond its own end. In
    /// protocol 2 they are requests of the connection.
    pub(crate) fn keeps_permission_requests(&self) -> bool {
        self.protocol2.get().is_none()
    }

    pub(crate) fn heard(&self) -> Heard {
        self.heard.clone()
    }

    /// Aborts a task when the connection ends.
    pub(crate) fn watched_by(&self, task: AbortHandle) {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// The peer of one session.
    pub(crate) fn session(&self, id: SessionId) -> SessionPeer {
        SessionPeer::new(id, self.peer.clone())
    }

    /// Fails if the connection has ended.
    pub(crate) fn check(&self) -> Result<()> {
        self.peer.closed().map_or(Ok(()), |closed| Err(closed.error()))
    }

    /// Whether this is the connection of that context: a start that failed had one with the same
    /// number, whose pipe may end later.
    pub(crate) fn is_of(&self, context: &Context) -> bool {
        Arc::ptr_eq(&self.context.end, &context.end)
    }

    /// Reports to the owner an end that happened before the owner knew of the connection.
    pub(crate) fn repeat_end(&self) {
        if let Some(closed) = self.peer.closed() {
            self.context.ended(&closed);
        }
    }

    /// Closes the outgoing half. Calls fail with `reason`; sessions and streams end normally.
    pub(crate) fn close(&self, reason: &str) {
        let closed = self.context.end.get_or_init(|| Closed::orderly(reason)).clone();
        self.context.ended(&closed);
        self.peer.close(&closed);
        // Closes a session registered in between.
        self.context.ended(&closed);
    }
}

impl Heard {
    fn new() -> Self {
        let (count, last) = (AtomicU64::new(0), AtomicU64::new(0));
        Self(Arc::new(HeardState { count, began: Instant::now(), last }))
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.count.load(Ordering::Relaxed)
    }

    /// Time since the connection was opened.
    pub(crate) fn age(&self) -> Duration {
        self.0.began.elapsed()
    }

    /// Time since the last read, or since the connection was opened.
    pub(crate) fn silence(&self) -> Duration {
        self.age().saturating_sub(Duration::from_millis(self.0.last.load(Ordering::Relaxed)))
    }

    fn hears(&self) {
        let age = u64::try_from(self.age().as_millis()).unwrap_or(u64::MAX);
        self.0.last.store(age, Ordering::Relaxed);
        self.0.count.fetch_add(1, Ordering::Relaxed);
    }
}

/// Counts what comes from the other side.
struct Listening {
    reader: Box<dyn AsyncRead + Send + Unpin>,
    heard: Heard,
}

impl AsyncRead for Listening {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.reader).poll_read(cx, buffer);
        if read.is_ready() {
            self.heard.hears();
        }
        read
    }
}

impl Context {
    fn ended(&self, closed: &Closed) {
        // The first reason counts: later ones are consequences of it.
        let closed = self.end.get_or_init(|| closed.clone());
        let fate = match self.owner.upgrade() {
            Some(owner) => owner.ended(self, closed),
            None => Fate::Closed,
        };
        match fate {
            Fate::Untouched => {}
            Fate::Suspended(suspended) => {
                self.router.suspend(closed);
                drop(suspended);
            }
            Fate::Closed => {
                self.router.close(closed);
                self.lifecycle.finish(closed);
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for task in self.watchers.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
        self.close("the client was dropped");
        if let Some(process) = &self.process {
            process.end(GracePeriod::Normal);
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("exclusive", &self.exclusive).finish_non_exhaustive()
    }
}

/// Handles incoming messages in the reader.
struct Incoming {
    context: Context,
    process: Option<Process>,
    cli: Arc<OnceLock<CliVersions>>,
    protocol2: Arc<OnceLock<Arc<Protocol2>>>,
}

impl Inbound for Incoming {
    fn message(&mut self, text: &str) -> bool {
        // Nearly all messages are events of sessions.
        SessionEvent::of_message(text).map(|event| self.event(event)).is_some()
    }

    fn notification(&mut self, method: &str, params: Option<&RawValue>) {
        match (method, params) {
            ("session.event", Some(params)) => {
                match crate::event::decode_session_event(params.get()) {
                    Ok(event) => self.event(event),
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
            _ => self.context.router.notification(method, params),
        }
    }

    fn unread_request(
        &mut self,
        method: &str,
        params: &str,
        responder: &dyn Fn() -> Responder,
    ) -> bool {
        // A hook reads its input once it knows its kind, and fails where that is not JSON.
        method == HOOK
            && self.cli.get().is_some_and(|cli| cli.is_recent)
            && self.context.router.hook(params, responder)
    }

    fn request(&mut self, method: &str, params: Option<&RawValue>, responder: Responder) {
        if let Some(translation) = self.protocol2.get() {
            return translation.request(method, params, responder);
        }
        let is_older = || self.cli.get().is_some_and(|cli| !cli.is_recent);
        let router = &self.context.router;
        match params.filter(|_| method == HOOK && is_older()).and_then(hook::translate) {
            Some(params) => router.request(method, Some(&params), responder),
            None => router.request(method, params, responder),
        }
    }

    async fn ended(&mut self, cause: Closed) -> Closed {
        let Some(process) = self.process.as_ref().filter(|_| !cause.orderly) else { return cause };
        let exit = tokio::time::timeout(EXIT_GRACE, process.exited()).await;
        let fate = match exit {
            Ok(exit) => format!("the copilot cli ended ({exit})"),
            Err(_) => "the copilot cli closed its end of the connection".to_owned(),
        };
        // A protocol violation or a timeout explains more than the end that followed.
        let (kind, fate) = match cause.kind {
            ErrorKind::Protocol => (cause.kind, format!("{}; {fate}", cause.reason)),
            ErrorKind::Timeout => (ErrorKind::Closed, format!("{}; {fate}", cause.reason)),
            kind => (kind, fate),
        };
        Closed::new(kind, process.with_last_words(&fate))
    }

    fn closed(&mut self, closed: &Closed) {
        self.context.ended(closed);
    }
}

impl Incoming {
    fn event(&self, SessionEvent { session_id, event }: SessionEvent<'_>) {
        match self.protocol2.get() {
            None => self.context.router.event(&session_id, event),
            Some(translation) => translation.event(&session_id, event),
        }
    }
}

/// A connection without a server, for tests of other modules.
#[cfg(test)]
pub(crate) fn detached_connection(transport: Transport) -> Connection {
    use crate::router::ServerInbox;

    struct Refuse;
    impl ServerInbox for Refuse {
        fn request(&self, _: &str, _: Option<&RawValue>, _: Responder) {}
        fn handles(&self, _: &str) -> bool {
            false
        }
        fn notification(&self, _: &str, _: Option<&RawValue>) {}
        fn ended(&self) {}
    }
    struct NoOwner;
    impl Owner for NoOwner {
        fn ended(self: Arc<Self>, _: &Context, _: &Closed) -> Fate {
            Fate::Closed
        }
    }
    let context = Context {
        router: Arc::new(Router::new(Arc::new(Refuse))),
        lifecycle: Arc::default(),
        owner: Weak::<NoOwner>::new(),
        number: 1,
        end: Arc::default(),
    };
    Connection::open(transport, None, true, context, None)
}
