//! The queue of prompts that wait for the agent (`pending_messages.*`).

use super::macros::payloads;

payloads! {
    /// A change of the prompt queue (wire name `pending_messages.modified`).
    PendingMessagesModified {}
}
