//! Where a session's events arrive: its state is updated, then every subscriber's queue gets the
//! event.
//!
//! This runs in the reader, because it is short and bounded and runs no code of the user: an event
//! makes one hop, and a session's state is never behind what its subscribers have seen. Questions
//! go on to [`dispatch`](super::dispatch), which gives each a task of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;

use crate::closed::Closed;
use crate::dispatch::Dispatch;
use crate::event::sdk::Reconnected;
use crate::event::{Event, EventData};
use crate::ids::{MessageId, SessionId, ToolCallId};
use crate::jsonrpc::Responder;
use crate::queue::Queue;
use crate::router::Inbox;
use crate::seen_ids::SeenIds;

/// How many events are known again when they come a second time.
const KNOWN_EVENTS: usize = 4096;

/// How many open messages and tool calls are known, in case the CLI ends before they do.
const VOID: usize = 1024;

/// The receiving end of one session.
pub(super) struct SessionInbox {
    pub(super) id: SessionId,
    state: Mutex<State>,
    dispatch: Arc<Dispatch>,
}

struct State {
    /// The events that came, so that each is handed out once.
    seen: SeenIds,
    subscribers: Vec<Arc<Queue<Arc<Event>>>>,
    /// The queues of turns, which get an event last: when one of them ends, everybody else has all
    /// of it.
    turns: Vec<Arc<Queue<Arc<Event>>>>,
    /// The first subscriber's queue, kept from the start so that nothing is lost before it comes;
    /// `None` once somebody has subscribed or sent.
    backlog: Option<Arc<Queue<Arc<Event>>>>,
    /// Whether a turn is running, as far as the events told.
    busy: Option<bool>,
    /// Whether there was a prompt, so that the CLI keeps the session.
    had_turn: bool,
    /// Messages of which only a part has come, by their ids, oldest first.
    partial: Vec<MessageId>,
    /// Calls of tools that have begun and not ended.
    calls: Vec<ToolCallId>,
    /// Events of the next connection, until those of the former one are settled.
    held: Option<Vec<(Arc<Event>, usize)>>,
    /// Whether somebody shows forms, as far as the CLI told.
    shows_forms: Option<bool>,
    /// Why the former connection ended, until the next one is settled.
    suspended: Option<Closed>,
    closed: Option<Closed>,
}

/// What is known of a session on another connection.
pub(super) struct Reconnection {
    /// The prompt whose turn goes on.
    pub(super) open_prompt: Option<MessageId>,
    pub(super) lost: Vec<String>,
    pub(super) generation: u64,
    /// The stored events, those that were handed out already among them.
    pub(super) history: Vec<Arc<Event>>,
}

impl SessionInbox {
    pub(super) fn new(id: SessionId, dispatch: Arc<Dispatch>) -> Self {
        let backlog = Arc::new(Queue::new());
        let subscribers = vec![Arc::clone(&backlog)];
        let state = State {
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
        Self { id, state: Mutex::new(state), dispatch }
    }

    /// A queue that gets every event from now on, and before those the ones that nobody has seen
    /// yet.
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

    /// A queue that gets every event from now on; for a turn, whose prompt is sent next.
    pub(super) fn subscribe_to_turn(&self) -> Arc<Queue<Arc<Event>>> {
        let queue = Arc::new(Queue::new());
        let mut state = self.lock();
        if !state.ends(&queue) {
            state.turns.push(Arc::clone(&queue));
        }
        queue
    }

    /// Asks what a stored event asked of a former client.
    pub(super) fn ask_again(&self, event: &Arc<Event>) {
        self.dispatch.resumed_event(event);
    }

    /// Asks what a stored event asks, and nobody was asked yet.
    pub(super) fn ask(&self, event: &Arc<Event>) {
        self.dispatch.event(event);
    }

    /// Whether there was a prompt, so that the CLI keeps the session.
    pub(super) fn had_turn(&self) -> bool {
        self.lock().had_turn
    }

    /// Tells of another connection, and hands out what was stored and not seen yet. What comes over
    /// it waits for [`release`](Self::release).
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

    /// Hands out what has come over another connection meanwhile.
    pub(super) fn release(&self) {
        // One after the other, so that what comes now goes behind.
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

    /// A prompt is on its way: what nobody wanted to see so far is not kept any longer.
    pub(super) fn forget_backlog(&self) {
        if let Some(queue) = self.lock().backlog.take() {
            queue.abandon();
        }
    }

    /// Whether a turn is running, as far as the events told.
    pub(super) fn is_busy(&self) -> bool {
        self.lock().busy.unwrap_or(false)
    }

    /// The session was resumed in the middle of a turn; an event that came first knows better.
    pub(super) fn goes_on(&self) {
        self.lock().busy.get_or_insert(true);
    }

    /// What the CLI answered when the session was opened; an event that came first knows better.
    pub(super) fn opened(&self, shows_forms: bool) {
        self.lock().shows_forms.get_or_insert(shows_forms);
    }

    /// Whether somebody shows forms in the session.
    pub(super) fn shows_forms(&self) -> bool {
        self.lock().shows_forms.unwrap_or(false)
    }

    /// Why nothing more comes, once that is so.
    pub(super) fn over(&self) -> Option<Closed> {
        self.lock().closed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
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
        self.dispatch.closed();
    }
}

impl State {
    /// Ends a new queue where nothing comes any more.
    fn ends(&self, queue: &Queue<Arc<Event>>) -> bool {
        self.closed.as_ref().inspect(|closed| queue.finish(closed)).is_some()
    }

    /// Whether an event came for the first time, as far as its id tells.
    fn is_new(&mut self, event: &Event) -> bool {
        event.id.as_str().is_empty() || self.seen.insert(&event.id)
    }

    /// Brings the state up to date, then gives the event to every subscriber; whether it is new.
    fn hand_out(&mut self, event: &Arc<Event>, size: usize) -> bool {
        if self.closed.is_some() || !self.is_new(event) {
            return false;
        }
        self.fold(event);
        self.subscribers.retain(|queue| queue.push(Arc::clone(event), size));
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
