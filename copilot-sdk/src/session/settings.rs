//! Everything a session is made with, and what of it goes to the CLI.

use serde::Serialize;
use serde_json::Value;

use super::handlers::{Handlers, Wanted};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::SessionId;
use crate::permission::Policy;
use crate::provider::{Provider, SESSION_PROVIDER, TokenHandler};
use crate::system_message::SystemMessage;
use crate::tool::{self, Definition, Tool};

/// The options of a session.
#[derive(Clone, Default)]
pub(super) struct Settings {
    pub(super) plain: Plain,
    pub(super) tools: Vec<Tool>,
    pub(super) policy: Option<Policy>,
    pub(super) provider: Option<Provider>,
    pub(super) system_message: Option<SystemMessage>,
    pub(super) handlers: Handlers,
}

/// Options that travel as they were set.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plain {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
    pub(super) streaming: bool,
    pub(super) include_sub_agent_streaming_events: bool,
}

impl Default for Plain {
    fn default() -> Self {
        Self { model: None, streaming: false, include_sub_agent_streaming_events: true }
    }
}

impl Settings {
    /// Every mistake in these options.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.plain.model.as_ref().is_some_and(String::is_empty) {
            problems.push("`model` is empty: name a model, or leave it out for the account's default".to_owned());
        }
        if let Some(provider) = &self.provider {
            problems.extend(provider.check(self.plain.model.as_deref()));
        }
        problems.extend(tool::check(&self.tools));
        problems.extend(self.system_message.iter().flat_map(SystemMessage::check));
        problems.extend(self.handlers.problems());
        problems
    }

    /// Whether these options name the model server or bring a login, so that the client needs none.
    pub(super) fn brings_a_model(&self) -> bool {
        self.provider.is_some() || self.handlers.github_token.is_some()
    }

    /// The source of tokens for the provider of that name.
    pub(super) fn token_handler(&self, provider: &str) -> Option<&TokenHandler> {
        self.provider.as_ref().filter(|_| provider == SESSION_PROVIDER)?.token_handler()
    }

    /// The params of `session.create` and `session.resume`.
    pub(super) fn params<'a>(&'a self, id: &'a SessionId) -> Result<Params<'a>> {
        let unwritable =
            |error| Error::new(ErrorKind::Config, "the provider cannot be written as JSON").with_source(error);
        let default_policy = self.policy.is_none();
        Ok(Params {
            session_id: id,
            plain: &self.plain,
            wanted: self.handlers.wanted(id),
            tools: self.tools.iter().map(|tool| tool.definition(default_policy)).collect(),
            system_message: self.system_message.as_ref().map(SystemMessage::to_wire),
            provider: self.provider.as_ref().map(Provider::to_wire).transpose().map_err(unwritable)?,
            request_permission: true,
            env_value_mode: "direct",
            tool_filter_precedence: "excluded",
        })
    }
}

/// The params of `session.create` and `session.resume`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Params<'a> {
    session_id: &'a SessionId,
    #[serde(flatten)]
    plain: &'a Plain,
    #[serde(flatten)]
    wanted: Wanted<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Definition<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_message: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<Value>,
    /// Always: a request that this side would not hear of is denied without a word.
    request_permission: bool,
    env_value_mode: &'static str,
    tool_filter_precedence: &'static str,
}
