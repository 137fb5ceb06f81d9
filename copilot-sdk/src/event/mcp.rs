//! MCP servers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::lenient::Lenient;
use super::macros::{payloads, words};
use crate::ids::RequestId;

payloads! {
    /// The MCP servers were read (wire name `session.mcp_servers_loaded`).
    SessionMcpServersLoaded {
        /// All that are configured.
        servers: Vec<McpServer> = "servers",
    }

    /// A configured MCP server (part of `session.mcp_servers_loaded`).
    McpServer {
        /// Its name in the configuration.
        name: String = "name",
        /// How it is doing.
        status: McpServerStatus = "status",
        /// Who configured it.
        source: Option<McpServerSource> = "source",
        /// Its name for people.
        display_name: Option<String> = "displayName",
        /// Why it failed.
        error: Option<String> = "error",
        /// How it is reached.
        transport: Option<McpServerTransport> = "transport",
        /// The plugin that brought it.
        plugin_name: Option<String> = "pluginName",
        /// The version of the plugin that brought it.
        plugin_version: Option<String> = "pluginVersion",
        /// What it says of itself.
        server_metadata: Option<McpServerMetadata> = "serverMetadata",
    }

    /// What an MCP server says of itself (part of `session.mcp_servers_loaded`).
    McpServerMetadata {
        /// How the model is to use it.
        instructions: Option<String> = "instructions",
    }

    /// An MCP server started, failed or stopped (wire name `session.mcp_server_status_changed`).
    SessionMcpServerStatusChanged {
        /// The server.
        server_name: String = "serverName",
        /// How it is doing.
        status: McpServerStatus = "status",
        /// Why it failed.
        error: Option<String> = "error",
        /// The kind of failure.
        error_classification: Option<String> = "errorClassification",
        /// Who configured it, such as `user` or `plugin`.
        config_source: Option<String> = "configSource",
    }

    /// The tools of an MCP server were read (wire name `session.mcp_server_tools_loaded`).
    SessionMcpServerToolsLoaded {
        /// The server.
        server_name: String = "serverName",
        /// How many tools it has.
        tool_count: u64 = "toolCount",
    }

    /// An MCP server is no longer configured (wire name `session.mcp_server_removed`).
    SessionMcpServerRemoved {
        /// The server.
        server_name: String = "serverName",
    }

    /// The connection to an MCP server is lost (wire name `session.mcp_server_needs_reconnect`).
    SessionMcpServerNeedsReconnect {
        /// The server.
        server_name: String = "serverName",
    }

    /// An MCP server wants the user to sign in (wire name `mcp.oauth_required`).
    McpOauthRequired {
        /// Under this id the answer is expected.
        request_id: RequestId = "requestId",
        /// The server.
        server_name: String = "serverName",
        /// Its address.
        server_url: String = "serverUrl",
        /// Why now.
        reason: McpOauthReason = "reason",
        /// The OAuth client to use, with its secret.
        static_client_config: Option<SecretJson> = "staticClientConfig",
        /// What the server's `WWW-Authenticate` header says.
        www_authenticate_params: Option<WwwAuthenticateParams> = "wwwAuthenticateParams",
        /// The server's answer that asked for it, with its headers.
        http_response: Option<SecretJson> = "httpResponse",
        /// The server's description of itself as a protected resource, as JSON text.
        resource_metadata: Option<String> = "resourceMetadata",
        /// Whether the CLI can renew tokens itself.
        runtime_refresh_supported: bool = "runtimeRefreshSupported",
    }

    /// What a `WWW-Authenticate` header says (part of `mcp.oauth_required`).
    WwwAuthenticateParams {
        /// Where the server describes itself as a protected resource.
        resource_metadata_url: Option<String> = "resourceMetadataUrl",
        /// The scope to ask for.
        scope: Option<String> = "scope",
        /// What was wrong with the former token.
        error: Option<String> = "error",
    }

    /// The user signed in to an MCP server, or not (wire name `mcp.oauth_completed`).
    McpOauthCompleted {
        /// As in the request.
        request_id: RequestId = "requestId",
        /// How it went.
        outcome: McpOauthOutcome = "outcome",
    }

    /// An MCP server needs new HTTP headers (wire name `mcp.headers_refresh_required`).
    McpHeadersRefreshRequired {
        /// Under this id the answer is expected.
        request_id: RequestId = "requestId",
        /// The server.
        server_name: String = "serverName",
        /// Its address.
        server_url: String = "serverUrl",
        /// Why now.
        reason: McpHeadersRefreshReason = "reason",
    }

    /// An MCP server has new HTTP headers, or not (wire name `mcp.headers_refresh_completed`).
    McpHeadersRefreshCompleted {
        /// As in the request.
        request_id: RequestId = "requestId",
        /// How it went.
        outcome: McpHeadersRefreshOutcome = "outcome",
    }
}

