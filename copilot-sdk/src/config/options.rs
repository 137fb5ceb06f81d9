//! Options sent to the CLI as set, one group per file of setters.

use serde::Serialize;
use serde_json::Value;

use super::paths::missing;
use super::{
    AgentOptions, ContextOptions, EnvironmentOptions, HostOptions, McpOptions, ModelOptions,
    SkillOptions, ToolOptions,
};
use crate::agent::CustomAgent;
use crate::secret::SecretMap;
use crate::tool::Tool;

/// The plain options of a session.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionOptions {
    pub(crate) streaming: bool,
    #[serde(skip)]
    pub(crate) include_sub_agent_streaming_events: Option<bool>,
    #[serde(flatten)]
    pub(crate) model: ModelOptions,
    #[serde(flatten)]
    pub(crate) context: ContextOptions,
    #[serde(flatten)]
    pub(crate) tools: ToolOptions,
    #[serde(flatten)]
    pub(crate) agents: AgentOptions,
    #[serde(flatten)]
    pub(crate) mcp: McpOptions,
    #[serde(flatten)]
    pub(crate) skills: SkillOptions,
    #[serde(flatten)]
    pub(crate) environment: EnvironmentOptions,
    #[serde(flatten)]
    pub(crate) host: HostOptions,
    /// Options without a setter, by wire name.
    #[serde(flatten)]
    pub(crate) other: SecretMap<Value>,
    #[serde(skip)]
    pub(crate) late: OptionsUpdate,
    #[serde(skip)]
    pub(crate) isolated: bool,
}

/// Options the CLI accepts only for an open session (call `session.options.update`).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OptionsUpdate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) skip_custom_instructions: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_agents_local_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) coauthor_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) manage_schedule_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) included_builtin_skills: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) installed_plugins: Option<Vec<Value>>,
}

impl OptionsUpdate {
    /// A value for every option, to learn their names.
    pub(crate) fn everything() -> Self {
        Self {
            skip_custom_instructions: Some(true),
            custom_agents_local_only: Some(true),
            coauthor_enabled: Some(true),
            manage_schedule_enabled: Some(true),
            included_builtin_skills: Some(Vec::new()),
            installed_plugins: Some(Vec::new()),
        }
    }
}

impl SessionOptions {
    /// Every problem in these options, for a session with these tools.
    pub(crate) fn problems(&self, own: &[Tool]) -> Vec<String> {
        let mut problems = self.model.problems();
        problems.extend(self.context.problems());
        problems.extend(self.tools.problems(own));
        let agents = &self.agents.custom_agents;
        let servers =
            self.mcp.mcp_servers.names().chain(agents.iter().flat_map(CustomAgent::servers));
        problems.extend(self.tools.hidden_servers(&servers.collect::<Vec<_>>()));
        problems
            .extend(self.agents.problems(self.environment.enable_config_discovery == Some(true)));
        problems.extend(self.mcp.problems());
        problems.extend(self.skills.problems());
        problems.extend(self.environment.problems());
        problems.extend(self.host.problems());
        if self.isolated && self.tools.available_tools.is_none() {
            problems.push(
                "a session of an isolated client has to name its tools: add \
                 `.available_tools(..)`, such as \
                 `.available_tools([ToolFilter::all_custom()])`"
                    .to_owned(),
            );
        }
        problems
    }

    /// Every missing or invalid directory, if the CLI runs on this machine.
    pub(crate) fn missing_directories(&self) -> Vec<String> {
        let instructions = &self.context.instruction_directories;
        let instructions =
            instructions.iter().filter_map(|path| missing("instruction_directories", path));
        self.skills.missing_directories().into_iter().chain(instructions).collect()
    }

    /// The options to set once the session is open, if any.
    pub(crate) fn update(&self) -> Option<OptionsUpdate> {
        let late = OptionsUpdate {
            custom_agents_local_only: self.agents.custom_agents_local_only,
            ..self.late.clone()
        };
        (late != OptionsUpdate::default()).then_some(late)
    }
}
