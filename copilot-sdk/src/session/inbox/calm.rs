//! Waiting for the end of all turns.

use std::pin::pin;

use super::SessionInbox;
use crate::turn::Events;

impl SessionInbox {
    /// Waits until no turn runs or is about to begin, and what the last one left is stored. A turn
    /// that only waits for permissions that were left open does not run, unless a prompt is queued
    /// behind it: another program may answer them, but the queue ends with the session here.
    pub(super) async fn calm(&self) {
        // Subscribed before the look, so that no event is missed.
        let mut events = Events::new(self.subscribe_to_turn());
        loop {
            let mut gone = pin!(self.gone.notified());
            gone.as_mut().enable();
            if !self.has_work() || self.waits_for_answers() {
                break;
            }
            tokio::select! {
                event = events.next() => match event {
                    Some(Ok(_)) => {}
                    // More events than are held: those that follow are read.
                    Some(Err(_)) => events = Events::new(self.subscribe_to_turn()),
                    None => break,
                },
                () = gone => {}
            }
        }
        if let (Some(kept), Some(end)) = (self.dispatch.kept(), self.last_settled())
            && let Err(error) = kept.stored(&end).await
        {
            tracing::warn!(session_id = %self.id, %error, "a session is disconnected before it is stored");
        }
    }

    /// Whether a turn waits for permissions that were left open and for nothing else, and no prompt
    /// for the turn.
    pub(super) fn waits_for_answers(&self) -> bool {
        let left_open = self.dispatch.left_open().len();
        let state = self.lock();
        left_open > 0
            && state.in_progress.calls().len() <= left_open
            && !state.prompts.are_waiting()
    }
}
