//! The handle of a session.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::inbox::SessionInbox;
use super::open::SessionParts;
use super::reopen::Reopener;
use super::{Ask, Ui};
use crate::closed::Closed;
use crate::config::SessionConfig;
use crate::dispatch::Dispatch;
use crate::error::{Error, ErrorKind, Result};
use crate::event::Event;
use crate::ids::{MessageId, RequestId, SessionId};
use crate::prompt::Prompt;
use crate::router::Registration;
use crate::server::Server;
use crate::session_peer::SessionPeer;
use crate::subscription::Subscription;
use crate::tool::ToolResult;
use crate::trace::{TraceContext, TraceSource};
use crate::turn::{Events, Turn, WaitFor};

const DISCONNECTED: &str = "it was disconnected";
/// How long the CLI may take to answer before an end goes on without it.
const ANSWER: Duration = Duration::from_secs(10);
/// How long an abort waits for a prompt that is being sent.
const SENDING: Duration = Duration::from_secs(2);

/// A conversation with the agent; cheap to clone.
///
/// When the last clone is dropped, the session is disconnected in the background; it stays on disk
/// and can be resumed.
#[derive(Clone)]
pub struct Session(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) inbox: Arc<SessionInbox>,
    pub(super) dispatch: Arc<Dispatch>,
    pub(super) peer: SessionPeer,
    pub(super) registration: Registration,
    reopener: Arc<Reopener>,
    /// What the session is now.
    pub(super) config: Arc<std::sync::Mutex<SessionConfig>>,
    /// Lives as long as its sessions.
    server: Arc<Server>,
    pub(super) workspace_path: Option<Box<Path>>,
    /// Registering a tool is the consent to run it.
    pub(super) default_policy: bool,
    pub(super) trace: Option<TraceSource>,
    /// The turn in whose middle the session was resumed, until somebody takes it or sends a prompt.
    pub(super) resumed: std::sync::Mutex<Option<Turn>>,
    /// Sends of one session go one after the other: the CLI may swap two that it gets at once.
    pub(super) sending: Mutex<()>,
}

impl Session {
    pub(super) fn new(
        server: &Arc<Server>,
        mut registration: Registration,
        parts: SessionParts,
        config: SessionConfig,
        workspace_path: Option<Box<Path>>,
        resumed: Option<Turn>,
    ) -> Self {
        let (default_policy, trace) = (config.policy.is_none(), config.trace.clone());
        let config = Arc::new(std::sync::Mutex::new(config));
        let reopener = Reopener { parts: parts.clone(), config: Arc::clone(&config) };
        let reopener = Arc::new(reopener);
        registration.ready(DISCONNECTED, Arc::clone(&reopener) as _);
        let SessionParts { peer, inbox, dispatch } = parts;
        Self(Arc::new(Inner {
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
            resumed: std::sync::Mutex::new(resumed),
            sending: Mutex::new(()),
        }))
    }

    /// The session's id.
    pub fn id(&self) -> &SessionId {
        &self.0.inbox.id
    }

    /// Where the CLI keeps the session's files: its events, plan and checkpoints (wire name
    /// `workspacePath`).
    pub fn workspace_path(&self) -> Option<&Path> {
        self.0.workspace_path.as_deref()
    }

