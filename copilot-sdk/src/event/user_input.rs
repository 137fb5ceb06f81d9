//! Questions of the agent to the user (`user_input.*`).
//!
//! A handler answers them by [`UserInputRequest`](crate::interaction::UserInputRequest).

use super::macros::payloads;
use crate::ids::{RequestId, ToolCallId};

payloads! {
    /// A question of the agent to the user (wire name `user_input.requested`).
    UserInputRequested {
        /// The id of the question.
        request_id: RequestId = "requestId",
        /// The question.
        question: String = "question",
        /// The choices.
        choices: Vec<String> = "choices",
        /// Whether an answer outside of the choices is accepted.
        allow_freeform: Option<bool> = "allowFreeform",
        /// The tool call that asks.
        tool_call_id: Option<ToolCallId> = "toolCallId",
    }

    /// The user's answer (wire name `user_input.completed`).
    UserInputCompleted {
        /// The id of the question.
        request_id: RequestId = "requestId",
        /// The answer.
        answer: Option<String> = "answer",
        /// Whether the answer is none of the choices.
        was_freeform: Option<bool> = "wasFreeform",
    }
}
