//! A turn: the agent's work on one prompt, as it happens.

mod poll;

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream as _;
use futures_core::future::BoxFuture;
use tokio::time::Instant;

use super::abandoned::Abandoned;
use super::agent_failure::agent_failed;
use super::beginning::{TurnBeginning, opens_a_turn};
use super::events::Events;
use super::interruption::{aborted, not_continued, timed_out};
use super::limit::Limit;
use super::reply::Reply;
use super::running::RunningWork;
use super::standstill::Standstill;
use super::wait_for::WaitFor;
use crate::budget::TurnBudget;
use crate::error::{Error, ErrorKind, Result};
use crate::event::sdk::Reconnected;
use crate::event::{Event, EventData};
use crate::ids::{MessageId, SessionId};

/// The events of one turn, from the prompt to the end of the agent's work. Also a
/// [`Stream`](futures_core::Stream).
///
/// Ends when the agent has answered or a later prompt starts (see [`WaitFor`]). Ends with an error
/// if the agent reports one, the turn is aborted, the connection breaks, or a time limit elapses.
/// Dropping the turn does not stop the agent, unless it was started with
/// [`abort_on_drop`](crate::session::StartTurn::abort_on_drop); call
/// [`Session::abort`](crate::Session::abort) for that.
///
/// ```no_run
/// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
/// use copilot_sdk::event::EventData;
///
/// let mut turn = session.stream("Explain this repository").await?;
/// while let Some(event) = turn.next().await {
///     if let EventData::AssistantMessageDelta(delta) = &event?.data {
///         print!("{}", delta.delta_content);
///     }
/// }
/// println!("\n{} tools ran", turn.reply().await?.tool_calls().len());
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct Turn {
    session_id: SessionId,
    beginning: TurnBeginning,
    events: Events,
    phase: Phase,
    reply: Reply,
    failure: Option<Error>,
    /// An error received while this prompt was queued, which does not name its prompt. The end of
    /// the running turn shows which of the two it belongs to.
    unclaimed: Option<Error>,
    wait_for: WaitFor,
    aborted: bool,
    /// Whether the prompt queue has changed since this prompt was sent.
    queued: bool,
    /// Whether an agent-stop hook made the agent continue; the next prompt is then the hook's.
    sent_back: bool,
    running: RunningWork,
    standstill: Standstill,
    on_standstill: Option<Arc<OnStandstill>>,
    /// Generation of the connection the prompt was sent over.
    generation: u64,
    last_event: Option<(Arc<Event>, Instant)>,
    deadline: Option<Limit>,
    idle_timeout: Option<Limit>,
    abandoned: Abandoned,
    budget: Option<Arc<TurnBudget>>,
}

/// Is given the rest of a turn that has ended because permissions were left open.
type OnStandstill = dyn Fn(Turn) + Send + Sync;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The prompt is still queued.
    Waiting,
    Running,
    Over,
}

impl Turn {
    pub(crate) fn new(
        session_id: SessionId,
        beginning: TurnBeginning,
        generation: u64,
        events: Events,
    ) -> Self {
        let reply = Reply::new(beginning.message_id.clone());
        Self {
            session_id,
            beginning,
            events,
            phase: Phase::Waiting,
            reply,
            failure: None,
            unclaimed: None,
            wait_for: WaitFor::default(),
            aborted: false,
            queued: false,
            sent_back: false,
            running: RunningWork::default(),
            standstill: Standstill::default(),
            on_standstill: None,
            generation,
            last_event: None,
            deadline: None,
            idle_timeout: None,
            abandoned: Abandoned::default(),
            budget: None,
        }
    }

    /// A turn that was in progress when the session was resumed, with these pending questions.
    pub(crate) fn resumed(
        session_id: SessionId,
        message_id: MessageId,
        generation: u64,
        events: Events,
        questions: &[Arc<Event>],
    ) -> Self {
        let reply = Reply::resumed(message_id.clone());
        Self {
            phase: Phase::Running,
            reply,
            standstill: Standstill::resumed(questions),
            ..Self::new(session_id, TurnBeginning::past(message_id), generation, events)
        }
    }

    /// Calls back when the turn is dropped before its end, with whether it had begun.
    pub(crate) fn on_abandoned(self, abandoned: impl FnOnce(bool) + Send + Sync + 'static) -> Self {
        Self { abandoned: Abandoned::new(abandoned), ..self }
    }

    /// Fails with the reason if one of these budgets ends the turn.
    pub(crate) fn within(self, budget: Option<Arc<TurnBudget>>) -> Self {
        Self { budget, ..self }
    }

