//! The builder itself, and the new session.

use std::fmt;
use std::sync::Arc;

use crate::config::SessionConfig;
use crate::error::Result;
use crate::ids::SessionId;
use crate::sealed::Sealed;
use crate::server::Server;
use crate::session::{Session, open};
use crate::tool::Tool;

/// Options of a session, created by [`Client::session`](crate::Client::session).
///
/// Nothing is sent before [`create`](Self::create) or [`resume`](Self::resume), which report all
/// mistakes in the options at once.
#[must_use = "there is no session until `create` or `resume`"]
pub struct SessionBuilder {
    pub(super) server: Arc<Server>,
    pub(super) session_id: Option<SessionId>,
    pub(super) config: Sealed<SessionConfig>,
}

impl SessionBuilder {
    pub(crate) fn new(server: Arc<Server>) -> Self {
        let mut config = SessionConfig::new();
        config.options.isolated = server.options().isolated;
        Self { server, session_id: None, config }
    }

    /// Creates the session. Starts the client if it is not running yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) lists every mistake in the options;
    /// [`ErrorKind::SignedOut`](crate::ErrorKind::SignedOut) if no user is signed in and no
    /// provider is set; [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI refuses; and those of
    /// [`Client::start`](crate::Client::start).
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, the session is disconnected in the background.
    pub async fn create(self) -> Result<Session> {
        open::create(self.server, self.session_id, self.config).await
    }

    /// The id of the new session (wire name `sessionId`), of letters, digits, `-` and `_`. Defaults
    /// to a random UUID.
    pub fn session_id(mut self, id: impl Into<SessionId>) -> Self {
        self.session_id = Some(id.into());
        self
    }
}

impl Clone for SessionBuilder {
    fn clone(&self) -> Self {
        Self {
            server: Arc::clone(&self.server),
            session_id: self.session_id.clone(),
            config: self.config.copy(),
        }
    }
}

impl fmt::Debug for SessionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionBuilder")
            .field("session_id", &self.session_id)
            .field("plain", &self.config.options)
            .field("tools", &self.config.tools.iter().map(Tool::name).collect::<Vec<_>>())
            .field("provider", &self.config.provider)
            .finish_non_exhaustive()
    }
}
