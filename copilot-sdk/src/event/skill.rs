//! Skills.

use super::macros::{payloads, words};

payloads! {
    /// A skill came into the conversation (wire name `skill.invoked`).
    SkillInvoked {
        /// The skill.
        name: String = "name",
        /// Its file.
        path: String = "path",
        /// The text that the model reads.
        content: String = "content",
        /// The tools that it may use without asking.
        allowed_tools: Vec<String> = "allowedTools",
        /// Whether only the user may invoke it.
        disable_model_invocation: bool = "disableModelInvocation",
        /// Where it comes from.
        source: Option<SkillSource> = "source",
        /// The plugin that brought it.
        plugin_name: Option<String> = "pluginName",
        /// The version of the plugin that brought it.
        plugin_version: Option<String> = "pluginVersion",
        /// What it is for.
        description: Option<String> = "description",
        /// Who invoked it.
        trigger: Option<SkillTrigger> = "trigger",
        /// The model that reads it.
        model: Option<String> = "model",
        /// The round that it was invoked in.
        invoked_at_turn: Option<u64> = "invokedAtTurn",
    }

    /// The skills were read (wire name `session.skills_loaded`).
    SessionSkillsLoaded {
        /// All that were found.
        skills: Vec<LoadedSkill> = "skills",
    }

    /// A skill that was found (part of `session.skills_loaded`).
    LoadedSkill {
        /// The skill.
        name: String = "name",
        /// The slash command that invokes it.
        command_name: Option<String> = "commandName",
        /// What it is for.
        description: String = "description",
        /// Where it comes from.
        source: SkillSource = "source",
        /// Whether the user may invoke it.
        user_invocable: bool = "userInvocable",
        /// Whether it is switched on.
        enabled: bool = "enabled",
        /// Its file.
        path: Option<String> = "path",
        /// What to write behind the slash command.
        argument_hint: Option<String> = "argumentHint",
    }
}

words! {
    /// Where a skill comes from.
    SkillSource {
        /// The project.
        Project = "project",
        /// A directory above the project.
        Inherited = "inherited",
        /// The user's Copilot directory.
        PersonalCopilot = "personal-copilot",
        /// The user's directory for agents.
        PersonalAgents = "personal-agents",
        /// A plugin.
        Plugin = "plugin",
        /// A directory that the session names.
        Custom = "custom",
        /// The CLI itself.
        Builtin = "builtin",
        /// A program.
        Sdk = "sdk",
    }

    /// Who invoked a skill.
    SkillTrigger {
        /// The user.
        UserInvoked = "user-invoked",
        /// The agent.
        AgentInvoked = "agent-invoked",
        /// Nobody, it was part of the context.
        ContextLoad = "context-load",
    }
}
