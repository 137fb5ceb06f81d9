//! Recorded requests to GitHub.

use std::fmt;

/// A request of the CLI to a [`FakeGitHub`](super::FakeGitHub).
#[derive(Clone, PartialEq, Eq)]
pub struct GitHubRequest {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) token: Option<String>,
    pub(super) login: Option<String>,
}

impl GitHubRequest {
    /// The HTTP method, such as `GET`.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path without the query, such as `/copilot_internal/user`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The bearer token of the request.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The user whom the token belongs to; `None` if the token is missing, unknown or revoked.
    pub fn login(&self) -> Option<&str> {
        self.login.as_deref()
    }
}

impl fmt::Debug for GitHubRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the token: a real one may have come here by mistake.
        f.debug_struct("GitHubRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}
