//! Prompts as the agent receives them (`user.*`).

use serde_json::value::RawValue;

use super::macros::{open_enums, payloads};
use crate::ids::MessageId;
use crate::prompt::AgentMode;

payloads! {
    /// A prompt that reached the agent (wire name `user.message`).
    UserMessage {
        /// The prompt as sent.
        content: String = "content",
        /// The id of the prompt; its answers carry it as `originating_message_id`.
        message_id: Option<MessageId> = "messageId",
        /// The prompt as the model reads it.
        transformed_content: Option<String> = "transformedContent",
        /// The attachments, in the shapes of the prompt's attachments.
        attachments: Vec<Box<RawValue>> = "attachments",
        /// The origin of a prompt that is not the user's, such as `autopilot`.
        source: Option<String> = "source",
        /// The way the prompt was delivered.
        delivery: Option<UserMessageDelivery> = "delivery",
        /// The mode in which the prompt was sent.
        agent_mode: Option<AgentMode> = "agentMode",
        /// Whether autopilot mode wrote the prompt.
        is_autopilot_continuation: bool = "isAutopilotContinuation",
        /// The id of the exchange, from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// The round that the prompt starts or steers.
        turn_id: Option<String> = "turnId",
        /// The task of the agent that received the prompt.
        parent_agent_task_id: Option<String> = "parentAgentTaskId",
    }
}

open_enums! {
    /// The way a prompt was delivered to the agent.
    UserMessageDelivery {
        /// To an idle agent: the prompt starts a turn.
        Idle = "idle",
        /// Into the running turn.
        Steering = "steering",
        /// After the previous turn, from the queue.
        Queued = "queued",
    }
}
