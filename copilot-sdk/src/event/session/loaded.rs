use crate::event::macros::payloads;
use crate::event::shared::{McpServerSource, McpServerStatus, McpServerTransport, SkillSource};

payloads! {
    /// The configured MCP servers (wire name `session.mcp_servers_loaded`).
    SessionMcpServersLoaded {
        /// All configured servers.
        servers: Vec<McpServerEvent> = "servers",
    }

    /// A configured MCP server (part of `session.mcp_servers_loaded`).
    McpServerEvent {
        /// The name of the server in the configuration.
        name: String = "name",
        /// The status of the server.
        status: McpServerStatus = "status",
        /// The origin of the configuration.
        source: Option<McpServerSource> = "source",
        /// The display name of the server.
        display_name: Option<String> = "displayName",
        /// The error of a failed server.
        error: Option<String> = "error",
        /// The transport of the server.
        transport: Option<McpServerTransport> = "transport",
        /// The plugin that provides the server.
        plugin_name: Option<String> = "pluginName",
        /// The version of that plugin.
        plugin_version: Option<String> = "pluginVersion",
        /// The server's description of itself.
        server_metadata: Option<McpServerMetadata> = "serverMetadata",
    }

    /// An MCP server's description of itself (part of `session.mcp_servers_loaded`).
    McpServerMetadata {
        /// Instructions for the model.
        instructions: Option<String> = "instructions",
    }

    /// A change of an MCP server's status (wire name `session.mcp_server_status_changed`).
    SessionMcpServerStatusChanged {
        /// The name of the server.
        server_name: String = "serverName",
        /// The new status.
        status: McpServerStatus = "status",
        /// The error of a failed server.
        error: Option<String> = "error",
        /// The kind of failure.
        error_classification: Option<String> = "errorClassification",
        /// The origin of the configuration, such as `user` or `plugin`.
        config_source: Option<String> = "configSource",
    }

    /// The tools of an MCP server (wire name `session.mcp_server_tools_loaded`).
    SessionMcpServerToolsLoaded {
        /// The name of the server.
        server_name: String = "serverName",
        /// The number of tools.
        tool_count: u64 = "toolCount",
    }

    /// The removal of an MCP server from the configuration (wire name
    /// `session.mcp_server_removed`).
    SessionMcpServerRemoved {
        /// The name of the server.
        server_name: String = "serverName",
    }

    /// The loss of the connection to an MCP server (wire name
    /// `session.mcp_server_needs_reconnect`).
    SessionMcpServerNeedsReconnect {
        /// The name of the server.
        server_name: String = "serverName",
    }

    /// The available skills (wire name `session.skills_loaded`).
    SessionSkillsLoaded {
        /// All skills found.
        skills: Vec<LoadedSkill> = "skills",
    }

    /// An available skill (part of `session.skills_loaded`).
    LoadedSkill {
        /// The name of the skill.
        name: String = "name",
        /// The slash command that invokes the skill.
        command_name: Option<String> = "commandName",
        /// The purpose of the skill.
        description: String = "description",
        /// The origin of the skill.
        source: SkillSource = "source",
        /// Whether the user may invoke the skill.
        user_invocable: bool = "userInvocable",
        /// Whether the skill is enabled.
        enabled: bool = "enabled",
        /// The path of its file.
        path: Option<String> = "path",
        /// A hint at the arguments of the slash command.
        argument_hint: Option<String> = "argumentHint",
    }

    /// The available custom agents (wire name `session.custom_agents_updated`).
    SessionCustomAgentsUpdated {
        /// All agents found.
        agents: Vec<LoadedAgent> = "agents",
        /// Warnings about their files.
        warnings: Vec<String> = "warnings",
        /// Errors in their files.
        errors: Vec<String> = "errors",
    }

    /// An available custom agent (part of `session.custom_agents_updated`).
    LoadedAgent {
        /// The id of the agent, which includes its origin.
        id: String = "id",
        /// The name of the agent.
        name: String = "name",
        /// The display name of the agent.
        display_name: String = "displayName",
        /// The purpose of the agent.
        description: String = "description",
        /// The origin of the agent.
        source: String = "source",
        /// The tools that the agent may use; `None` means all.
        tools: Option<Vec<String>> = "tools",
        /// Whether the user may select the agent.
        user_invocable: bool = "userInvocable",
        /// Whether only the user may select the agent.
        disable_model_invocation: bool = "disableModelInvocation",
        /// The model that the agent uses.
        model: Option<String> = "model",
    }
}
