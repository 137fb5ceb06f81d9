//! Ping and authentication status.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::Server;
use crate::error::{Error, ErrorKind, Result};
use crate::open_enum::open_enum;
use crate::payload::{answers, enum_fields};
use crate::secret::Secret;

/// The response to a ping.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Pong {
    /// `pong: ` followed by the message sent (wire name `message`).
    pub message: String,
    /// The protocol version the CLI speaks (wire name `protocolVersion`).
    #[serde(default)]
    pub protocol_version: Option<u32>,
}

answers! {
    /// The user signed in to GitHub and the credentials in use.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct AuthStatus {
        /// Whether a user is signed in (wire name `isAuthenticated`).
        pub is_authenticated: bool = "isAuthenticated",
        /// The kind of credentials in use (wire name `authType`).
        pub auth_type: Option<AuthType> = "authType",
        /// The GitHub server, such as `https://github.com`.
        pub host: Option<String> = "host",
        /// The name of the account.
        pub login: Option<String> = "login",
        /// A description of the status or of the problem (wire name `statusMessage`).
        pub status_message: Option<String> = "statusMessage",
        /// The account's Copilot plan (wire name `copilotPlan`).
        pub copilot_plan: Option<String> = "copilotPlan",
    }
}

open_enum! {
    /// Kinds of GitHub credentials (wire name `authType`).
    pub enum AuthType {
        /// The login of the user who runs the CLI (`copilot login`).
        User = "user",
        /// An account added to the CLI.
        Account = "account",
        /// A token in the environment: `COPILOT_GITHUB_TOKEN`, `GH_TOKEN` or `GITHUB_TOKEN`.
        Env = "env",
        /// The login of the GitHub CLI, `gh`.
        GhCli = "gh-cli",
        /// A signature with a key shared with GitHub.
        Hmac = "hmac",
        /// An API key.
        ApiKey = "api-key",
        /// The client's [`github_token`](crate::client::ClientBuilder::github_token).
        Token = "token",
        /// A callback that supplies tokens.
        TokenProvider = "token-provider",
        /// A Copilot API token.
        CopilotApiToken = "copilot-api-token",
    }
}

enum_fields! { AuthType }

impl AuthStatus {
    /// The error of a call that requires a login, listing the ways to sign in.
    pub(crate) fn signed_out(&self) -> Error {
        let text = format!(
            "nobody is signed in to GitHub and no provider is set{}: sign in with `copilot \
             login`, set one of COPILOT_GITHUB_TOKEN, GH_TOKEN or GITHUB_TOKEN, give the client a \
             `github_token`, or bring your own model with `provider`",
            self.detail()
        );
        Error::new(ErrorKind::SignedOut, text)
    }

    /// The CLI's own message, in parentheses.
    pub(crate) fn detail(&self) -> String {
        let text = self.status_message.as_ref();
        text.map(|text| format!(" (the cli says: {text})")).unwrap_or_default()
    }
}

impl Server {
    /// Replaces the CLI's refusal with a [`SignedOut`](crate::ErrorKind::SignedOut) error if no
    /// user is signed in.
    pub(crate) async fn explain_signed_out(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::Rpc {
            return error;
        }
        match self.login_status().await {
            Ok(status) if !status.is_authenticated => {
                let signed_out = status.signed_out();
                error.refined(signed_out.kind(), signed_out.to_string())
            }
            _ => error,
        }
    }

    pub(crate) async fn ping(&self, message: &str) -> Result<Pong> {
        self.call("ping", Ping { message }).await
    }

    /// Whether a user is signed in: with the client's token if it has one, else on the server.
    pub(crate) async fn login_status(&self) -> Result<AuthStatus> {
        match self.credentials().token {
            Some(token) => self.status_of_token(token).await,
            None => self.call("auth.getStatus", Map::new()).await,
        }
    }

    /// Whether GitHub accepts a token, without naming its user.
    pub(crate) async fn status_of_token(&self, token: &str) -> Result<AuthStatus> {
        // The server itself is not signed in: it sees the token only in calls that carry it.
        let credentials = Credentials { token: Some(token) };
        let message = match self.call::<IgnoredAny>("account.getQuota", credentials).await {
            Ok(_) => None,
            Err(error) if error.kind() == ErrorKind::Rpc => Some(error.to_string()),
            Err(error) => return Err(error),
        };
        Ok(AuthStatus {
            is_authenticated: message.is_none(),
            auth_type: Some(AuthType::Token),
            host: Some("https://github.com".to_owned()),
            status_message: message,
            ..AuthStatus::default()
        })
    }

    /// The client's token, for calls that accept one.
    pub(crate) fn credentials(&self) -> Credentials<'_> {
        let options = self.options();
        let token = options.github_token.as_ref().filter(|_| !options.github_token_in_environment);
        Credentials { token: token.map(Secret::expose) }
    }
}

/// The params of a call made on behalf of the token's owner.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Credentials<'a> {
    #[serde(rename = "gitHubToken", skip_serializing_if = "Option::is_none")]
    pub(crate) token: Option<&'a str>,
}

#[derive(Serialize)]
struct Ping<'a> {
    message: &'a str,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{AuthStatus, AuthType};

    #[test]
    fn an_auth_status_names_its_source_known_or_not() {
        let read = |json| serde_json::from_value::<AuthStatus>(json).expect("an auth status");
        let signed_in = read(
            json!({"isAuthenticated": true, "authType": "gh-cli", "host": "https://github.com",
            "login": "octocat", "statusMessage": "octocat (via \
                                                  gh)", "copilotPlan": "pro", "new": 1}),
        );
        assert_eq!(
            signed_in,
            AuthStatus {
                is_authenticated: true,
                auth_type: Some(AuthType::GhCli),
                host: Some("https://github.com".into()),
                login: Some("octocat".into()),
                status_message: Some("octocat (via gh)".into()),
                copilot_plan: Some("pro".into()),
            }
        );
        let newer =
            read(json!({"isAuthenticated": true, "authType": "retina-scan", "login": null}));
        assert_eq!(newer.auth_type, Some(AuthType::from("retina-scan")));
    }
}
