//! Agents of your own, and who may hand work to whom.

use serde::Serialize;

use super::SessionBuilder;
use crate::agent::CustomAgent;

/// The CLI's helpers, which work for an agent and cannot be the session's own: it takes them, and
/// every turn fails.
const HELPERS: [&str; 6] =
    ["explore", "task", "general-purpose", "code-review", "research", "security-review"];

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::session) struct AgentOptions {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::session) custom_agents: Vec<CustomAgent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_agent: Option<DefaultAgent>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    excluded_builtin_agents: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::session) custom_agents_local_only: Option<bool>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct DefaultAgent {
    excluded_tools: Vec<String>,
}

impl SessionBuilder {
    /// Adds an agent to which the session's agent can hand work (wire name `customAgents`).
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::agent::CustomAgent;
    ///
    /// let reviewer = CustomAgent::new("reviewer", "Review the change. Name each defect with its line.")
    ///     .description("Reviews changes for defects");
    /// let session = client.session().custom_agent(reviewer).agent("reviewer").create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn custom_agent(mut self, agent: CustomAgent) -> Self {
        self.settings.plain.agents.custom_agents.push(agent);
        self
    }

    /// Adds agents to which the session's agent can hand work (wire name `customAgents`). Default
    /// none.
    pub fn custom_agents(mut self, agents: impl IntoIterator<Item = CustomAgent>) -> Self {
        self.settings.plain.agents.custom_agents.extend(agents);
        self
    }

    /// The agent that the session starts with, by its name (wire name `agent`): a
    /// [custom](Self::custom_agent) one, or one that the CLI knows from files or the organization,
    /// but no helper of the CLI such as `explore`. Default: the CLI's own main agent.
    pub fn agent(mut self, name: impl Into<String>) -> Self {
        self.settings.plain.agents.agent = Some(name.into());
        self
    }

    /// Tools that the CLI's own agent does not have, by their names (wire name
    /// `defaultAgent.excludedTools`). Custom agents whose list of [`tools`](CustomAgent::tools)
    /// names them, or is `*`, have them. Default none.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::agent::CustomAgent;
    ///
    /// let editor = CustomAgent::new("editor", "Edit what you are told to.").tools(["view", "edit"]);
    /// let session = client.session().custom_agent(editor).default_agent_excluded_tools(["edit"]).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn default_agent_excluded_tools<N: Into<String>>(
        mut self,
        tools: impl IntoIterator<Item = N>,
    ) -> Self {
        let excluded_tools = tools.into_iter().map(Into::into).collect();
        self.settings.plain.agents.default_agent = Some(DefaultAgent { excluded_tools });
        self
    }

    /// Agents of the CLI that are not offered (wire name `excludedBuiltinAgents`). Default none.
    pub fn excluded_builtin_agents<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.settings
            .plain
            .agents
            .excluded_builtin_agents
            .extend(names.into_iter().map(Into::into));
        self
    }

    /// Whether only agents of this program and this machine are known, none of the organization
    /// (wire name `customAgentsLocalOnly`). Default false.
    pub fn custom_agents_local_only(mut self, local_only: bool) -> Self {
        self.settings.plain.agents.custom_agents_local_only = Some(local_only);
        self
    }
}

impl AgentOptions {
    /// Every mistake in these options; with `discovery`, an agent may also come from a file.
    pub(in crate::session) fn problems(&self, discovery: bool) -> Vec<String> {
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
