//! How the event that begins a turn is recognized.

use crate::event::user::UserMessageDelivery;
use crate::event::{Begins, Event, EventData, UserMessage};
use crate::ids::MessageId;

/// The prompt of a turn, by its id, and by its place among the prompts of the session: not every
/// CLI names the prompt in the event that begins its turn.
#[derive(Debug, Clone)]
pub(crate) struct TurnBeginning {
    pub(crate) message_id: MessageId,
    pub(crate) number: u64,
}

impl TurnBeginning {
    /// The beginning of a turn that is running already.
    pub(crate) fn past(message_id: MessageId) -> Self {
        Self { message_id, number: 0 }
    }

    /// Whether the event begins this turn.
    pub(crate) fn is(&self, event: &Event) -> bool {
        match &event.data {
            EventData::UserMessage(message) if event.is_root() => {
                message.message_id.as_ref() == Some(&self.message_id)
                    || event.begins.get() == Some(&Begins::Sent(self.number))
            }
            _ => false,
        }
    }
}

/// Whether the event begins a turn.
pub(super) fn opens_a_turn(event: &Event, message: &UserMessage) -> bool {
    let delivered =
        matches!(message.delivery, Some(UserMessageDelivery::Idle | UserMessageDelivery::Queued));
    event.begins.get().is_some() || (message.message_id.is_some() && delivered)
}
