//! The receiving end of a session: updates its state, then queues the event for every subscriber.
//!
//! Runs in the reader, because it is short and bounded and runs no user code: an event makes one
//! hop, and the session's state is never behind what subscribers have seen. Questions go on to
//! [`dispatch`](super::dispatch), which spawns a task for each.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;

use super::sent_prompts::SentPrompts;
use crate::closed::Closed;
use crate::dispatch::Dispatch;
use crate::error::ErrorKind;
use crate::event::sdk::{PromptWithdrawn, Reconnected};
use crate::event::{Event, EventData};
use crate::ids::{EventId, MessageId, SessionId, ToolCallId};
use crate::jsonrpc::Responder;
use crate::listeners::Listeners;
use crate::prompt::Prompt;
use crate::queue::{self, DEFAULT_BUDGET, Queue};
use crate::router::Inbox;
use crate::seen_ids::SeenIds;
use crate::turn::TurnBeginning;

/// How many event ids are remembered to detect duplicates.
const KNOWN_EVENTS: usize = 4096;

/// How many unfinished messages and tool calls are tracked, in case the CLI ends first, and the
/// longest of their ids.
const VOID: usize = 1024;
const VOID_ID: usize = 1024;

/// The receiving end of one session.
pub(super) struct SessionInbox {
    pub(super) id: SessionId,
    state: Mutex<InboxState>,
    dispatch: Arc<Dispatch>,
    listeners: Listeners,
}

struct InboxState {
    /// Ids of the events delivered, so that each is delivered once.
    seen: SeenIds,
    subscribers: Vec<Arc<Queue<Arc<Event>>>>,
    /// The queues of turns. They get an event last: when a turn ends, every other subscriber has
    /// all of its events (I5).
    turns: Vec<Arc<Queue<Arc<Event>>>>,
    /// The first subscriber's queue, filled from the start so that it misses nothing; `None` after
    /// the first subscription or prompt.
    backlog: Option<Arc<Queue<Arc<Event>>>>,
    /// Whether a turn is running, according to the events so far.
    busy: Option<bool>,
    prompts: SentPrompts,
    /// Whether a prompt was sent; the CLI stores no session without one.
    had_turn: bool,
    /// Ids of messages received in part, oldest first.
    partial: Vec<MessageId>,
    /// Tool calls in progress.
    calls: Vec<ToolCallId>,
    /// Events of the new connection, held until those of the previous one are settled.
    held: Option<Held>,
    /// The end of the last model turn, which the CLI stores behind all that came before it.
    last_end: Option<EventId>,
    /// Whether a client shows forms, as last reported by the CLI.
    shows_forms: Option<bool>,
    /// Why the previous connection ended, until the new one is settled.
    suspended: Option<Closed>,
    closed: Option<Closed>,
}

/// Events of the new connection, in order, within the budget of a subscription.
#[derive(Default)]
struct Held {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
}

/// The state of a session on a new connection.
pub(super) struct Reconnection {
    /// The prompt of the turn that continues.
    pub(super) open_prompt: Option<MessageId>,
    pub(super) lost: Vec<String>,
    pub(super) generation: u64,
    /// The stored events, including those already delivered.
    pub(super) history: Vec<Arc<Event>>,
}

impl SessionInbox {
    pub(super) fn new(id: SessionId, dispatch: Arc<Dispatch>, listeners: Listeners) -> Self {
        let backlog = Arc::new(Queue::new());
        let subscribers = vec![Arc::clone(&backlog)];
        let state = InboxState {
            seen: SeenIds::new(KNOWN_EVENTS),
            subscribers,
            turns: Vec::new(),
            backlog: Some(backlog),
            busy: None,
            prompts: SentPrompts::new(),
            had_turn: false,
            partial: Vec::new(),
            calls: Vec::new(),
            held: None,
            last_end: None,
            shows_forms: None,
            suspended: None,
            closed: None,
        };
        Self { id, state: Mutex::new(state), dispatch, listeners }
    }

    /// A queue of all events from now on, preceded by the backlog if nothing has taken it yet.
    pub(super) fn subscribe(&self) -> Arc<Queue<Arc<Event>>> {
        let mut state = self.lock();
        if let Some(queue) = state.backlog.take() {
            return queue;
        }
        let queue = Arc::new(Queue::new());
        if !state.ends(&queue) {
            state.subscribers.push(Arc::clone(&queue));
        }
        queue
    }

    /// A queue of all events from now on, for the turn of the prompt about to be sent.
    pub(super) fn subscribe_to_turn(&self) -> Arc<Queue<Arc<Event>>> {
        let queue = Arc::new(Queue::new());
        let mut state = self.lock();
        if !state.ends(&queue) {
            state.turns.push(Arc::clone(&queue));
        }
        queue
    }