    /// Calls back when the turn ends because permissions were left open, with the rest of it.
    pub(crate) fn on_standstill(self, call: impl Fn(Turn) + Send + Sync + 'static) -> Self {
        Self { on_standstill: Some(Arc::new(call)), ..self }
    }

    /// How the event that begins this turn is recognized.
    pub(crate) fn beginning(&self) -> &TurnBeginning {
        &self.beginning
    }

    /// The id of the prompt (wire name `messageId`).
    pub fn message_id(&self) -> &MessageId {
        self.reply.message_id()
    }

    /// The reply so far: text, tool calls, usage. Also available after an error.
    pub fn so_far(&self) -> &Reply {
        &self.reply
    }

    /// Sets which event ends the turn. Defaults to [`WaitFor::Reply`].
    pub fn wait_for(mut self, what: WaitFor) -> Self {
        self.wait_for = what;
        self
    }

    /// Limits the time until the turn ends, counted from now; fails with [`ErrorKind::Timeout`].
    /// The error lists the tools, agents and shell commands still running. No limit by default.
    ///
    /// The agent keeps working after the timeout; [`Session::abort`](crate::Session::abort) stops
    /// it.
    #[doc(alias = "timeout")]
    pub fn deadline(self, after: Duration) -> Self {
        self.deadline_since(Instant::now(), after)
    }

    pub(crate) fn deadline_since(mut self, begun: Instant, after: Duration) -> Self {
        self.deadline = Some(Limit::since(begun, after));
        self
    }

    /// Limits the time between two events; fails with [`ErrorKind::Timeout`]. No limit by default.
    pub fn idle_timeout(mut self, after: Duration) -> Self {
        self.idle_timeout = Some(Limit::since(Instant::now(), after));
        self
    }

    /// Returns the next event of the turn, or `None` after its end.
    ///
    /// # Errors
    ///
    /// Once, as the last item: [`ErrorKind::Session`] if the agent reported an error,
    /// [`ErrorKind::Interrupted`] if the turn was aborted, [`ErrorKind::Closed`] if the connection
    /// or the session ended, [`ErrorKind::Lagged`] if more than 256 MiB of events were unread,
    /// [`ErrorKind::Timeout`] if a time limit elapsed, [`ErrorKind::Budget`] if a
    /// [budget](crate::budget) was exhausted, [`ErrorKind::Pending`] if the turn waits for
    /// permissions that were [left open](crate::permission::PermissionDecision::later):
    /// [`Session::resumed_turn`](crate::Session::resumed_turn) has the rest of it.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropping the future loses no event.
    pub async fn next(&mut self) -> Option<Result<Arc<Event>>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// Waits for the end of the turn and returns the whole reply, including the part already read.
    ///
    /// # Errors
    ///
    /// Same as [`next`](Self::next); an error already returned by `next` is returned again. To keep
    /// the reply up to an error, read with `next` and use [`so_far`](Self::so_far).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the turn; the agent keeps working.
    pub async fn reply(self) -> Result<Reply> {
        self.read_to_end().await
    }

