//! Skills in use (`skill.*`).

use super::macros::{open_enums, payloads};
pub use super::shared::SkillSource;

payloads! {
    /// A skill that was added to the conversation (wire name `skill.invoked`).
    SkillInvoked {
        /// The name of the skill.
        name: String = "name",
        /// The path of its file.
        path: String = "path",
        /// The text that the model reads.
        content: String = "content",
        /// The tools that the skill may use without asking.
        allowed_tools: Vec<String> = "allowedTools",
        /// Whether only the user may invoke the skill.
        disable_model_invocation: bool = "disableModelInvocation",
        /// The origin of the skill.
        source: Option<SkillSource> = "source",
        /// The plugin that provides the skill.
        plugin_name: Option<String> = "pluginName",
        /// The version of that plugin.
        plugin_version: Option<String> = "pluginVersion",
        /// The purpose of the skill.
        description: Option<String> = "description",
        /// The trigger of the invocation.
        trigger: Option<SkillTrigger> = "trigger",
        /// The model that reads the skill.
        model: Option<String> = "model",
        /// The round of the invocation.
        invoked_at_turn: Option<u64> = "invokedAtTurn",
    }
}

open_enums! {
    /// The trigger of a skill's invocation.
    SkillTrigger {
        /// The user.
        UserInvoked = "user-invoked",
        /// The agent.
        AgentInvoked = "agent-invoked",
        /// The context: the skill was part of it.
        ContextLoad = "context-load",
    }
}
