//! GitHub logins of individual sessions, with short-lived tokens supplied on demand.

use std::time::Duration;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::handler::{BoxHandler, HandlerError};
use crate::ids::SessionId;
use crate::open_enum::open_enum;
use crate::payload::{enum_fields, questions, read_question, records};
use crate::secret::Secret;

/// Minimum lifetime of a token accepted by the CLI.
const SHORTEST: Duration = Duration::from_secs(3600);

records! {
    /// A request for a session's GitHub token (request `gitHubToken.getToken`).
    ///
    /// The first one arrives while the session is being created.
    #[derive(Debug, Clone, PartialEq, Eq)]
    GitHubTokenRequest {
        /// The session.
        session_id: SessionId = "sessionId",
        /// The GitHub server, such as `https://github.com`.
        host: String = "host",
        /// Why the token is needed.
        reason: GitHubTokenReason = "reason",
    }
}

questions! { GitHubTokenRequest }
enum_fields! { GitHubTokenReason }

open_enum! {
    /// Why a token is needed (wire name `reason`).
    #[derive(Default)]
    pub enum GitHubTokenReason {
        /// The session is being opened.
        #[default]
        Initial = "initial",
        /// The current token is about to expire.
        Refresh = "refresh",
    }
}

/// The answer to a [`GitHubTokenRequest`].
///
/// ```
/// use std::time::Duration;
/// use copilot_sdk::github_token::GitHubTokenAnswer;
///
/// let answer = GitHubTokenAnswer::token("gho_..", Duration::from_secs(8 * 3600));
/// assert!(!format!("{answer:?}").contains("gho_"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
#[must_use]
pub struct GitHubTokenAnswer(TokenOrCancelled);

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase", rename_all_fields = "camelCase")]
enum TokenOrCancelled {
    Token {
        access_token: Secret,
        #[serde(skip_serializing_if = "Option::is_none")]
        token_type: Option<String>,
        #[serde(serialize_with = "seconds")]
        expires_in: Duration,
    },
    Cancelled,
}

impl GitHubTokenAnswer {
    /// A token and its lifetime, which must be more than an hour (wire name `expiresIn`, seconds).
    pub fn token(access_token: impl Into<String>, expires_in: Duration) -> Self {
        Self(TokenOrCancelled::Token {
            access_token: Secret::new(access_token),
            token_type: None,
            expires_in,
        })
    }

    /// Declines to supply a token. The session cannot be opened.
    pub fn cancelled() -> Self {
        Self(TokenOrCancelled::Cancelled)
    }

    /// The type of token (wire name `tokenType`). Defaults to `Bearer`.
    pub fn token_type(mut self, kind: impl Into<String>) -> Self {
        if let TokenOrCancelled::Token { token_type, .. } = &mut self.0 {
            *token_type = Some(kind.into());
        }
        self
    }

    fn problem(&self) -> Option<String> {
        match &self.0 {
            TokenOrCancelled::Token { access_token, .. }
                if access_token.expose().trim().is_empty() =>
            {
                Some("the github token handler returned an empty token".to_owned())
            }
            TokenOrCancelled::Token { expires_in, .. } if *expires_in <= SHORTEST => Some(format!(
                "the github token handler returned a token that ends in {expires_in:?}: it has to \
                 be good for more than an hour"
            )),
            _ => None,
        }
    }
}

/// The user's GitHub token handler.
pub(crate) type GitHubTokenHandler = BoxHandler<GitHubTokenRequest, GitHubTokenAnswer>;

/// The result of `gitHubToken.getToken`.
///
/// # Errors
///
/// The handler's error or panic, or the problem with its token, to be sent as a JSON-RPC error.
pub(crate) async fn answer(
    handler: &GitHubTokenHandler,
    session_id: &SessionId,
    params: &RawValue,
) -> Result<GitHubTokenAnswer, HandlerError> {
    let answer = handler.call(read_question(session_id, Some(params))?).await?;
    match answer.problem() {
        Some(problem) => Err(problem.into()),
        None => Ok(answer),
    }
}

fn seconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(time.as_secs())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::value::to_raw_value;
    use serde_json::{Value, json};

    use super::{GitHubTokenAnswer, GitHubTokenReason, GitHubTokenRequest, answer};
    use crate::handler::BoxHandler;

    async fn ask(given: GitHubTokenAnswer) -> Result<Value, String> {
        let handler = BoxHandler::new(move |request: GitHubTokenRequest| {
            let given = given.clone();
            async move {
                assert_eq!(
                    (&*request.host, request.reason),
                    ("https://github.com", GitHubTokenReason::Initial)
                );
                given
            }
        });
        let params = json!({"registrationId": "r", "host": "https://github.com", "sessionId": null, "reason": "initial"});
        let params = to_raw_value(&params).expect("JSON is JSON");
        let answer =
            answer(&handler, &"s".into(), &params).await.map_err(|error| error.to_string())?;
        Ok(serde_json::to_value(answer).expect("plain data serializes"))
    }

    #[tokio::test]
    async fn tokens_have_their_wire_form() {
        let two_hours = Duration::from_secs(7200);
        assert_eq!(
            ask(GitHubTokenAnswer::token("t", two_hours)).await,
            Ok(json!({"kind": "token", "accessToken": "t", "expiresIn": 7200}))
        );
        assert_eq!(
            ask(GitHubTokenAnswer::token("t", two_hours).token_type("Bearer")).await,
            Ok(
                json!({"kind": "token", "accessToken": "t", "tokenType": "Bearer", "expiresIn": 7200})
            )
        );
        assert_eq!(ask(GitHubTokenAnswer::cancelled()).await, Ok(json!({"kind": "cancelled"})));
    }

    #[tokio::test]
    async fn a_token_that_the_cli_would_refuse_is_an_error_that_says_why() {
        assert_eq!(
            ask(GitHubTokenAnswer::token("t", Duration::from_secs(3600))).await,
            Err("the github token handler returned a token that ends in 3600s: it has to be good \
                 for more than an hour"
                .to_owned())
        );
        assert_eq!(
            ask(GitHubTokenAnswer::token(" ", Duration::from_secs(7200))).await,
            Err("the github token handler returned an empty token".to_owned())
        );
    }
}
