//! Where a session's events arrive: its state is updated, then every subscriber's queue gets the event.
//!
//! This runs in the reader, because it is short and bounded and runs no code of the user: an event makes one hop, and
//! a session's state is never behind what its subscribers have seen. Questions go on to [`dispatch`](super::dispatch).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::dispatch::Question;
use crate::event::{Event, EventData};
use crate::ids::SessionId;
use crate::queue::Queue;
use crate::router::Inbox;
use crate::rpc::{Closed, Responder};

/// The receiving end of one session.
pub(super) struct SessionInbox {
    pub(super) id: SessionId,
    state: Mutex<State>,
    questions: mpsc::UnboundedSender<Question>,
}

struct State {
    subscribers: Vec<Arc<Queue<Arc<Event>>>>,
    /// What came before anybody subscribed or sent; `None` from then on.
    backlog: Option<VecDeque<(Arc<Event>, usize)>>,
    busy: bool,
    closed: Option<Closed>,
}

impl SessionInbox {
    pub(super) fn new(id: SessionId, questions: mpsc::UnboundedSender<Question>) -> Self {
        let state = State { subscribers: Vec::new(), backlog: Some(VecDeque::new()), busy: false, closed: None };
        Self { id, state: Mutex::new(state), questions }
    }

    /// A queue that gets every event from now on, and before those the ones that nobody has seen yet.
    pub(super) fn subscribe(&self) -> Arc<Queue<Arc<Event>>> {
        let queue = Arc::new(Queue::new());
        let mut state = self.lock();
        for (event, size) in state.backlog.take().unwrap_or_default() {
            queue.push(event, size);
        }
        state.add(&queue);
        queue
    }

    /// A queue that gets every event from now on; for a turn, whose prompt is sent next.
    pub(super) fn subscribe_to_turn(&self) -> Arc<Queue<Arc<Event>>> {
        let queue = Arc::new(Queue::new());
        self.lock().add(&queue);
        queue
    }

    /// Asks what a stored event asks, unless the same event has just come.
    pub(super) fn ask_again(&self, event: &Arc<Event>) {
        let came = self.lock().backlog.iter().flatten().any(|(other, _)| other.id == event.id);
        if let Some(question) = Question::of(event).filter(|_| !came) {
            let _ = self.questions.send(question);
        }
    }

    /// A prompt is on its way: what nobody wanted to see so far is not kept any longer.
    pub(super) fn forget_backlog(&self) {
        self.lock().backlog = None;
    }

    /// Whether a turn is running, as far as the events told.
    pub(super) fn is_busy(&self) -> bool {
        self.lock().busy
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
        let question = Question::of(&event);
        {
            let mut state = self.lock();
            if state.closed.is_some() {
                return;
            }
            state.fold(&event);
            if let Some(backlog) = &mut state.backlog {
                backlog.push_back((Arc::clone(&event), size));
            }
            state.subscribers.retain(|queue| queue.push(Arc::clone(&event), size));
        }
        if let Some(question) = question {
            let _ = self.questions.send(question);
        }
    }

    fn request(&self, method: &str, params: &RawValue, responder: Responder) {
        let question = Question::Request { method: method.into(), params: params.to_owned(), responder };
        let _ = self.questions.send(question);
    }

    fn closed(&self, closed: &Closed) {
        let subscribers = {
            let mut state = self.lock();
            state.closed.get_or_insert_with(|| closed.clone());
            state.backlog = None;
            state.busy = false;
            std::mem::take(&mut state.subscribers)
        };
        for queue in subscribers {
            queue.finish(closed);
        }
        let _ = self.questions.send(Question::Closed);
    }
}

impl State {
    fn add(&mut self, queue: &Arc<Queue<Arc<Event>>>) {
        match &self.closed {
            Some(closed) => queue.finish(closed),
            None => self.subscribers.push(Arc::clone(queue)),
        }
    }

    fn fold(&mut self, event: &Event) {
        match &event.data {
            EventData::AssistantTurnStart(_) if event.is_root() => self.busy = true,
            EventData::AssistantIdle(_) | EventData::SessionIdle(_) if event.is_root() => self.busy = false,
            _ => {}
        }
    }
}