    /// Dispatches the question of a stored event, which an earlier client may have answered.
    pub(super) fn ask_again(&self, event: &Arc<Event>) {
        self.dispatch.resumed_event(event);
    }

    /// Dispatches the question of a stored event that was never dispatched.
    pub(super) fn ask(&self, event: &Arc<Event>) {
        self.dispatch.event(event);
    }

    /// Whether a prompt was sent; the CLI stores no session without one.
    pub(super) fn had_turn(&self) -> bool {
        self.lock().had_turn
    }

    /// Announces a new connection and delivers stored events not seen yet. Its own events are held
    /// until [`release`](Self::release).
    pub(super) fn reconnect(&self, reconnection: Reconnection) {
        let mut state = self.lock();
        let Reconnection { open_prompt, lost, generation, history } = reconnection;
        let reason = state.suspended.take().map(|closed| closed.reason.to_string());
        let goes_on = open_prompt.is_some();
        let event = Arc::new(Event::own(
            format!("reconnected-{generation}").into(),
            EventData::Reconnected(Box::new(Reconnected {
                reason: reason.unwrap_or_default(),
                open_prompt,
                void_messages: std::mem::take(&mut state.partial),
                void_tool_calls: std::mem::take(&mut state.calls),
                lost,
                generation,
            })),
        ));
        state.prompts.reconnected();
        state.hand_out(event);
        state.busy = Some(goes_on);
        let last = history.iter().rposition(|event| state.seen.contains(&event.id));
        for event in history.into_iter().skip(last.map_or(0, |last| last + 1)) {
            state.hand_out(event);
        }
    }

    /// Delivers the events held since [`reconnect`](Self::reconnect).
    pub(super) fn release(&self) {
        // One at a time, so that events arriving now queue up behind.
        loop {
            let mut state = self.lock();
            let Some(held) = &mut state.held else { return };
            let Some(event) = held.events.pop_front() else {
                state.held = None;
                return;
            };
            let handed_out = state.hand_out(event);
            drop(state);
            if let Some(event) = handed_out {
                self.dispatch.event(&event);
            }
        }
    }

    /// Drops the backlog, because a prompt is about to be sent.
    pub(super) fn forget_backlog(&self) {
        if let Some(queue) = self.lock().backlog.take() {
            queue.abandon();
        }
    }

    /// Whether a turn is running or about to begin.
    pub(super) fn is_busy(&self) -> bool {
        let state = self.lock();
        state.busy.unwrap_or(false) || (state.closed.is_none() && state.prompts.are_waiting())
    }

    /// Whether the turn of the prompt with this number is to begin.
    pub(super) fn waits_for(&self, number: u64) -> bool {
        self.lock().prompts.is_waiting(number)
    }

    /// Records that a prompt was removed from the queue.
    pub(super) fn withdrawn(&self, number: u64) {
        self.lock().prompts.gone(number);
    }

    /// Records that the prompt with this id was removed from the queue, and ends its turn.
    pub(super) fn withdrawn_by_id(&self, message_id: MessageId) {
        let mut state = self.lock();
        state.prompts.withdrawn(&message_id);
        state.hand_out(Arc::new(Event::own(
            format!("withdrawn-{message_id}").into(),
            EventData::PromptWithdrawn(PromptWithdrawn { message_id }),
        )));
    }

    /// Records that a prompt is about to be sent.
    pub(super) fn sending(&self, prompt: &Prompt) -> Sending<'_> {
        Sending { inbox: self, number: self.lock().prompts.sent(prompt), is_answered: false }
    }

    /// Marks the session as resumed in mid-turn, unless an event has already said otherwise.
    pub(super) fn goes_on(&self) {
        self.lock().busy.get_or_insert(true);
    }

    /// Records the response to opening the session, unless an event has already said otherwise.
    pub(super) fn opened(&self, shows_forms: bool) {
        self.lock().shows_forms.get_or_insert(shows_forms);
    }

    /// The end of the last model turn, which the CLI stores behind all that came before it.
    pub(super) fn last_end(&self) -> Option<EventId> {
        self.lock().last_end.clone()
    }

    /// Whether a client shows forms in the session.
    pub(super) fn shows_forms(&self) -> bool {
        self.lock().shows_forms.unwrap_or(false)
    }

    /// Why the event stream ended, if it has.
    pub(super) fn over(&self) -> Option<Closed> {
        self.lock().closed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, InboxState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A prompt that is being sent. If it is dropped, nobody knows whether the CLI took it.
pub(super) struct Sending<'a> {
    inbox: &'a SessionInbox,
    number: u64,
    is_answered: bool,
}

impl Sending<'_> {
    /// The CLI has taken it, under this id.
    pub(super) fn accepted(mut self, message_id: MessageId) -> TurnBeginning {
        self.is_answered = true;
        self.inbox.lock().prompts.accepted(self.number, &message_id);
        TurnBeginning { message_id, number: self.number }
    }

    pub(super) fn refused(mut self) {
        self.is_answered = true;
        self.inbox.lock().prompts.gone(self.number);
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.inbox.lock().prompts.left(self.number);
        }
    }
}

