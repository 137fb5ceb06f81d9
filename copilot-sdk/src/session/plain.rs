//! Options that travel as they were set, one group for each file of setters.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use super::builder::{
    AgentOptions, ContextOptions, EnvironmentOptions, HostOptions, McpOptions, ModelOptions,
    SkillOptions, ToolOptions,
};
use crate::agent::CustomAgent;
use crate::secret::SecretMap;
use crate::tool::Tool;

/// The plain options of a session.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Plain {
    pub(super) streaming: bool,
    pub(super) include_sub_agent_streaming_events: bool,
    #[serde(flatten)]
    pub(super) model: ModelOptions,
    #[serde(flatten)]
    pub(super) context: ContextOptions,
    #[serde(flatten)]
    pub(super) tools: ToolOptions,
    #[serde(flatten)]
    pub(super) agents: AgentOptions,
    #[serde(flatten)]
    pub(super) mcp: McpOptions,
    #[serde(flatten)]
    pub(super) skills: SkillOptions,
    #[serde(flatten)]
    pub(super) environment: EnvironmentOptions,
    #[serde(flatten)]
    pub(super) host: HostOptions,
    /// What this crate has no setter for.
    #[serde(flatten)]
    pub(super) other: SecretMap<Value>,
    #[serde(skip)]
    pub(super) late: Late,
    #[serde(skip)]
    pub(super) isolated: bool,
}

/// Options that the CLI takes only once the session is open (call `session.options.update`).
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Late {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) skip_custom_instructions: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) custom_agents_local_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) coauthor_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) manage_schedule_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) included_builtin_skills: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) installed_plugins: Option<Vec<Value>>,
}

impl Late {
    /// With a value for every option, to know their names.
    pub(super) fn everything() -> Self {
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

impl Default for Plain {
    fn default() -> Self {
        Self {
            streaming: false,
            include_sub_agent_streaming_events: true,
            model: ModelOptions::default(),
            context: ContextOptions::default(),
            tools: ToolOptions::default(),
            agents: AgentOptions::default(),
            mcp: McpOptions::default(),
            skills: SkillOptions::default(),
            environment: EnvironmentOptions::default(),
            host: HostOptions::default(),
            other: SecretMap::default(),
            late: Late::default(),
            isolated: false,
        }
    }
}

impl Plain {
    /// Every mistake in these options, for a session that has these tools.
    pub(super) fn problems(&self, own: &[Tool]) -> Vec<String> {
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

    /// Every directory that is not there, or not what it should be, when the CLI runs on this
    /// machine.
    pub(super) fn missing_directories(&self) -> Vec<String> {
        let instructions = &self.context.instruction_directories;
        let instructions =
            instructions.iter().filter_map(|path| missing("instruction_directories", path));
        self.skills.missing_directories().into_iter().chain(instructions).collect()
    }

    /// What is left to be set once the session is open, if anything.
    pub(super) fn late(&self) -> Option<Late> {
        let late = Late {
            custom_agents_local_only: self.agents.custom_agents_local_only,
            ..self.late.clone()
        };
        (late != Late::default()).then_some(late)
    }
}

/// What is wrong with a directory that the CLI reads on this machine: it passes over one that is
/// not there.
///
/// Relative ones are found from the session's working directory, which the CLI knows best.
pub(super) fn missing(setter: &str, path: &Path) -> Option<String> {
    (path.is_absolute() && !path.is_dir()).then(|| {
        format!("{setter}: there is no directory {}: make it, or leave it out", path.display())
    })
}

/// What is wrong with a path that goes to the CLI as text.
pub(super) fn path_problem(setter: &str, path: &Path) -> Option<String> {
    match path.to_str() {
        None => Some(format!("{setter}: the path {} is not UTF-8", path.display())),
        Some("") => Some(format!("{setter}: the path is empty")),
        Some(_) => None,
    }
}
