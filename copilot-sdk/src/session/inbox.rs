//! The receiving end of a session: updates its state, then queues the event for every subscriber.
//!
//! Runs in the reader, because it is short and bounded and runs no user code: an event makes one
//! hop, and the session's state is never behind what subscribers have seen. Questions go on to
//! [`dispatch`](super::dispatch), which spawns a task for each.

mod calm;
mod delivered;
mod held;
mod in_progress;
mod sending;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_core::future::BoxFuture;
use serde_json::value::RawValue;
use tokio::sync::Notify;

use self::delivered::Delivered;
use self::held::Held;
use self::in_progress::InProgress;
use self::sending::Sending;
use super::sent_prompts::{SentPrompts, TurnChange};
use crate::budget::TurnBudget;
use crate::closed::Closed;
use crate::dispatch::Dispatch;
use crate::error::ErrorKind;
use crate::event::sdk::{PermissionLeftOpen, PromptWithdrawn, Reconnected};
use crate::event::{Event, EventData};
use crate::ids::{EventId, MessageId, SessionId, ToolCallId};
use crate::jsonrpc::Responder;
use crate::listeners::Listeners;
use crate::prompt::Prompt;
use crate::queue::Queue;
use crate::router::Inbox;
use crate::seen_ids::SeenIds;

/// How many decided permission requests are remembered, in case one is left open at that moment.
const DECIDED: usize = 256;

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
    /// Told of prompts that will not begin.
    gone: Notify,
}

