//! MCP servers: sign-in and headers (`mcp.*`), and the enums that describe a server.
//!
//! The events about the servers of a session, such as `session.mcp_servers_loaded`, are in
//! [`session`](super::session).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::lenient::Lenient;
use super::macros::{open_enums, payloads};
pub use super::shared::{McpServerSource, McpServerStatus, McpServerTransport};
use crate::heap_size::HeapSize;
use crate::ids::RequestId;

payloads! {
    /// An MCP server's request that the user sign in (wire name `mcp.oauth_required`).
    McpOauthRequired {
        /// The id under which the answer is expected.
        request_id: RequestId = "requestId",
        /// The name of the server.
        server_name: String = "serverName",
        /// The URL of the server.
        server_url: String = "serverUrl",
        /// The reason for the request.
        reason: McpOauthReason = "reason",
        /// The OAuth client to use, with its secret.
        static_client_config: Option<SecretJson> = "staticClientConfig",
        /// The parameters of the server's `WWW-Authenticate` header.
        www_authenticate_params: Option<WwwAuthenticateParams> = "wwwAuthenticateParams",
        /// The server's response that required the sign-in, with its headers.
        http_response: Option<SecretJson> = "httpResponse",
        /// The server's protected resource metadata, as JSON text.
        resource_metadata: Option<String> = "resourceMetadata",
        /// Whether the CLI can refresh tokens itself.
        runtime_refresh_supported: bool = "runtimeRefreshSupported",
    }

    /// The parameters of a `WWW-Authenticate` header (part of `mcp.oauth_required`).
    WwwAuthenticateParams {
        /// The URL of the server's protected resource metadata.
        resource_metadata_url: Option<String> = "resourceMetadataUrl",
        /// The scope to request.
        scope: Option<String> = "scope",
        /// The error of the previous token.
        error: Option<String> = "error",
    }

    /// The outcome of a sign-in to an MCP server (wire name `mcp.oauth_completed`).
    McpOauthCompleted {
        /// The id of the request.
        request_id: RequestId = "requestId",
        /// The outcome.
        outcome: McpOauthOutcome = "outcome",
    }

    /// An MCP server's request for new HTTP headers (wire name `mcp.headers_refresh_required`).
    McpHeadersRefreshRequired {
        /// The id under which the answer is expected.
        request_id: RequestId = "requestId",
        /// The name of the server.
        server_name: String = "serverName",
        /// The URL of the server.
        server_url: String = "serverUrl",
        /// The reason for the request.
        reason: McpHeadersRefreshReason = "reason",
    }

    /// The outcome of a request for new HTTP headers (wire name `mcp.headers_refresh_completed`).
    McpHeadersRefreshCompleted {
        /// The id of the request.
        request_id: RequestId = "requestId",
        /// The outcome.
        outcome: McpHeadersRefreshOutcome = "outcome",
    }
}

open_enums! {
    /// The reason for a sign-in to an MCP server.
    McpOauthReason {
        /// The first sign-in.
        Initial = "initial",
        /// The token is about to expire.
        Refresh = "refresh",
        /// The token is no longer valid.
        Reauth = "reauth",
        /// A broader scope is needed.
        Upscope = "upscope",
    }

    /// The outcome of a sign-in to an MCP server.
    McpOauthOutcome {
        /// A token was obtained.
        Token = "token",
        /// The sign-in was cancelled.
        Cancelled = "cancelled",
    }

    /// The reason for a request for new HTTP headers.
    McpHeadersRefreshReason {
        /// The server is starting.
        Startup = "startup",
        /// The previous headers have expired.
        TtlExpired = "ttl-expired",
        /// The server rejected the previous headers.
        AuthFailed = "auth-failed",
    }

    /// The outcome of a request for new HTTP headers.
    McpHeadersRefreshOutcome {
        /// New headers were supplied.
        Headers = "headers",
        /// No headers were supplied.
        None = "none",
        /// The request failed.
        Error = "error",
        /// The answer did not arrive in time.
        Timeout = "timeout",
    }
}

/// JSON that may contain secrets, which its `Debug` output omits.
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

impl HeapSize for SecretJson {
    fn heap_size(&self) -> usize {
        self.0.heap_size()
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
