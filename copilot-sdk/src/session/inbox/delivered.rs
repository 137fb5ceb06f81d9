//! What was delivered, so that each event is delivered once.

use crate::event::Event;
use crate::seen_ids::SeenIds;

/// How many stored events are remembered: the history is compared with them after a restart.
const STORED: usize = 4096;

/// How many ephemeral events are remembered. They are in no history, and most events are ephemeral:
/// they may neither push out the others nor take memory in each of many sessions.
const EPHEMERAL: usize = 64;

/// The ids of the last delivered events.
pub(super) struct Delivered {
    stored: SeenIds,
    ephemeral: SeenIds,
}

impl Delivered {
    pub(super) fn new() -> Self {
        Self { stored: SeenIds::new(STORED), ephemeral: SeenIds::new(EPHEMERAL) }
    }

    /// Adds an event. Returns whether it is new, as one without an id always is.
    pub(super) fn insert(&mut self, event: &Event) -> bool {
        let seen = if event.ephemeral { &mut self.ephemeral } else { &mut self.stored };
        event.id.as_str().is_empty() || seen.insert(&event.id)
    }

    /// Whether a stored event was delivered.
    pub(super) fn contains(&self, event: &Event) -> bool {
        self.stored.contains(&event.id)
    }
}
