use std::future::Future;
use std::time::Duration;

use serde::Serialize;

use crate::event::mcp::{McpOauthReason, SecretJson, WwwAuthenticateParams};
use crate::handler::{BoxHandler, Handler, IntoAnswer};
use crate::ids::SessionId;
use crate::payload::{questions, records};
use crate::secret::Secret;

records! {
    /// A request to log in to an MCP server (event `mcp.oauth_required`).
    #[derive(Debug, Clone)]
    McpAuthRequest {
        /// The session.
        session_id: SessionId = "sessionId",
        /// The server's name in the session's configuration.
        server_name: String = "serverName",
        /// The server's address.
        server_url: String = "serverUrl",
        /// Why a token is needed.
        reason: Option<McpOauthReason> = "reason",
        /// The server's `WWW-Authenticate` parameters.
        www_authenticate_params: Option<WwwAuthenticateParams> = "wwwAuthenticateParams",
        /// The server's response that required the login, with its headers.
        http_response: Option<SecretJson> = "httpResponse",
        /// The server's protected resource metadata, as JSON text.
        resource_metadata: Option<String> = "resourceMetadata",
        /// The configured OAuth client, with its secret.
        static_client_config: Option<SecretJson> = "staticClientConfig",
        /// Whether the CLI can renew tokens itself.
        runtime_refresh_supported: bool = "runtimeRefreshSupported",
    }
}

questions! { McpAuthRequest }

/// The answer to an [`McpAuthRequest`]. A handler that fails answers
/// [`cancelled`](Self::cancelled).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
#[must_use]
pub struct McpAuthAnswer(AuthAnswer);

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
enum AuthAnswer {
    Token {
        access_token: Secret,
        #[serde(skip_serializing_if = "Option::is_none")]
        token_type: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_in: Option<u64>,
    },
    Cancelled,
}

impl McpAuthAnswer {
    /// An access token.
    pub fn token(access_token: impl Into<String>) -> Self {
        Self(AuthAnswer::Token {
            access_token: Secret::new(access_token),
            token_type: None,
            expires_in: None,
        })
    }

    /// Cancels the login.
    pub fn cancelled() -> Self {
        Self(AuthAnswer::Cancelled)
    }

    /// The lifetime of the token (wire name `expiresIn`, seconds).
    pub fn expires_in(mut self, time: Duration) -> Self {
        if let AuthAnswer::Token { expires_in, .. } = &mut self.0 {
            *expires_in = Some(time.as_secs());
        }
        self
    }

    /// The type of token (wire name `tokenType`). Defaults to `Bearer`.
    pub fn token_type(mut self, kind: impl Into<String>) -> Self {
        if let AuthAnswer::Token { token_type, .. } = &mut self.0 {
            *token_type = Some(kind.into());
        }
        self
    }
}

/// The user's login handler for MCP servers.
pub(crate) fn auth_handler<Fut>(
    handler: impl Handler<McpAuthRequest, Fut>,
) -> BoxHandler<McpAuthRequest, McpAuthAnswer>
where
    Fut: Future<Output: IntoAnswer<McpAuthAnswer>> + Send + 'static,
{
    BoxHandler::new(handler)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::McpAuthAnswer;

    fn wire(answer: &McpAuthAnswer) -> Value {
        serde_json::to_value(answer).expect("plain data serializes")
    }

    #[test]
    fn a_token_is_never_shown() {
        assert!(!format!("{:?}", McpAuthAnswer::token("sk-3")).contains("sk-"));
    }

    #[test]
    fn login_answers_have_their_wire_form() {
        assert_eq!(
            wire(
                &McpAuthAnswer::token("t").token_type("Bearer").expires_in(Duration::from_secs(60))
            ),
            json!({"kind": "token", "accessToken": "t", "tokenType": "Bearer", "expiresIn": 60})
        );
        assert_eq!(wire(&McpAuthAnswer::cancelled()), json!({"kind": "cancelled"}));
    }
}