struct InboxState {
    delivered: Delivered,
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
    in_progress: InProgress,
    /// Events of the new connection, held until those of the previous one are settled.
    held: Option<Held>,
    /// The permission requests decided last.
    decided: SeenIds,
    /// The event that a turn ended with or waits since, which the CLI stores behind all that came
    /// before it.
    last_settled: Option<EventId>,
    /// Whether a client shows forms, as last reported by the CLI.
    shows_forms: Option<bool>,
    /// Why the previous connection ended, until the new one is settled.
    suspended: Option<Closed>,
    closed: Option<Closed>,
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
            delivered: Delivered::new(),
            subscribers,
            turns: Vec::new(),
            backlog: Some(backlog),
            busy: None,
            prompts: SentPrompts::new(),
            had_turn: false,
            partial: Vec::new(),
            in_progress: InProgress::default(),
            held: None,
            decided: SeenIds::new(DECIDED),
            last_settled: None,
            shows_forms: None,
            suspended: None,
            closed: None,
        };
        Self { id, state: Mutex::new(state), dispatch, listeners, gone: Notify::new() }
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
        state.prompts.reconnected(open_prompt.as_ref());
        let event = Event::own(
            format!("reconnected-{generation}").into(),
            EventData::Reconnected(Box::new(Reconnected {
                reason: reason.unwrap_or_default(),
                open_prompt,
                void_messages: std::mem::take(&mut state.partial),
                void_tool_calls: state.in_progress.take_calls(),
                lost,
                generation,
            })),
        );
        state.hand_out(event, &self.dispatch);
        state.busy = Some(goes_on);
        if !goes_on {
            self.dispatch.budgets().end();
            state.in_progress.turn_ends(Some("interrupted"));
        }
        let last = history.iter().rposition(|event| state.delivered.contains(event));
        for event in history.into_iter().skip(last.map_or(0, |last| last + 1)) {
            state.hand_out(event, &self.dispatch);
        }
    }

    /// Delivers the events held since [`reconnect`](Self::reconnect).
    pub(super) fn release(&self) {
        // One at a time, so that events arriving now queue up behind.
        loop {
            let mut state = self.lock();
            let Some(held) = &mut state.held else { return };
            let Some(event) = held.pop() else {
                state.held = None;
                drop(state);
                return self.dispatch.stay_within_budget();
            };
            let handed_out = state.hand_out(event, &self.dispatch);
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
    pub(super) fn has_work(&self) -> bool {
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
        self.gone.notify_waiters();
    }

    /// Records that the prompt with this id was removed from the queue, and ends its turn.
    pub(super) fn withdrawn_by_id(&self, message_id: MessageId) {
        let mut state = self.lock();
        state.prompts.withdrawn(&message_id);
        let event = Event::own(
            format!("withdrawn-{message_id}").into(),
            EventData::PromptWithdrawn(PromptWithdrawn { message_id }),
        );
        state.hand_out(event, &self.dispatch);
    }

    /// Announces a permission request that was left open, unless it is decided by now.
    pub(super) fn left_open(&self, left: PermissionLeftOpen) {
        let mut state = self.lock();
        if !state.decided.contains(&left.request_id) {
            let id = format!("left-open-{}", left.request_id).into();
            let event = Event::own(id, EventData::PermissionLeftOpen(left));
            state.hand_out(event, &self.dispatch);
        }
    }

    /// Records that a prompt is about to be sent.
    pub(super) fn sending(&self, prompt: &Prompt, budget: Option<Arc<TurnBudget>>) -> Sending<'_> {
        Sending::new(self, self.lock().prompts.sent(prompt, budget))
    }

    /// Marks the session as resumed in mid-turn, unless an event has already said otherwise.
    pub(super) fn goes_on(&self) {
        self.lock().busy.get_or_insert(true);
        self.dispatch.turn_begins(None);
    }

    /// Records the response to opening the session, unless an event has already said otherwise.
    pub(super) fn opened(&self, shows_forms: bool, how: &'static str) {
        let mut state = self.lock();
        state.shows_forms.get_or_insert(shows_forms);
        state.in_progress.opened(how);
    }

    /// The event that a turn ended with or waits since, which the CLI stores behind all that came
    /// before it.
    pub(super) fn last_settled(&self) -> Option<EventId> {
        self.lock().last_settled.clone()
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
        let handed_out = state.hand_out(event, &self.dispatch);
        drop(state);
        if let Some(event) = handed_out {
            self.dispatch.event(&event);
        }
    }

    fn request(&self, method: &str, params: &RawValue, responder: Responder) {
        self.dispatch.request(method, params, responder);
    }

    fn hook(&self, params: &str, responder: Responder) {
        self.dispatch.hook(params, responder);
    }

    fn handles(&self, method: &str) -> bool {
        self.dispatch.handles(method)
    }

    fn is_busy(&self) -> bool {
        self.has_work() && !self.waits_for_answers()
    }

    fn idle(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.calm())
    }

    fn tool_calls(&self) -> Vec<ToolCallId> {
        self.lock().in_progress.calls()
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
            state.in_progress.closed();
            (std::mem::take(&mut state.subscribers), std::mem::take(&mut state.turns))
        };
        for queue in subscribers.into_iter().chain(turns) {
            queue.finish(closed);
        }
        self.listeners.end(closed);
        self.dispatch.closed();
        self.dispatch.budgets().end();
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

    /// Tells which budgets hold from now on.
    fn follow_turn(&mut self, dispatch: &Arc<Dispatch>) {
        match self.prompts.take_change() {
            Some(TurnChange::Begun(budget)) => {
                self.busy = Some(true);
                self.in_progress.turn_begins();
                dispatch.turn_begins(budget);
            }
            Some(TurnChange::Over) => dispatch.budgets().end(),
            None => {}
        }
    }

    /// Updates the state, then queues the event for every subscriber. Returns it if it is new.
    fn hand_out(&mut self, event: Arc<Event>, dispatch: &Arc<Dispatch>) -> Option<Arc<Event>> {
        if self.closed.is_some() || !self.delivered.insert(&event) {
            return None;
        }
        // Before any queue: a subscriber that reads the event finds the state updated (I4).
        self.fold(&event);
        if let Some(begins) = self.prompts.fold(&event) {
            event.begins.get_or_init(|| begins);
        }
        self.follow_turn(dispatch);
        dispatch.count(&event);
        self.in_progress.fold(&event, dispatch.budgets());
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
            EventData::ToolExecutionComplete(_)
            | EventData::AssistantTurnEnd(_)
            | EventData::PermissionRequested(_)
                if event.is_root() && !event.ephemeral =>
            {
                self.last_settled = Some(event.id.clone());
            }
            EventData::PermissionCompleted(done) => drop(self.decided.insert(&done.request_id)),
            EventData::AssistantTurnStart(_) if event.is_root() => self.busy = Some(true),
            EventData::AssistantIdle(_) | EventData::SessionIdle(_) if event.is_root() => {
                self.busy = Some(false);
                self.partial.clear();
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

#[cfg(test)]
mod tests;
