//! What a session is made with.

mod handlers;

use std::fmt;

use super::Session;
use super::open;
use super::settings::Settings;
use crate::client::Client;
use crate::error::Result;
use crate::ids::SessionId;
use crate::permission::Policy;
use crate::provider::Provider;
use crate::system_message::SystemMessage;
use crate::tool::{IntoTools, Tool};

/// Options of a session; made by [`Client::session`].
///
/// Nothing is sent before [`create`](Self::create), and mistakes are reported all at once.
#[derive(Clone)]
#[must_use = "there is no session until `create`"]
pub struct SessionBuilder {
    client: Client,
    session_id: Option<SessionId>,
    settings: Settings,
}

impl SessionBuilder {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, session_id: None, settings: Settings::default() }
    }

    /// Creates the session; the client is started where that has not happened yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) lists every mistake in the options, and says what is missing when
    /// nobody is signed in and no provider is set; [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI refuses;
    /// everything that [`Client::start`] may fail with.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the session back.
    pub async fn create(self) -> Result<Session> {
        open::create(&self.client, self.session_id, self.settings).await
    }

    /// The model's name (wire name `model`). Default: the account's; required with a [`provider`](Self::provider).
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.settings.plain.model = Some(model.into());
        self
    }

    /// The new session's id (wire name `sessionId`): letters, digits, `-` and `_`. Default: a random UUID.
    pub fn session_id(mut self, id: impl Into<SessionId>) -> Self {
        self.session_id = Some(id.into());
        self
    }

    /// Whether replies also come as deltas while they are written (wire name `streaming`). Default false.
    pub fn streaming(mut self, streaming: bool) -> Self {
        self.settings.plain.streaming = streaming;
        self
    }

    /// Adds tools that the agent may call (wire name `tools`); see [`tools!`](crate::tools).
    pub fn tools(mut self, tools: impl IntoTools) -> Self {
        self.settings.tools.extend(tools.into_tools());
        self
    }

    /// Adds one tool.
    pub fn tool(mut self, tool: Tool) -> Self {
        self.settings.tools.push(tool);
        self
    }

    /// What the model is told besides the CLI's own instructions, or instead of them (wire name `systemMessage`). Plain
    /// text is appended.
    pub fn system_message(mut self, message: impl Into<SystemMessage>) -> Self {
        self.settings.system_message = Some(message.into());
        self
    }

    /// The model server to use instead of GitHub's (wire name `provider`).
    pub fn provider(mut self, provider: Provider) -> Self {
        self.settings.provider = Some(provider);
        self
    }

    /// Who decides what the agent may do. Default: this program's own tools may run, everything else is denied.
    pub fn permissions(mut self, policy: impl Into<Policy>) -> Self {
        self.settings.policy = Some(policy.into());
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
