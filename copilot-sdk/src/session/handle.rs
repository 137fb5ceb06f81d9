//! The handle of a session.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, MutexGuard, PoisonError};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::inbox::SessionInbox;
use super::open::SessionParts;
use super::{Ask, Ui};
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
    /// What the session is now.
    pub(super) config: Arc<std::sync::Mutex<SessionConfig>>,
    /// Lives as long as its sessions.
    _server: Arc<Server>,
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
        let SessionParts { peer, inbox, dispatch } = parts;
        let (default_policy, trace) = (config.policy.is_none(), config.trace.clone());
        let config = Arc::new(std::sync::Mutex::new(config));
        registration.ready(DISCONNECTED);
        Self(Arc::new(Inner {
            inbox,
            dispatch,
            peer,
            registration,
            config,
            _server: Arc::clone(server),
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
        let prompt = prompt.into();
        if prompt.is_steering() {
            let text = "a steering prompt joins the turn that is running and has none of its own: \
                        use `send` for it";
            return Err(Error::config(vec![text.to_owned()]).in_session(self.id()));
        }
        let sending = self.0.sending.lock().await;
        // Before the prompt is sent: a quick turn can be over before the answer to the send is
        // here.
        let events = Events::new(self.0.inbox.subscribe_to_turn());
        let message_id = self.post(&prompt).await?;
        drop(sending);
        Ok(Turn::new(self.id().clone(), message_id, events))
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
        self.post(&prompt).await
    }

    /// The turn that goes on since the session was resumed with
    /// [`continue_pending_work`](SessionBuilder::continue_pending_work); none when nothing was left
    /// open.
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
    /// The callback has a queue and a task of its own: a slow one delays nobody else. A panic in it
    /// is logged.
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
        Subscription::start(self.events(), move |event: &Arc<Event>| callback(event))
    }

    /// Stops what the agent is doing, and forgets what is queued. Does nothing when the session is
    /// idle.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] when the session is over.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have stopped the agent.
    pub async fn abort(&self) -> Result<()> {
        self.check()?;
        let _sending = self.0.sending.lock().await;
        self.0.peer.ask::<IgnoredAny>("session.abort").await.map(drop)
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
    pub fn answer_tool(&self, request_id: &RequestId, result: impl Into<ToolResult>) -> Result<()> {
        self.check()?;
        self.0.dispatch.answer_tool(request_id, &result.into());
        Ok(())
    }

    /// Lets go of the session: its session-end hook runs, its MCP servers and its events end. It
    /// stays on disk and can be resumed.
    ///
    /// Where other clients have it open, it goes on for them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] when the connection is gone. A second call does nothing.
    ///
    /// # Cancel safety
    ///
    /// A dropped future lets go of the session as well, and does not wait for its hook.
    pub async fn disconnect(&self) -> Result<()> {
        if self.0.inbox.over().is_some_and(|closed| closed.orderly) {
            return Ok(());
        }
        self.0.registration.place().detach(DISCONNECTED).await
    }

    async fn post(&self, prompt: &Prompt) -> Result<MessageId> {
        Error::check(prompt.check()).map_err(|error| error.in_session(self.id()))?;
        self.check()?;
        self.0.inbox.forget_backlog();
        drop(self.resumed_turn());
        let trace = self.0.trace.as_ref().and_then(TraceSource::now);
        let sent = self.0.peer.call::<Sent>("session.send", SendParams { prompt, trace }).await?;
        Ok(sent.message_id)
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
