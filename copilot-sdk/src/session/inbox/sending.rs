//! A prompt on its way to the CLI.

use super::{SessionInbox, TurnChange};
use crate::ids::MessageId;
use crate::turn::TurnBeginning;

/// A prompt that is being sent. If it is dropped, nobody knows whether the CLI took it.
pub(in crate::session) struct Sending<'a> {
    inbox: &'a SessionInbox,
    number: u64,
    is_answered: bool,
}

impl<'a> Sending<'a> {
    pub(super) fn new(inbox: &'a SessionInbox, number: u64) -> Self {
        Self { inbox, number, is_answered: false }
    }

    /// The CLI has taken it, under this id.
    pub(in crate::session) fn accepted(mut self, message_id: MessageId) -> TurnBeginning {
        self.is_answered = true;
        let mut state = self.inbox.lock();
        state.prompts.accepted(self.number, &message_id);
        // The turn has begun already, with other budgets perhaps.
        if let Some(TurnChange::Begun(budget)) = state.prompts.take_change()
            && state.closed.is_none()
        {
            self.inbox.dispatch.turn_begins(budget);
        }
        drop(state);
        TurnBeginning { message_id, number: self.number }
    }

    pub(in crate::session) fn refused(mut self) {
        self.is_answered = true;
        self.inbox.lock().prompts.gone(self.number);
        self.inbox.gone.notify_waiters();
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.inbox.lock().prompts.left(self.number);
            self.inbox.gone.notify_waiters();
        }
    }
}
