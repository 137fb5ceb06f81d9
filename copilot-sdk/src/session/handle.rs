//! The handle of a session.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde::de::IgnoredAny;
use tokio::sync::{Mutex, oneshot};
use tokio::time::timeout;

use super::Ui;
use super::explain::require_login;
use super::inbox::SessionInbox;
use super::open::SessionParts;
use super::reopen::Reopener;
use crate::budget::{Meter, TurnBudget};
use crate::closed::Closed;
use crate::config::SessionConfig;
use crate::dispatch::Dispatch;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::ids::{MessageId, RequestId, SessionId};
use crate::payload::answers;
use crate::prompt::Prompt;
use crate::router::Registration;
use crate::sealed::{Sealed, SealedArc};
use crate::server::Server;
use crate::session_peer::SessionPeer;
use crate::subscription::Subscription;
use crate::tool::ToolResult;
use crate::trace::TraceSource;
use crate::turn::{Events, Turn, TurnBeginning};

const DISCONNECTED: &str = "it was disconnected";
/// How long `abort` and `disconnect` wait for the CLI's answer.
pub(super) const ANSWER: Duration = Duration::from_secs(10);
/// How long an abort waits for a prompt in flight.
const SENDING: Duration = Duration::from_secs(2);

/// A conversation with the agent. Cloning is cheap: clones share one session.
///
/// Dropping the last clone disconnects the session in the background. The session stays on disk and
/// can be resumed.
#[derive(Clone)]
pub struct Session(pub(super) SealedArc<SessionInner>);

pub(super) struct SessionInner {
    pub(super) inbox: Arc<SessionInbox>,
    pub(super) dispatch: Arc<Dispatch>,
    pub(super) peer: SessionPeer,
    pub(super) registration: Registration,
    pub(super) reopener: Arc<Reopener>,
    /// The current configuration, kept up to date so that the session can be reopened with it.
    pub(super) config: Arc<std::sync::Mutex<Sealed<SessionConfig>>>,
    /// Keeps the CLI running as long as the session is open.
    pub(super) server: Arc<Server>,
    pub(super) workspace_path: Option<PathBuf>,
    /// Whether no policy was set: registered tools then run without being asked about.
    pub(super) default_policy: bool,
    pub(super) trace: Option<TraceSource>,
    /// The turn that was in progress when the session was resumed, or that waited for permissions,
    /// until it is taken or a prompt is sent.
    pub(super) resumed: Arc<std::sync::Mutex<Option<Turn>>>,
    /// Whether a prompt needs a login that was not checked when the session was opened.
    pub(super) needs_login: AtomicBool,
    /// Serializes sends: the CLI may reorder prompts that arrive at the same time.
    pub(super) sending: Arc<Mutex<()>>,
}

impl Session {
    pub(super) fn new(
        server: &Arc<Server>,
        mut registration: Registration,
        parts: SessionParts,
        config: Sealed<SessionConfig>,
        workspace_path: Option<PathBuf>,
        resumed: Option<Turn>,
    ) -> Self {
        let (default_policy, trace) = (config.policy.is_none(), config.trace.clone());
        let config = Arc::new(std::sync::Mutex::new(config));
        let reopener = Reopener { parts: parts.clone(), config: Arc::clone(&config) };
        let reopener = Arc::new(reopener);
        let loader = Arc::downgrade(&reopener);
        parts.peer.load_with(loader);
        registration.ready(DISCONNECTED, Arc::clone(&reopener) as _);
        let SessionParts { peer, inbox, dispatch } = parts;
        let session = Self(SealedArc::new(SessionInner {
            inbox,
            dispatch,
            peer,
            registration,
            reopener,
            config,
            server: Arc::clone(server),
            workspace_path,
            default_policy,
            trace,
            resumed: Arc::default(),
            needs_login: AtomicBool::new(false),
            sending: Arc::default(),
        }));
        session.0.registration.place().held_by(session.0.downgrade());
        if let Some(turn) = resumed {
            session.keep_turn(turn);
        }
        session
    }

    /// The session's id.
    pub fn id(&self) -> &SessionId {
        &self.0.inbox.id
    }

    /// The directory with the session's events, plan and checkpoints (wire name `workspacePath`).
    pub fn workspace_path(&self) -> Option<&Path> {
        self.0.workspace_path.as_deref()
    }

    /// Sends a prompt and returns once the CLI has queued it. Follow its turn with
    /// [`events`](Self::events).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::event::EventData;
    ///
    /// let mut events = session.events();
    /// session.send("Tidy up the changelog").await?;
    /// while let Some(event) = events.next().await {
    ///     match &event?.data {
    ///         EventData::AssistantMessage(message) => println!("{}", message.content),
    ///         EventData::SessionIdle(_) => break,
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Same as [`stream`](Self::stream).
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the prompt may have been sent when the future is dropped.
    pub async fn send(&self, prompt: impl Into<Prompt>) -> Result<MessageId> {
        self.send_prompt(prompt.into()).await
    }

