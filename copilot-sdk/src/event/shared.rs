//! Enums that payloads of several modules use.
//!
//! They live below all payloads, so that no module of events depends on another; each is exported
//! by the module whose name it bears.

use super::macros::open_enums;

open_enums! {
    /// The working mode of the agent in a session (wire names `mode` and `agentMode`).
    SessionMode {
        /// Asks the user when needed.
        Interactive = "interactive",
        /// Makes a plan first.
        Plan = "plan",
        /// Continues until the task is done.
        Autopilot = "autopilot",
    }

    /// The way permission requests are decided.
    PermissionMode {
        /// Asks for every request.
        Manual = "manual",
        /// Lets a model decide if it is confident, and asks otherwise.
        Assisted = "assisted",
        /// Approves everything.
        AllowAll = "allow-all",
    }

    /// A step by which the user can solve a problem.
    RemediationAction {
        /// Sign in.
        SignIn = "sign_in",
        /// Use another account.
        SwitchAccount = "switch_account",
        /// Review the account.
        ShowAccount = "show_account",
        /// Review the rules of the sandbox.
        ReviewSandboxPolicy = "review_sandbox_policy",
        /// Allow network access in the sandbox.
        AllowSandboxOutbound = "allow_sandbox_outbound",
        /// Rewind the conversation.
        RewindConversation = "rewind_conversation",
    }

    /// The transport of a model call.
    ModelTransport {
        /// HTTP requests.
        Http = "http",
        /// A WebSocket.
        WebSocket = "websocket",
    }

    /// The provider's endpoint for a model call.
    ApiEndpoint {
        /// The Chat Completions API.
        ChatCompletions = "/chat/completions",
        /// Anthropic's Messages API.
        Messages = "/v1/messages",
        /// The Responses API.
        Responses = "/responses",
        /// The Responses API over a WebSocket.
        ResponsesWebSocket = "ws:/responses",
    }

    /// The status of an MCP server.
    McpServerStatus {
        /// Connected: its tools can be called.
        Connected = "connected",
        /// Failed to start or could not be reached.
        Failed = "failed",
        /// Waits for the user to sign in.
        NeedsAuth = "needs-auth",
        /// Starting.
        Pending = "pending",
        /// Disabled.
        Disabled = "disabled",
        /// Stopped.
        Stopped = "stopped",
        /// Missing from the configuration.
        NotConfigured = "not_configured",
    }

    /// The origin of an MCP server's configuration.
    McpServerSource {
        /// The user, or a program that uses this crate.
        User = "user",
        /// The working directory of the session.
        Workspace = "workspace",
        /// A plugin.
        Plugin = "plugin",
        /// The CLI itself.
        Builtin = "builtin",
        /// An administrator.
        Managed = "managed",
        /// The account.
        Account = "account",
    }

    /// The transport of an MCP server.
    McpServerTransport {
        /// Standard input and output of a child process.
        Stdio = "stdio",
        /// HTTP requests.
        Http = "http",
        /// HTTP requests and a stream of server-sent events.
        Sse = "sse",
        /// In-process: the server is part of the CLI.
        Memory = "memory",
    }

    /// The origin of a skill.
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
        /// A directory configured for the session.
        Custom = "custom",
        /// The CLI itself.
        Builtin = "builtin",
        /// A program that uses an SDK.
        Sdk = "sdk",
    }
}
