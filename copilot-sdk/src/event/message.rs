//! What goes to the model besides its own messages.

use serde_json::value::RawValue;

use super::macros::{payloads, words};
use crate::ids::MessageId;
use crate::prompt::AgentMode;

payloads! {
    /// A prompt reached the agent (wire name `user.message`).
    UserMessage {
        /// The prompt as it was sent.
        content: String = "content",
        /// Names the prompt; the messages that answer it carry it as `originating_message_id`.
        message_id: Option<MessageId> = "messageId",
        /// The prompt as the model reads it.
        transformed_content: Option<String> = "transformedContent",
        /// What was attached; its shapes are those of the prompt's attachments.
        attachments: Vec<Box<RawValue>> = "attachments",
        /// Where it comes from, when not from the user, such as `autopilot`.
        source: Option<String> = "source",
        /// How it met the agent.
        delivery: Option<UserMessageDelivery> = "delivery",
        /// The mode that it was sent in.
        agent_mode: Option<AgentMode> = "agentMode",
        /// Whether autopilot mode wrote it.
        is_autopilot_continuation: bool = "isAutopilotContinuation",
        /// Names the whole exchange from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// The round that it starts or steers.
        turn_id: Option<String> = "turnId",
        /// The task of the agent that it was sent to.
        parent_agent_task_id: Option<String> = "parentAgentTaskId",
    }

    /// The system prompt, at first and whenever it changes (wire name `system.message`).
    SystemMessage {
        /// The whole text.
        content: String = "content",
        /// The text in the parts that providers cache separately.
        content_blocks: Vec<SystemMessageBlock> = "contentBlocks",
        /// Names the whole exchange from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// In whose name the model is told.
        role: SystemMessageRole = "role",
        /// What the message is called.
        name: Option<String> = "name",
        /// The version and the variables that it was made from.
        metadata: Option<Box<RawValue>> = "metadata",
    }

    /// One part of the system prompt (part of `system.message`).
    SystemMessageBlock {
        /// The text.
        content: String = "content",
        /// Whether it is the same in every session.
        is_static: bool = "isStatic",
        /// Whether the provider's cache is told to end here.
        cache_breakpoint: bool = "cacheBreakpoint",
    }

    /// The agent is told of something that happened meanwhile (wire name `system.notification`).
    SystemNotification {
        /// The text that the model reads.
        content: String = "content",
        /// What happened: an object whose `type` is such as `agent_completed` or `shell_completed`.
        kind: Option<Box<RawValue>> = "kind",
    }

    /// The queue of prompts changed (wire name `pending_messages.modified`).
    PendingMessagesModified {}
}

words! {
    /// How a prompt met the agent.
    UserMessageDelivery {
        /// The agent was idle, the prompt starts a turn.
        Idle = "idle",
        /// It went into the running turn.
        Steering = "steering",
        /// It waited until the former turn was over.
        Queued = "queued",
    }

    /// In whose name the model is told.
    SystemMessageRole {
        /// `system`.
        System = "system",
        /// `developer`.
        Developer = "developer",
    }
}