impl Inbox for SessionInbox {
    fn event(&self, event: Arc<Event>) {
        let mut state = self.lock();
        if let Some(held) = &mut state.held {
            if held.push(event) {
                return;
            }
            state.held = None;
            drop(state);
            return self.closed(&Closed::new(
                ErrorKind::Lagged,
                "more events came than are held while a session is opened again",
            ));
        }
        let handed_out = state.hand_out(event);
        drop(state);
        if let Some(event) = handed_out {
            self.dispatch.event(&event);
        }
    }

    fn request(&self, method: &str, params: &RawValue, responder: Responder) {
        self.dispatch.request(method, params, responder);
    }

    fn handles(&self, method: &str) -> bool {
        self.dispatch.handles(method)
    }

    fn notification(&self, method: &str, params: &RawValue) -> bool {
        self.listeners.notify(method, Some(params))
    }

    fn suspended(&self, closed: &Closed) {
        {
            let mut state = self.lock();
            state.held = Some(Held::default());
            state.suspended = Some(closed.clone());
        }
        self.dispatch.suspended();
    }

    fn closed(&self, closed: &Closed) {
        let (subscribers, turns) = {
            let mut state = self.lock();
            state.closed.get_or_insert_with(|| closed.clone());
            state.busy = Some(false);
            (std::mem::take(&mut state.subscribers), std::mem::take(&mut state.turns))
        };
        for queue in subscribers.into_iter().chain(turns) {
            queue.finish(closed);
        }
        self.listeners.end(closed);
        self.dispatch.closed();
        if let Some(kept) = self.dispatch.kept() {
            kept.release();
        }
    }
}

impl InboxState {
    /// Closes a new queue if the event stream has already ended.
    fn ends(&self, queue: &Queue<Arc<Event>>) -> bool {
        self.closed.as_ref().inspect(|closed| queue.finish(closed)).is_some()
    }

    /// Whether the event's id has not been seen before.
    fn is_new(&mut self, event: &Event) -> bool {
        event.id.as_str().is_empty() || self.seen.insert(&event.id)
    }

    /// Updates the state, then queues the event for every subscriber. Returns it if it is new.
    fn hand_out(&mut self, mut event: Arc<Event>) -> Option<Arc<Event>> {
        if self.closed.is_some() || !self.is_new(&event) {
            return None;
        }
        // Before any queue: a subscriber that reads the event finds the state updated (I4).
        self.fold(&event);
        if let Some(begins) = self.prompts.fold(&event) {
            Arc::make_mut(&mut event).begins = Some(begins);
        }
        self.subscribers.retain(|queue| queue.push(Arc::clone(&event)));
        self.turns.retain(|queue| queue.push(Arc::clone(&event)));
        Some(event)
    }

    fn fold(&mut self, event: &Event) {
        match &event.data {
            EventData::UserMessage(_) => self.had_turn = true,
            EventData::AssistantMessageDelta(delta)
                if has_room(&self.partial, &delta.message_id)
                    && !self.partial.contains(&delta.message_id) =>
            {
                self.partial.push(delta.message_id.clone());
            }
            EventData::AssistantMessage(message) => {
                self.partial.retain(|id| *id != message.message_id);
            }
            EventData::ToolExecutionStart(call) if has_room(&self.calls, &call.tool_call_id) => {
                self.calls.push(call.tool_call_id.clone());
            }
            EventData::ToolExecutionComplete(call) => {
                self.calls.retain(|id| *id != call.tool_call_id);
            }
            EventData::AssistantTurnEnd(_) if event.is_root() && !event.ephemeral => {
                self.last_end = Some(event.id.clone());
            }
            EventData::AssistantTurnStart(_) if event.is_root() => self.busy = Some(true),
            EventData::AssistantIdle(_) | EventData::SessionIdle(_) if event.is_root() => {
                self.busy = Some(false);
                self.partial.clear();
                self.calls.clear();
            }
            EventData::CapabilitiesChanged(changed) => {
                let elicitation = changed.ui.as_ref().and_then(|ui| ui.elicitation);
                self.shows_forms = elicitation.or(self.shows_forms);
            }
            _ => {}
        }
    }
}

fn has_room<I: AsRef<str>>(open: &[I], id: &I) -> bool {
    open.len() < VOID && id.as_ref().len() <= VOID_ID
}

impl Held {
    /// Adds an event; `false` beyond the budget.
    fn push(&mut self, event: Arc<Event>) -> bool {
        self.bytes = self.bytes.saturating_add(queue::cost(&event));
        let fits = self.bytes <= DEFAULT_BUDGET;
        if fits {
            self.events.push_back(event);
        }
        fits
    }
}

#[cfg(test)]
mod tests;
