//! Custom agents, and which agents are offered to the model.

use serde::Serialize;

use super::option_group::options;
use crate::agent::CustomAgent;

/// The CLI's built-in agents, which cannot be the session's main agent: the CLI accepts them, but
/// then every turn fails.
const HELPERS: [&str; 6] =
    ["explore", "task", "general-purpose", "code-review", "research", "security-review"];

options! {
    pub(crate) struct AgentOptions {
        custom_agents: Vec<CustomAgent> = "customAgents",
        agent: Option<String> = "agent",
        default_agent: Option<DefaultAgent> = "defaultAgent",
        excluded_builtin_agents: Vec<String> = "excludedBuiltinAgents",
        custom_agents_local_only: Option<bool> = "customAgentsLocalOnly",
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DefaultAgent {
    pub(crate) excluded_tools: Vec<String>,
}

impl AgentOptions {
    /// Every problem in these options; with `discovery`, an agent may also come from a file.
    pub(crate) fn problems(&self, discovery: bool) -> Vec<String> {
        let mut problems = CustomAgent::check_all(&self.custom_agents, self.agent.as_deref());
        let own = |name: &str| self.custom_agents.iter().any(|agent| agent.name() == name);
        if let Some(name) =
            self.agent.as_deref().filter(|name| HELPERS.contains(name) && !own(name) && !discovery)
        {
            problems.push(format!(
                "agent: {name:?} is a helper of the CLI and cannot be the session's own agent, \
                 every turn would fail: name a custom agent, or leave it out"
            ));
        }
        if let Some(default) = &self.default_agent {
            let odd = |name: &&String| {
                name.is_empty() || name.contains(|c: char| c.is_whitespace() || ":*/".contains(c))
            };
            problems.extend(default.excluded_tools.iter().filter(odd).map(|name| {
                format!(
                    "default_agent_excluded_tools: {name:?} excludes nothing: write the tool's \
                     name alone, such as `view` or `server-tool`"
                )
            }));
        }
        if self.excluded_builtin_agents.iter().any(|name| name.trim().is_empty()) {
            problems.push("excluded_builtin_agents: a name is empty".to_owned());
        }
        problems
    }
}