    fn send_prompt(&self, prompt: Prompt) -> BoxFuture<'_, Result<MessageId>> {
        Box::pin(async move {
            let _sending = self.0.sending.lock().await;
            let posted = self.post(&prompt, self.budgets(None)?).await;
            posted.map(|(beginning, _)| beginning.message_id)
        })
    }

    /// A stream of the session's events from now on. The first call, if made before the first
    /// prompt, also yields the events that arrived earlier.
    pub fn events(&self) -> Events {
        Events::new(self.0.inbox.subscribe())
    }

    /// Calls `callback` for every event until the session or the connection closes, or the
    /// subscription is cancelled.
    ///
    /// Each callback has its own queue and task on the client's runtime, so a slow one does not
    /// delay others, and it can be registered from any thread. Panics are logged.
    ///
    /// ```no_run
    /// # fn example(session: copilot_sdk::Session) {
    /// use copilot_sdk::event::EventData;
    ///
    /// session.on(|event| {
    ///     if let EventData::AssistantMessageDelta(delta) = &event.data {
    ///         print!("{}", delta.delta_content);
    ///     }
    /// });
    /// # }
    /// ```
    pub fn on(&self, callback: impl Fn(&Event) + Send + 'static) -> Subscription {
        let callback = move |event: &Arc<Event>| callback(event);
        self.0.server.callbacks().subscribe(self.events(), callback)
    }

    /// Aborts the current turn and clears the prompt queue. Does nothing if the session is idle.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the session is closed, [`ErrorKind::Timeout`] if the CLI does not
    /// answer within 10 seconds.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the turn may have been aborted when the future is dropped.
    pub async fn abort(&self) -> Result<()> {
        self.abort_turn().await
    }

    fn abort_turn(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.check()?;
            // The CLI must read the abort after a prompt in flight, or it aborts nothing.
            // The wait is bounded, because that prompt may never be answered.
            let _sending = timeout(SENDING, self.0.sending.lock()).await;
            self.post_abort().await
        })
    }

    pub(super) async fn post_abort(&self) -> Result<()> {
        let aborted = timeout(ANSWER, self.0.peer.ask::<IgnoredAny>("session.abort"));
        let aborted =
            aborted.await.unwrap_or_else(|_| Err(self.unanswered("session.abort", ANSWER, "")));
        aborted?;
        self.0.dispatch.give_up_left_open();
        Ok(())
    }

    /// Whether a turn is running, or a prompt is being sent or waits for its turn. True when
    /// [`send`](Self::send) has returned, until the agent is idle: also while a turn waits for a
    /// permission that was [left open](crate::permission::PermissionDecision::later). Unless a
    /// prompt is queued behind that turn, [`Client::health`](crate::Client::health) does not count
    /// it as busy and [`Client::drain`](crate::Client::drain) does not wait for it.
    pub fn is_busy(&self) -> bool {
        self.0.inbox.has_work()
    }

    /// Forms shown to the user: yes or no, a choice, text, or a struct.
    pub fn ui(&self) -> Ui<'_> {
        Ui { session: self }
    }

    /// Completes a call to a tool registered without a handler.
    ///
    /// The call arrives as the event `external_tool.requested`, which carries the `request_id`. The
    /// CLI ignores results for calls that have already completed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the session is closed.
    pub fn answer_tool(
        &self,
        request_id: impl Into<RequestId>,
        result: impl Into<ToolResult>,
    ) -> Result<()> {
        self.check()?;
        self.0.dispatch.answer_tool(&request_id.into(), &result.into());
        Ok(())
    }

    /// Disconnects from the session. Runs its session-end hook, stops its MCP servers and ends its
    /// event streams; the session stays on disk and can be resumed.
    ///
    /// Other clients that have the session open keep it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the connection is closed, [`ErrorKind::Timeout`] if the CLI does
    /// not answer within 10 seconds. The session is closed in either case; a second call does
    /// nothing.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, the session is disconnected in the background.
    pub async fn disconnect(&self) -> Result<()> {
        self.detach(ANSWER).await
    }

    /// Disconnects from the session, which the CLI has `limit` to answer.
    pub(super) fn detach(&self, limit: Duration) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            if self.0.inbox.over().is_some_and(|closed| closed.orderly) {
                return Ok(());
            }
            let place = self.0.registration.place();
            let detached = timeout(limit, place.detach(DISCONNECTED)).await;
            if detached.is_err() {
                place.end(&Closed::orderly(DISCONNECTED));
            }
            // Unless the store does not answer: the lease runs out then.
            let _ = timeout(ANSWER, self.given_up()).await;
            detached.unwrap_or_else(|_| {
                let so = "; the session is closed on this side only";
                Err(self.unanswered("session.detach", limit, so))
            })
        })
    }

    fn unanswered(&self, method: &str, limit: Duration, so: &str) -> Error {
        let text = format!("the cli did not answer `{method}` within {limit:?}{so}");
        self.0.peer.error(ErrorKind::Timeout, text)
    }

    /// Sends a prompt that starts a turn, within the budget of its own.
    pub(super) async fn start_turn(
        &self,
        prompt: Prompt,
        abort_on_drop: bool,
        budget: Option<Arc<Meter>>,
    ) -> Result<Turn> {
        if prompt.is_steering() {
            let text = "a steering prompt joins the turn that is running and has none of its own: \
                        use `send` for it";
            return Err(self.0.peer.config_error(text));
        }
        self.nothing_is_left_open()?;
        if !abort_on_drop {
            return self.post_turn(&prompt, budget).await;
        }
        // Sent by a task: if the caller is dropped in between, the turn that results is dropped
        // too, and aborts the agent.
        let (done, started) = oneshot::channel();
        let session = self.clone();
        self.0.server.callbacks().spawn(async move {
            let turn = session.post_turn(&prompt, budget).await;
            let turn = turn.map(|turn| session.abort_with(turn, prompt));
            drop(done.send(turn));
        });
        match started.await {
            Ok(turn) => turn,
            Err(_) => Err(self.0.peer.error(ErrorKind::Closed, "the client's runtime is gone")),
        }
    }

    // Boxed, so that its body is compiled once.
    fn post_turn<'a>(
        &'a self,
        prompt: &'a Prompt,
        budget: Option<Arc<Meter>>,
    ) -> BoxFuture<'a, Result<Turn>> {
        Box::pin(async move {
            let sending = self.0.sending.lock().await;
            self.ask_before_tools(budget.as_deref()).await?;
            let budget = self.budgets(budget)?;
            // Subscribed before the prompt is sent: a short turn can end before the response
            // arrives.
            let events = Events::new(self.0.inbox.subscribe_to_turn());
            let (beginning, generation) = self.post(prompt, budget.clone()).await?;
            drop(sending);
            let turn = Turn::new(self.id().clone(), beginning, generation, events);
            Ok(self.goes_on(turn.within(budget)))
        })
    }

    /// Sends a prompt. Returns how its turn begins and the generation of the connection it was sent
    /// over.
    async fn post(
        &self,
        prompt: &Prompt,
        budget: Option<Arc<TurnBudget>>,
    ) -> Result<(TurnBeginning, u64)> {
        let mut problems = prompt.check();
        if self.0.server.starts_the_cli() {
            problems.extend(prompt.missing_files());
        }
        self.0.peer.check(problems)?;
        self.check()?;
        if self.0.needs_login.load(Ordering::Relaxed) {
            let models = self.config().registry.models().to_vec();
            self.0.peer.locate(require_login(&self.0.server, &models).await)?;
            self.0.needs_login.store(false, Ordering::Relaxed);
        }
        self.may_start().await?;
        self.0.inbox.forget_backlog();
        drop(self.resumed_turn());
        // Read for every prompt, because each may belong to a different span.
        let trace = self.0.trace.as_ref().and_then(TraceSource::now);
        let peer = &self.0.peer;
        let params = peer.params(|own| own.members(prompt)?.members(&trace));
        let sending = self.0.inbox.sending(prompt, budget);
        // After the prompt is counted: a drain waits for it, or it is refused.
        if let Err(error) = peer.locate(self.0.server.may_work()) {
            sending.refused();
            return Err(error);
        }
        let (sent, generation) = peer.call_on("session.send", params).await;
        match sent {
            Ok(Sent { message_id }) => Ok((sending.accepted(message_id), generation)),
            // Only the prompt is lost: the CLI is restarted and the session reopened.
            Err(error) if error.kind() == ErrorKind::Closed && self.0.inbox.over().is_none() => {
                sending.refused();
                let text = format!("{error}; the prompt that was being sent is lost");
                Err(peer.error(ErrorKind::Interrupted, text))
            }
            Err(error) => {
                sending.refused();
                Err(error)
            }
        }
    }

    /// The current configuration.
    pub(super) fn config(&self) -> MutexGuard<'_, Sealed<SessionConfig>> {
        self.0.config.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn check(&self) -> Result<()> {
        match self.0.inbox.over() {
            Some(closed) => {
                let text = format!("session `{}` is over: {}", self.id(), closed.reason);
                let kind = match closed.kind {
                    ErrorKind::Fenced | ErrorKind::Store => closed.kind,
                    _ => ErrorKind::Closed,
                };
                Err(self.0.peer.error(kind, text))
            }
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("id", self.id()).finish_non_exhaustive()
    }
}

answers! {
    struct Sent {
        message_id: MessageId = "messageId",
    }
}