words! {
    /// How an MCP server is doing.
    McpServerStatus {
        /// Its tools can be called.
        Connected = "connected",
        /// It could not be started or reached.
        Failed = "failed",
        /// The user has to sign in first.
        NeedsAuth = "needs-auth",
        /// It is starting.
        Pending = "pending",
        /// It is switched off.
        Disabled = "disabled",
        /// It was stopped.
        Stopped = "stopped",
        /// It is not in the configuration.
        NotConfigured = "not_configured",
    }

    /// Who configured an MCP server.
    McpServerSource {
        /// The user, or a program such as this one.
        User = "user",
        /// The directory that the session works in.
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

    /// How an MCP server is reached.
    McpServerTransport {
        /// It is a child process.
        Stdio = "stdio",
        /// By HTTP requests.
        Http = "http",
        /// By HTTP requests and a stream of events.
        Sse = "sse",
        /// It is part of the CLI.
        Memory = "memory",
    }

    /// Why an MCP server wants the user to sign in.
    McpOauthReason {
        /// For the first time.
        Initial = "initial",
        /// The token is about to end.
        Refresh = "refresh",
        /// The token is no longer good.
        Reauth = "reauth",
        /// More is to be allowed.
        Upscope = "upscope",
    }

    /// How an MCP server's wish for a login went.
    McpOauthOutcome {
        /// There is a token.
        Token = "token",
        /// There is none.
        Cancelled = "cancelled",
    }

    /// Why an MCP server needs new HTTP headers.
    McpHeadersRefreshReason {
        /// It is starting.
        Startup = "startup",
        /// The former ones are too old.
        TtlExpired = "ttl-expired",
        /// The server refused the former ones.
        AuthFailed = "auth-failed",
    }

    /// How an MCP server's wish for new HTTP headers went.
    McpHeadersRefreshOutcome {
        /// There are new ones.
        Headers = "headers",
        /// There are none.
        None = "none",
        /// Asking for them failed.
        Error = "error",
        /// The answer did not come in time.
        Timeout = "timeout",
    }
}

/// JSON that may carry secrets: `Debug` does not show it.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct SecretJson(Box<RawValue>);

impl SecretJson {
    /// The JSON itself, secrets included.
    pub fn expose(&self) -> &RawValue {
        &self.0
    }
}

impl fmt::Debug for SecretJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretJson({} bytes)", self.0.get().len())
    }
}

impl<'de> Deserialize<'de> for SecretJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(Self)
    }
}

impl Lenient for SecretJson {
    type Partial = <Box<RawValue> as Lenient>::Partial;

    fn is_read(partial: &Self::Partial) -> bool {
        Box::<RawValue>::is_read(partial)
    }

    fn is_complete(partial: &Self::Partial) -> bool {
        Box::<RawValue>::is_complete(partial)
    }

    fn finish(partial: Self::Partial) -> Self {
        Self(Lenient::finish(partial))
    }
}
