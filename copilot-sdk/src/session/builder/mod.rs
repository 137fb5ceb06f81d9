//! What a session is made with: one file of setters for each kind of option.

mod agents;
mod context;
mod environment;
mod host;
mod isolated;
mod mcp;
mod model;
mod resume;
mod skills;
#[cfg(test)]
mod tests;
mod tools;

mod handlers;

use std::fmt;

pub(super) use agents::AgentOptions;
pub(super) use context::ContextOptions;
pub use context::{LargeOutput, Storage};
pub(super) use environment::EnvironmentOptions;
pub use host::{CloudRepository, RemoteSession};
pub(super) use host::{HostOptions, option_problems};
pub(super) use isolated::without_machine;
pub(super) use mcp::McpOptions;
pub(super) use model::{ModelOptions, unknown};
pub(super) use skills::SkillOptions;
pub(super) use tools::ToolOptions;
pub use tools::ToolSearch;

use super::Session;
use super::open;
use super::settings::Settings;
use crate::client::Client;
use crate::error::Result;
use crate::ids::SessionId;
use crate::tool::Tool;

/// Options of a session; made by [`Client::session`].
///
/// Nothing is sent before [`create`](Self::create) or [`resume`](Self::resume), and mistakes are
/// reported all at once.
#[derive(Clone)]
#[must_use = "there is no session until `create` or `resume`"]
pub struct SessionBuilder {
    client: Client,
    session_id: Option<SessionId>,
    /// Behind a pointer, because the builder is passed on by every setter.
    settings: Box<Settings>,
}

impl SessionBuilder {
    pub(crate) fn new(client: Client) -> Self {
        let mut settings = Box::<Settings>::default();
        settings.plain.isolated = client.is_isolated();
        Self { client, session_id: None, settings }
    }

    /// Creates the session; the client is started where that has not happened yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) lists every mistake in the options;
    /// [`ErrorKind::SignedOut`](crate::ErrorKind::SignedOut) when nobody is signed in and no
    /// provider is set; [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI refuses; everything
    /// that [`Client::start`] may fail with.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the session back.
    pub async fn create(self) -> Result<Session> {
        open::create(&self.client, self.session_id, self.settings).await
    }

    /// The new session's id (wire name `sessionId`): letters, digits, `-` and `_`. Default: a
    /// random UUID.
    pub fn session_id(mut self, id: impl Into<SessionId>) -> Self {
        self.session_id = Some(id.into());
        self
    }
}

impl fmt::Debug for SessionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionBuilder")
            .field("session_id", &self.session_id)
            .field("plain", &self.settings.plain)
            .field("tools", &self.settings.tools.iter().map(Tool::name).collect::<Vec<_>>())
            .field("provider", &self.settings.provider)
            .finish_non_exhaustive()
    }
}
