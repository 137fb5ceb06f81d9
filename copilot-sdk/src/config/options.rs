//! Options sent to the CLI as set, one group per file of setters.

use serde::Serialize;
use serde_json::Value;

use super::option_group::options;
use super::paths::missing;
use super::{
    AgentOptions, ContextOptions, EnvironmentOptions, HostOptions, McpOptions, ModelOptions,
    SkillOptions, ToolOptions,
};
use crate::secret::SecretMap;
use crate::tool::Tool;

/// What goes out besides these options, and what always does: see `OpeningParams`.
const ALWAYS_TAKEN: [&str; 27] = [
    "canvasProvider",
    "canvases",
    "commands",
    "continuePendingWork",
    "disableResume",
    "envValueMode",
    "gitHubToken",
    "gitHubTokenProviderRegistrationId",
    "hasSkillProvider",
    "hooks",
    "includeSubAgentStreamingEvents",
    "models",
    "provider",
    "providers",
    "requestAutoModeSwitch",
    "requestCanvasRenderer",
    "requestElicitation",
    "requestExitPlanMode",
    "requestPermission",
    "requestUserInput",
    "sessionId",
    "streaming",
    "systemMessage",
    "toolFilterPrecedence",
    "tools",
    "traceparent",
    "tracestate",
];

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

options! {
    /// Options the CLI accepts only for an open session (call `session.options.update`).
    #[derive(PartialEq)]
    pub(crate) struct OptionsUpdate {
        skip_custom_instructions: Option<bool> = "skipCustomInstructions",
        custom_agents_local_only: Option<bool> = "customAgentsLocalOnly",
        coauthor_enabled: Option<bool> = "coauthorEnabled",
        manage_schedule_enabled: Option<bool> = "manageScheduleEnabled",
        included_builtin_skills: Option<Vec<String>> = "includedBuiltinSkills",
        installed_plugins: Option<Vec<Value>> = "installedPlugins",
    }
}

impl SessionOptions {
    /// Every problem in these options, for a session with these tools.
    pub(crate) fn problems(&self, own: &[Tool]) -> Vec<String> {
        let mut problems = self.model.problems();
        problems.extend(self.context.problems());
        problems.extend(self.tools.problems(own));
        let mut servers: Vec<_> = self.mcp.mcp_servers.names().collect();
        for agent in &self.agents.custom_agents {
            servers.extend(agent.servers());
        }
        problems.extend(self.tools.hidden_servers(&servers));
        problems
            .extend(self.agents.problems(self.environment.enable_config_discovery == Some(true)));
        problems.extend(self.mcp.problems());
        problems.extend(self.skills.problems());
        problems.extend(self.environment.problems());
        problems.extend(self.host.problems());
        problems.extend(self.other_problems());
        if self.isolated && self.tools.available_tools.is_none() {
            problems.push(
                "a session of an isolated client has to name its tools: add \
                 `.available_tools(..)`, such as `.available_tools([ToolFilter::all_custom()])`"
                    .to_owned(),
            );
        }
        problems
    }

    /// Problems with options set by wire name: those this crate sets itself are reserved.
    fn other_problems(&self) -> Vec<String> {
        let problem = |(name, value): (&str, &Value)| {
            if value.is_null() {
                Some(format!("option({name:?}) is null, which the CLI may refuse: leave it out"))
            } else if self.is_taken(name) {
                Some(format!("option({name:?}) is set by this crate itself: use its setter"))
            } else {
                None
            }
        };
        self.other.iter().filter_map(problem).collect()
    }

    fn is_taken(&self, wire_name: &str) -> bool {
        let groups = [
            self.model.is_set(wire_name),
            self.context.is_set(wire_name),
            self.tools.is_set(wire_name),
            self.agents.is_set(wire_name),
            self.mcp.is_set(wire_name),
            self.skills.is_set(wire_name),
            self.environment.is_set(wire_name),
            self.host.is_set(wire_name),
        ];
        // An open session takes the later ones, and `session.create` does not.
        groups.contains(&Some(true))
            || self.late.is_set(wire_name).is_some()
            || ALWAYS_TAKEN.contains(&wire_name)
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
