//! Custom agents, and which agents are offered to the model.

use serde::Serialize;

use crate::agent::CustomAgent;

/// The CLI's built-in agents, which cannot be the session's main agent: the CLI accepts them, but
/// then every turn fails.
const HELPERS: [&str; 6] =
    ["explore", "task", "general-purpose", "code-review", "research", "security-review"];

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AgentOptions {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) custom_agents: Vec<CustomAgent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_agent: Option<DefaultAgent>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) excluded_builtin_agents: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) custom_agents_local_only: Option<bool>,
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
                 every turn would fail: \
                 name a custom agent, or leave it out"
            ));
        }
        if let Some(default) = &self.default_agent {
            let odd = |name: &&String| {
                name.is_empty() || name.contains(|c: char| c.is_whitespace() || ":*/".contains(c))
            };
            problems.extend(default.excluded_tools.iter().filter(odd).map(|name| {
                format!(
                    "default_agent_excluded_tools: {name:?} excludes nothing: write the tool's \
                     name alone, such as `view` \
                     or `server-tool`"
                )
            }));
        }
        if self.excluded_builtin_agents.iter().any(|name| name.trim().is_empty()) {
            problems.push("excluded_builtin_agents: a name is empty".to_owned());
        }
        problems
    }
}
