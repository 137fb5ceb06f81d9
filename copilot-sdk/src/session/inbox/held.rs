//! Events that wait for the reopening of their session.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::event::Event;
use crate::queue::{self, DEFAULT_BUDGET};

/// Events of the new connection, in order, within the budget of a subscription.
#[derive(Default)]
pub(super) struct Held {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
}

impl Held {
    /// Adds an event; `false` beyond the budget.
    pub(super) fn push(&mut self, event: Arc<Event>) -> bool {
        self.bytes = self.bytes.saturating_add(queue::cost(&event));
        let fits = self.bytes <= DEFAULT_BUDGET;
        if fits {
            self.events.push_back(event);
        }
        fits
    }

    /// Uses up the budget.
    #[cfg(test)]
    pub(super) fn fill(&mut self) {
        self.bytes = DEFAULT_BUDGET;
    }

    /// The oldest event.
    pub(super) fn pop(&mut self) -> Option<Arc<Event>> {
        self.events.pop_front()
    }
}
