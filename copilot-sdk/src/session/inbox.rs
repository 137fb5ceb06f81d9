//! The receiving end of a session: updates its state, then queues the event for every subscriber.
//!
//! Runs in the reader, because it is short and bounded and runs no user code: an event makes one
//! hop, and the session's state is never behind what subscribers have seen. Questions go on to
//! [`dispatch`](super::dispatch), which spawns a task for each.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;

use crate::closed::Closed;
use crate::dispatch::Dispatch;
use crate::event::sdk::Reconnected;
use crate::event::{Event, EventData};
use crate::ids::{MessageId, SessionId, ToolCallId};
use crate::jsonrpc::Responder;
use crate::listeners::Listeners;
use crate::queue::Queue;
use crate::router::Inbox;
use crate::seen_ids::SeenIds;

/// How many event ids are remembered to detect duplicates.
const KNOWN_EVENTS: usize = 4096;

/// How many unfinished messages and tool calls are tracked, in case the CLI ends first.
const VOID: usize = 1024;

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
    /// Whether a prompt was sent; the CLI stores no session without one.
    had_turn: bool,
    /// Ids of messages received in part, oldest first.
    partial: Vec<MessageId>,
    /// Tool calls in progress.
    calls: Vec<ToolCallId>,
    /// Events of the new connection, held until those of the previous one are settled.
    held: Option<Vec<(Arc<Event>, usize)>>,
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
            seen: SeenIds::new(KNOWN_EVENTS),
            subscribers,
            turns: Vec::new(),
            backlog: Some(backlog),
            busy: None,
            had_turn: false,
            partial: Vec::new(),
            calls: Vec::new(),
            held: None,
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

    /// Dispatches the question of a stored event.
    pub(super) fn ask_again(&self, event: &Arc<Event>) {
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
        let size = size_of::<Event>();
        state.hand_out(&event, size);
        state.busy = Some(goes_on);
        let last = history.iter().rposition(|event| state.seen.contains(&event.id));
        for event in history.iter().skip(last.map_or(0, |last| last + 1)) {
            state.hand_out(event, size);
        }
    }

    /// Delivers the events held since [`reconnect`](Self::reconnect).
    pub(super) fn release(&self) {
        // One at a time, so that events arriving now queue up behind.
        loop {
            let mut state = self.lock();
            let Some(held) = &mut state.held else { return };
            if held.is_empty() {
                state.held = None;
                return;
            }
            let (event, size) = held.remove(0);
            let is_new = state.hand_out(&event, size);
            drop(state);
            if is_new {
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

    /// Whether a turn is running, according to the events so far.
    pub(super) fn is_busy(&self) -> bool {
        self.lock().busy.unwrap_or(false)
    }

    /// Marks the session as resumed in mid-turn, unless an event has already said otherwise.
    pub(super) fn goes_on(&self) {
        self.lock().busy.get_or_insert(true);
    }

    /// Records the response to opening the session, unless an event has already said otherwise.
    pub(super) fn opened(&self, shows_forms: bool) {
        self.lock().shows_forms.get_or_insert(shows_forms);
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
    fn event(&self, event: Event, size: usize) {
        let event = Arc::new(event);
        {
            let mut state = self.lock();
            if let Some(held) = &mut state.held {
                held.push((event, size));
                return;
            }
            if !state.hand_out(&event, size) {
                return;
            }
        }
        self.dispatch.event(&event);
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
            state.held = Some(Vec::new());
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

    /// Updates the state, then queues the event for every subscriber. Returns whether it is new.
    fn hand_out(&mut self, event: &Arc<Event>, size: usize) -> bool {
        if self.closed.is_some() || !self.is_new(event) {
            return false;
        }
        // Before any queue: a subscriber that reads the event finds the state updated (I4).
        self.fold(event);
        self.subscribers.retain(|queue| queue.push(Arc::clone(event), size));
        // Last, so that when a turn ends, every other subscriber has its events (I5).
        self.turns.retain(|queue| queue.push(Arc::clone(event), size));
        true
    }

    fn fold(&mut self, event: &Event) {
        match &event.data {
            EventData::UserMessage(_) => self.had_turn = true,
            EventData::AssistantMessageDelta(delta)
                if self.partial.len() < VOID && !self.partial.contains(&delta.message_id) =>
            {
                self.partial.push(delta.message_id.clone());
            }
            EventData::AssistantMessage(message) => {
                self.partial.retain(|id| *id != message.message_id);
            }
            EventData::ToolExecutionStart(call) if self.calls.len() < VOID => {
                self.calls.push(call.tool_call_id.clone());
            }
            EventData::ToolExecutionComplete(call) => {
                self.calls.retain(|id| *id != call.tool_call_id);
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

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::config::SessionHandlers;
    use crate::connection::detached_connection;

    fn inbox() -> SessionInbox {
        let (near, _far) = crate::transport::memory::pair();
        let connection = detached_connection(near);
        SessionInbox::new(
            "s1".into(),
            Arc::new(Dispatch::new(
                connection.session("s1".into()),
                true,
                SessionHandlers::default(),
            )),
            Listeners::default(),
        )
    }

    fn say(inbox: &SessionInbox, id: &str, size: usize) {
        let json =
            format!(r#"{{"type":"session.title_changed","data":{{"title":"t"}},"id":"{id}"}}"#);
        inbox.event(serde_json::from_str(&json).unwrap(), size);
    }

    fn waiting(queue: &Queue<Arc<Event>>) -> Vec<Result<String, String>> {
        let mut context = Context::from_waker(Waker::noop());
        let mut waiting = Vec::new();
        while let Poll::Ready(Some(event)) = queue.poll_next(&mut context) {
            waiting
                .push(event.map(|event| event.id.to_string()).map_err(|error| error.to_string()));
        }
        waiting
    }

    #[tokio::test]
    async fn i10_what_nobody_reads_is_kept_for_the_first_subscriber_within_a_budget() {
        let inbox = inbox();
        inbox.lock().backlog.as_ref().unwrap().set_budget(100);
        for id in ["e1", "e2", "e3"] {
            say(&inbox, id, 50);
        }
        let first = waiting(&inbox.subscribe());
        assert_eq!(first.get(..2), Some(&[Ok("e1".to_owned()), Ok("e2".to_owned())][..]));
        let end = first.get(2).and_then(|end| end.as_ref().err()).unwrap();
        assert!(end.starts_with("the consumer lags: 2 undelivered events of 100 bytes"), "{end}");
        let second = inbox.subscribe();
        say(&inbox, "e4", 50);
        assert_eq!(waiting(&second), [Ok("e4".to_owned())]);
    }

    #[tokio::test]
    async fn the_first_subscriber_gets_what_came_before_and_goes_on_and_the_second_does_not() {
        let inbox = inbox();
        say(&inbox, "e1", 1);
        let (first, second) = (inbox.subscribe(), inbox.subscribe());
        say(&inbox, "e2", 1);
        assert_eq!(waiting(&first), [Ok("e1".to_owned()), Ok("e2".to_owned())]);
        assert_eq!(waiting(&second), [Ok("e2".to_owned())]);
    }

    #[tokio::test]
    async fn an_event_without_an_id_is_always_new() {
        let inbox = inbox();
        for id in ["e1", "", "e1", ""] {
            say(&inbox, id, 1);
        }
        assert_eq!(waiting(&inbox.subscribe()), ["e1", "", ""].map(|id| Ok(id.to_owned())));
    }

    #[tokio::test]
    async fn after_a_prompt_nothing_is_kept_for_nobody() {
        let inbox = inbox();
        say(&inbox, "e1", 1);
        inbox.forget_backlog();
        say(&inbox, "e2", 1);
        assert_eq!(inbox.lock().subscribers.len(), 0);
        assert_eq!(waiting(&inbox.subscribe()), []);
    }

    #[tokio::test]
    async fn after_the_end_the_first_subscriber_still_gets_what_came_and_the_reason() {
        let inbox = inbox();
        say(&inbox, "e1", 1);
        inbox.closed(&Closed::new(crate::ErrorKind::Closed, "gone"));
        assert_eq!(waiting(&inbox.subscribe()), [Ok("e1".to_owned()), Err("gone".to_owned())]);
        assert_eq!(waiting(&inbox.subscribe()), [Err("gone".to_owned())]);
    }
}
