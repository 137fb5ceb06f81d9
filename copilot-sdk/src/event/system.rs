//! Text that the CLI itself gives to the model (`system.*`).

use serde_json::value::RawValue;

use super::macros::{open_enums, payloads};

payloads! {
    /// The system prompt, at the start and after each change (wire name `system.message`).
    SystemMessageEvent {
        /// The full text.
        content: String = "content",
        /// The text in the parts that providers cache separately.
        content_blocks: Vec<SystemMessageBlock> = "contentBlocks",
        /// The id of the exchange, from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// The role under which the text is sent.
        role: SystemMessageRole = "role",
        /// The name of the message.
        name: Option<String> = "name",
        /// The version and the variables of the prompt's template.
        metadata: Option<Box<RawValue>> = "metadata",
    }

    /// A part of the system prompt (part of `system.message`).
    SystemMessageBlock {
        /// The text.
        content: String = "content",
        /// Whether the text is the same in every session.
        is_static: bool = "isStatic",
        /// Whether a cache breakpoint follows for the provider.
        cache_breakpoint: bool = "cacheBreakpoint",
    }

    /// A notification to the agent (wire name `system.notification`).
    SystemNotification {
        /// The text that the model reads.
        content: String = "content",
        /// The cause: an object whose `type` is such as `agent_completed` or `shell_completed`.
        kind: Option<Box<RawValue>> = "kind",
    }
}

open_enums! {
    /// The role under which the system prompt is sent.
    SystemMessageRole {
        /// The role `system`.
        System = "system",
        /// The role `developer`.
        Developer = "developer",
    }
}
