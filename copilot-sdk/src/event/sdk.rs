//! Events of this crate itself, which stand among those of the CLI (`sdk.*`).

use super::macros::payloads;
use crate::ids::{MessageId, ToolCallId};

payloads! {
    /// The CLI ended and was started again, and the session is open on the new one (type
    /// `sdk.reconnected`, made by this crate). It stands between the last event of the former CLI
    /// and the first one of the new.
    Reconnected {
        /// Why the former CLI ended.
        reason: String = "reason",
        /// The prompt of the turn that continues; all other turns ended as interrupted.
        open_prompt: Option<MessageId> = "openPrompt",
        /// Messages that came in part: their deltas are void.
        void_messages: Vec<MessageId> = "voidMessages",
        /// Tool calls of the CLI's own tools whose end will not come.
        void_tool_calls: Vec<ToolCallId> = "voidToolCalls",
        /// What could not be restored, described for people.
        lost: Vec<String> = "lost",
        /// How many times the session was opened again.
        generation: u64 = "generation",
    }
}