    /// Asks the agent and waits for its reply; `.await` it, after setting limits where there should
    /// be any.
    ///
    /// Several asks at once are queued by the CLI in the order of the calls.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use std::time::Duration;
    ///
    /// let reply = session.ask("Summarize README.md").deadline(Duration::from_secs(120)).await?;
    /// println!("{reply}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Turn::next`], and [`ErrorKind::Rpc`] when the CLI does not take the prompt.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future does not stop the agent; [`abort`](Self::abort) does.
    pub fn ask(&self, prompt: impl Into<Prompt>) -> Ask<'_> {
        Ask {
            session: self,
            prompt: prompt.into(),
            wait_for: WaitFor::default(),
            deadline: None,
            idle_timeout: None,
            retry: None,
        }
    }

    /// Asks the agent and hands out the turn's events as they happen.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::event::EventData;
    ///
    /// let mut turn = session.stream("Run the tests").await?;
    /// while let Some(event) = turn.next().await {
    ///     if let EventData::ToolExecutionStart(start) = &event?.data {
    ///         println!("{} starts", start.tool_name);
    ///     }
    /// }
    /// println!("{}", turn.reply().await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`] when the CLI does not take the prompt, [`ErrorKind::Closed`] when the
    /// session is over.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have sent the prompt.
    pub async fn stream(&self, prompt: impl Into<Prompt>) -> Result<Turn> {
        self.begin(&prompt.into()).await
    }

    /// Sends a prompt; its turn.
    pub(super) async fn begin(&self, prompt: &Prompt) -> Result<Turn> {
        if prompt.is_steering() {
            let text = "a steering prompt joins the turn that is running and has none of its own: \
                        use `send` for it";
            return Err(Error::config(vec![text.to_owned()]).in_session(self.id()));
        }
        let sending = self.0.sending.lock().await;
        // Before the prompt is sent: a quick turn can be over before the answer to the send is
        // here.
        let events = Events::new(self.0.inbox.subscribe_to_turn());
        let (message_id, generation) = self.post(prompt).await?;
        drop(sending);
        Ok(Turn::new(self.id().clone(), message_id, generation, events))
    }

    /// Sends a prompt and returns as soon as the CLI has queued it; its turn shows in
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
    /// As [`stream`](Self::stream).
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have sent the prompt.
    pub async fn send(&self, prompt: impl Into<Prompt>) -> Result<MessageId> {
        let prompt = prompt.into();
        let _sending = self.0.sending.lock().await;
        self.post(&prompt).await.map(|(message_id, _)| message_id)
    }

    /// The turn that goes on since the session was resumed with
    /// [`continue_pending_work`](crate::SessionBuilder::continue_pending_work); none if nothing was
    /// left open.
    ///
    /// Its reply holds what is said and done from now on; [`history`](Self::history) has what came
    /// before.
    ///
    /// Its events are kept for the first call of this, or until the first prompt, whichever is
    /// sooner: later calls get none. Whether this is called or not, the work goes on.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().continue_pending_work(true).resume("nightly-report").await?;
    /// if let Some(turn) = session.resumed_turn() {
    ///     println!("{}", turn.reply().await?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn resumed_turn(&self) -> Option<Turn> {
        self.0.resumed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The session's events from now on; the first call, made before the first prompt, also gets
    /// what came before it.
    pub fn events(&self) -> Events {
        Events::new(self.0.inbox.subscribe())
    }

    /// Calls `callback` for every event until the session is disconnected, the connection ends or
    /// the subscription is cancelled.
    ///
    /// The callback has a queue and a task of its own, on the runtime that the client was started
    /// on: a slow one delays no other, and it can be registered from any thread. A panic in it is
    /// logged.
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

    /// Stops what the agent is doing, and forgets what is queued. Does nothing when the session is
    /// idle.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the session is over, [`ErrorKind::Timeout`] if the CLI does not
    /// answer within 10 seconds.
    ///
    /// # Cancel safety
    ///
    /// The agent may have been stopped when the future is dropped.
    pub async fn abort(&self) -> Result<()> {
        self.check()?;
        // Read before a prompt that is on its way, it would abort nothing (quirk 61); a prompt
        // that is never answered must not keep it waiting.
        let _sending = timeout(SENDING, self.0.sending.lock()).await;
        let aborted = timeout(ANSWER, self.0.peer.ask::<IgnoredAny>("session.abort"));
        let aborted = aborted.await.unwrap_or_else(|_| Err(self.unanswered("session.abort", "")));
        aborted.map(drop)
    }

    /// Whether a turn is running.
    pub fn is_busy(&self) -> bool {
        self.0.inbox.is_busy()
    }

    /// Asks the user something: yes or no, a choice, text, a form.
    pub fn ui(&self) -> Ui<'_> {
        Ui { session: self }
    }

    /// Answers the call of a tool that was declared without a handler.
    ///
    /// The call arrives as the event `external_tool.requested` and carries the `request_id`. An
    /// answer to a call that is over is ignored by the CLI.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] when the session is over.
    pub fn answer_tool(
        &self,
        request_id: impl Into<RequestId>,
        result: impl Into<ToolResult>,
    ) -> Result<()> {
        self.check()?;
        self.0.dispatch.answer_tool(&request_id.into(), &result.into());
        Ok(())
    }

    /// Lets go of the session: its session-end hook runs, its MCP servers and its events end. It
    /// stays on disk and can be resumed.
    ///
    /// Where other clients have it open, it goes on for them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the connection is gone, [`ErrorKind::Timeout`] if the CLI does not
    /// answer within 10 seconds. Either way the session is over; a second call does nothing.
    ///
    /// # Cancel safety
    ///
    /// The session is disconnected in the background when the future is dropped.
    pub async fn disconnect(&self) -> Result<()> {
        if self.0.inbox.over().is_some_and(|closed| closed.orderly) {
            return Ok(());
        }
        let place = self.0.registration.place();
        match timeout(ANSWER, place.detach(DISCONNECTED)).await {
            Ok(detached) => detached,
            Err(_) => {
                place.end(&Closed::orderly(DISCONNECTED));
                Err(self.unanswered("session.detach", "; the session is closed on this side only"))
            }
        }
    }

    fn unanswered(&self, method: &str, so: &str) -> Error {
        let text = format!("the cli did not answer `{method}` within {ANSWER:?}{so}");
        Error::new(ErrorKind::Timeout, text).in_session(self.id())
    }

    /// Sends a prompt; its id, and how many connections the session had had by then.
    async fn post(&self, prompt: &Prompt) -> Result<(MessageId, u64)> {
        Error::check(prompt.check()).map_err(|error| error.in_session(self.id()))?;
        self.check()?;
        self.0.inbox.forget_backlog();
        drop(self.resumed_turn());
        let trace = self.0.trace.as_ref().and_then(TraceSource::now);
        let params = SendParams { prompt, trace };
        let (mut sent, mut generation) = self.0.peer.call_on("session.send", &params).await;
        if let Err(error) = &sent
            && self.0.server.unloaded_session(error, self.id()).await
        {
            self.0.reopener.load_again().await?;
            (sent, generation) = self.0.peer.call_on("session.send", &params).await;
        }
        match sent {
            Ok(Sent { message_id }) => Ok((message_id, generation)),
            // The session itself goes on: the CLI is started again.
            Err(error) if error.kind() == ErrorKind::Closed && self.0.inbox.over().is_none() => {
                let text = format!("{error}; the prompt that was being sent is lost");
                Err(Error::new(ErrorKind::Interrupted, text).in_session(self.id()))
            }
            Err(error) => Err(error),
        }
    }

    /// The configuration of the session as it is now.
    pub(super) fn config(&self) -> MutexGuard<'_, SessionConfig> {
        self.0.config.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn check(&self) -> Result<()> {
        match self.0.inbox.over() {
            Some(closed) => {
                let text = format!("session `{}` is over: {}", self.id(), closed.reason);
                Err(Error::new(ErrorKind::Closed, text).in_session(self.id()))
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

/// The params of `session.send`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SendParams<'a> {
    #[serde(flatten)]
    prompt: &'a Prompt,
    #[serde(flatten)]
    trace: Option<TraceContext>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    message_id: MessageId,
}
