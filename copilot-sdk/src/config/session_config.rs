//! The complete configuration of a session, and the part of it sent to the CLI.

use serde::Serialize;
use serde_json::Value;

use super::context::LargeOutput;
use super::handlers::{Handlers, SessionHandlers, Wanted};
use super::live::LiveChanges;
use super::options::SessionOptions;
use crate::budget::Budget;
use crate::ids::SessionId;
use crate::permission::Policy;
use crate::provider::{Provider, ProviderModel, ProviderParams, Registry, SESSION_PROVIDER};
use crate::sealed::Sealed;
use crate::system_message::SystemMessage;
use crate::tool::{self, Definition, Tool};
use crate::trace::{TraceContext, TraceSource};

/// The configuration of a session.
#[derive(Clone, Default)]
pub(crate) struct SessionConfig {
    pub(crate) options: SessionOptions,
    pub(crate) tools: Vec<Tool>,
    pub(crate) policy: Option<Policy>,
    pub(crate) provider: Option<Provider>,
    pub(crate) registry: Registry,
    pub(crate) system_message: Option<SystemMessage>,
    pub(crate) handlers: Handlers,
    pub(crate) trace: Option<TraceSource>,
    pub(crate) resuming: Resuming,
    pub(crate) budget: Option<Budget>,
    /// Changes made since the session was opened.
    pub(crate) live: LiveChanges,
    /// Options set twice with different values.
    pub(crate) contradictions: Vec<String>,
}

/// Options of `session.resume` only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resuming {
    pub(crate) continue_pending_work: bool,
    pub(crate) disable_resume: bool,
}

/// Whether a session is created or resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    Create,
    Resume,
}

impl Opening {
    pub(crate) fn method(self) -> &'static str {
        match self {
            Self::Create => "session.create",
            Self::Resume => "session.resume",
        }
    }
}

impl SessionConfig {
    /// The defaults.
    pub(crate) fn new() -> Sealed<Self> {
        Sealed::new(Self::default())
    }

    /// A copy. Not `clone`, which is compiled again wherever it is called.
    pub(crate) fn copy(&self) -> Sealed<Self> {
        Sealed::new(self.clone())
    }

    /// Applies the presets to options not set. Called before any other method.
    pub(crate) fn apply_presets(&mut self) {
        if self.options.isolated {
            self.options.isolate();
            let message = self.system_message.take().unwrap_or_else(SystemMessage::customize);
            self.system_message = Some(message.without_environment());
        }
        // Without a tool that reads files, the model would get the path of a file it cannot open.
        // Shells count only with a policy: the default one denies them.
        if !self.options.tools.read_files(self.policy.is_some()) {
            self.options.context.large_output.get_or_insert_with(LargeOutput::disabled);
        }
    }

    /// Leaves out the tools that the filters exclude.
    pub(crate) fn leave_out_tools(&mut self) {
        self.tools = self.options.tools.offered(std::mem::take(&mut self.tools));
    }

    /// Every problem in these options.
    pub(crate) fn problems(&self, opening: Opening) -> Vec<String> {
        let mut problems = self.contradictions.clone();
        problems.extend(self.options.problems(&self.tools));
        if let Some(provider) = &self.provider {
            problems.extend(match (self.options.model.name.as_deref(), opening) {
                (None, Opening::Resume) => provider.check_kept_model(),
                (model, _) => provider.check(model),
            });
            if !self.registry.is_empty() {
                problems.push(
                    "provider and named_provider or provider_model exclude each other: register \
                     every model server by a name, or use `provider` alone"
                        .to_owned(),
                );
            }
            let login = [
                ("github_token", self.options.model.github_token.is_some()),
                ("on_github_token", self.handlers.github_token.is_some()),
            ];
            for (setter, _) in login.iter().filter(|(_, set)| *set) {
                problems.push(format!(
                    "{setter} and provider exclude each other: a session with its own model server \
                     has no GitHub identity; leave one of them out"
                ));
            }
        }
        if self.options.model.github_token.is_some() && self.handlers.github_token.is_some() {
            problems.push(
                "github_token and on_github_token exclude each other: give one token or a source \
                 of them"
                    .to_owned(),
            );
        }
        problems.extend(self.registry.check(self.options.model.name.as_deref()));
        problems.extend(self.system_message.as_ref().map(SystemMessage::check).unwrap_or_default());
        problems.extend(tool::check(&self.tools));
        problems.extend(self.handlers.problems());
        problems.extend(self.budget.as_ref().map(Budget::problems).unwrap_or_default());
        if self.options.host.cloud.is_some() && opening == Opening::Resume {
            problems.push(
                "cloud is for a session that is created: leave it out of one that is resumed"
                    .to_owned(),
            );
        }
        if self.options.host.cloud.is_some() && self.provider.is_some() {
            problems
                .push("cloud and provider exclude each other: leave one of them out".to_owned());
        }
        let tokens = [
            ("github_token", self.options.model.github_token.is_some()),
            ("on_github_token", self.handlers.github_token.is_some()),
        ];
        if self.options.host.cloud.is_some() {
            for (setter, _) in tokens.iter().filter(|(_, set)| *set) {
                problems.push(format!(
                    "cloud and {setter} exclude each other: a session in the cloud works as whoever \
                     the cli is signed in as"
                ));
            }
        }
        if opening == Opening::Create && self.resuming != Resuming::default() {
            problems.push(
                "continue_pending_work and suppress_resume_event are for a session that is \
                 resumed: end with `.resume(id)`, or leave them out"
                    .to_owned(),
            );
        }
        problems
    }