    /// Boxed, so that its body is compiled in this crate and not in each program.
    fn read_to_end(mut self) -> BoxFuture<'static, Result<Reply>> {
        Box::pin(async move {
            while let Some(event) = self.next().await {
                event?;
            }
            match self.failure {
                Some(error) => Err(error),
                None => Ok(self.reply),
            }
        })
    }

    /// Processes one event of the session. Returns whether it belongs to the turn.
    fn take(&mut self, event: &Arc<Event>) -> Result<bool> {
        match (&event.data, self.phase) {
            (EventData::UserMessage(message), phase) if event.is_root() => {
                self.unclaimed = None;
                if self.beginning.is(event) {
                    self.phase = Phase::Running;
                    // What was aborted was the turn before.
                    self.aborted = false;
                } else if phase == Phase::Running
                    && opens_a_turn(event, message)
                    && !std::mem::take(&mut self.sent_back)
                {
                    if self.aborted {
                        return Err(aborted());
                    }
                    self.phase = Phase::Over;
                    return Ok(false);
                }
            }
            (EventData::HookEnd(hook), Phase::Running) if event.is_root() => {
                self.sent_back |= hook.sends_agent_back();
            }
            (EventData::Abort(_), _) if event.is_root() => self.aborted = true,
            (EventData::AssistantIdle(_) | EventData::SessionIdle(_), _)
                if self.aborted && event.is_root() =>
            {
                return Err(aborted());
            }
            // The session was suspended: no `abort` tells of it.
            (EventData::AssistantIdle(idle), Phase::Running) if idle.aborted && event.is_root() => {
                return Err(aborted());
            }
            (EventData::SessionIdle(idle), Phase::Running) if idle.aborted && event.is_root() => {
                return Err(aborted());
            }
            // A turn that fails before its prompt is taken up has no start event, for example if no
            // user is signed in.
            (EventData::AssistantIdle(_) | EventData::SessionIdle(_), Phase::Waiting)
                if event.is_root() =>
            {
                if let Some(error) = self.unclaimed.take() {
                    return Err(error);
                }
            }
            (EventData::AssistantIdle(_), Phase::Running)
                if event.is_root() && self.wait_for == WaitFor::Reply =>
            {
                self.phase = Phase::Over;
            }
            (EventData::SessionIdle(_), Phase::Running) if event.is_root() => {
                self.phase = Phase::Over;
            }
            (EventData::Reconnected(reconnected), _) => self.survive(reconnected)?,
            (EventData::PromptWithdrawn(withdrawn), _)
                if withdrawn.message_id == self.beginning.message_id =>
            {
                return Err(Error::new(ErrorKind::Interrupted, "the prompt was withdrawn"));
            }
            (EventData::PendingMessagesModified(_), _) => self.queued = true,
            (EventData::SessionError(error), phase) if event.is_root() => {
                let ours = error.originating_message_id.as_ref() == Some(self.reply.message_id());
                let failed = agent_failed(error);
                if ours || phase == Phase::Running {
                    return Err(failed);
                }
                self.unclaimed =
                    (error.originating_message_id.is_none() && self.queued).then_some(failed);
            }
            (EventData::SessionShutdown(_), _) if event.is_root() => {
                let text = "the session was shut down before the turn ended";
                return Err(Error::new(ErrorKind::Closed, text));
            }
            _ => {}
        }
        self.running.fold(event);
        self.standstill.fold(event);
        if self.phase == Phase::Waiting {
            return Ok(false);
        }
        self.reply.fold(event);
        Ok(true)
    }

    /// Names the budget that has ended the turn, which ends as if it was aborted or, where the
    /// agent was quicker, with an answer.
    fn judge(&self, taken: Result<bool>) -> Result<bool> {
        let is_end = match &taken {
            Ok(_) => self.phase == Phase::Over,
            Err(error) => error.kind() == ErrorKind::Interrupted,
        };
        let ended = self.budget.as_ref().filter(|_| is_end).and_then(|budget| budget.ended());
        ended.map_or(taken, |error| Err(error.clone()))
    }

    /// Continues the turn after a restart of the CLI, if the CLI does.
    fn survive(&mut self, reconnected: &Reconnected) -> Result<()> {
        // The prompt was sent over the new connection.
        if self.generation >= reconnected.generation {
            return Ok(());
        }
        if let Some(open) = &reconnected.open_prompt {
            // An older CLI does not name the prompt; one turn runs at a time.
            let unnamed = open.as_str().is_empty() && self.phase == Phase::Running;
            if unnamed || open == self.reply.message_id() {
                self.reply.resume();
                return Ok(());
            }
        }
        let is_queued = self.phase == Phase::Waiting;
        Err(not_continued(&reconnected.reason, is_queued, &self.running))
    }

    fn fail(&mut self, error: Error) -> Error {
        self.phase = Phase::Over;
        self.events.abandon();
        if !matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Lagged) {
            self.abandoned.ended();
        }
        let error = error.in_session(&self.session_id);
        self.failure = Some(error.clone());
        error
    }

    /// Ends the turn, because all that it does is wait, and hands over the rest of it.
    fn stand_still(&mut self) -> Error {
        let what = match self.phase {
            Phase::Waiting => "the prompt is queued behind a turn that waits",
            _ => "the turn waits",
        };
        let error = self.standstill.error(what);
        if let Some(call) = self.on_standstill.take().filter(|_| self.phase == Phase::Running) {
            let events = std::mem::replace(&mut self.events, Events::ended());
            let id = self.session_id.clone();
            call(Self {
                phase: self.phase,
                reply: self.reply.clone(),
                wait_for: self.wait_for,
                sent_back: self.sent_back,
                running: std::mem::take(&mut self.running),
                standstill: std::mem::take(&mut self.standstill),
                on_standstill: Some(Arc::clone(&call)),
                budget: self.budget.clone(),
                ..Self::new(id, self.beginning.clone(), self.generation, events)
            });
        }
        self.fail(error)
    }

    fn timed_out(&self, what: &str, after: Duration) -> Error {
        let is_queued = self.phase == Phase::Waiting;
        timed_out(what, after, is_queued, self.last_event.as_ref(), &self.running)
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn")
            .field("session_id", &self.session_id)
            .field("message_id", self.message_id())
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}