    /// Whether these options bring a provider or an account, so that the client's login is not
    /// needed.
    pub(crate) fn brings_a_model(&self) -> bool {
        let selected =
            |model: &ProviderModel| self.options.model.name.as_deref() == Some(&model.selector());
        self.provider.is_some()
            || self.handlers.github_token.is_some()
            || self.options.model.github_token.is_some()
            || self.registry.models().iter().any(selected)
    }

    /// The user code of the session.
    pub(crate) fn session_handlers(&self) -> SessionHandlers {
        let own = self.provider.as_ref().and_then(Provider::token_handler).cloned();
        let own = own.map(|handler| (SESSION_PROVIDER.to_owned(), handler));
        SessionHandlers {
            handlers: self.handlers.clone(),
            tools: self.tools.clone(),
            policy: self.policy.clone().unwrap_or_default(),
            system_message: self.system_message.clone(),
            token_handlers: own.into_iter().chain(self.registry.token_handlers()).collect(),
            chosen_mcp_tools: self.options.mcp.mcp_servers.chosen_tools(),
        }
    }

    /// The params of `session.create` and `session.resume`.
    pub(crate) fn params<'a>(
        &'a self,
        id: Option<&'a SessionId>,
        opening: Opening,
    ) -> OpeningParams<'a> {
        let default_policy = self.policy.is_none();
        // The CLI opens one in the cloud only for a client that wants nothing to be asked or told.
        let in_cloud = self.options.host.cloud.is_some();
        let sub_agents = self.options.include_sub_agent_streaming_events;
        OpeningParams {
            options: &self.options,
            wanted: self.handlers.wanted(id),
            tools: self.tools.iter().map(|tool| tool.definition(default_policy)).collect(),
            system_message: self.system_message.as_ref().map(SystemMessage::to_wire),
            provider: self
                .provider
                .as_ref()
                .map(|provider| provider.params(self.options.model.name.as_deref())),
            providers: self.registry.providers(),
            models: self.registry.models(),
            resuming: (opening == Opening::Resume).then_some(self.resuming),
            trace: self.trace.as_ref().and_then(TraceSource::now),
            request_permission: !in_cloud || !default_policy,
            include_sub_agent_streaming_events: sub_agents.unwrap_or(!in_cloud),
            env_value_mode: "direct",
            tool_filter_precedence: "excluded",
        }
    }
}

/// The params of `session.create` and `session.resume`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpeningParams<'a> {
    #[serde(flatten)]
    options: &'a SessionOptions,
    #[serde(flatten)]
    wanted: Wanted<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Definition<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_message: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<ProviderParams<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    providers: Vec<ProviderParams<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    models: &'a [ProviderModel],
    #[serde(flatten)]
    resuming: Option<Resuming>,
    #[serde(flatten)]
    trace: Option<TraceContext>,
    /// True for local sessions: otherwise the CLI silently denies requests.
    request_permission: bool,
    include_sub_agent_streaming_events: bool,
    env_value_mode: &'static str,
    tool_filter_precedence: &'static str,
}
