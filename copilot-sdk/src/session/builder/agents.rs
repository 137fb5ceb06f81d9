//! Agents of your own, and who may hand work to whom.

use super::SessionBuilder;
use crate::agent::CustomAgent;
use crate::config::DefaultAgent;

impl SessionBuilder {
    /// Adds an agent to which the session's agent can hand work (wire name `customAgents`).
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::agent::CustomAgent;
    ///
    /// let reviewer =
    ///     CustomAgent::new("reviewer", "Review the change. Name each defect with its line.")
    ///         .description("Reviews changes for defects");
    /// let session = client.session().custom_agent(reviewer).agent("reviewer").create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn custom_agent(mut self, agent: CustomAgent) -> Self {
        self.config.options.agents.custom_agents.push(agent);
        self
    }

    /// Adds agents to which the session's agent can hand work (wire name `customAgents`). Default
    /// none.
    pub fn custom_agents(mut self, agents: impl IntoIterator<Item = CustomAgent>) -> Self {
        self.config.options.agents.custom_agents.extend(agents);
        self
    }

    /// The agent that the session starts with, by its name (wire name `agent`): a
    /// [custom](Self::custom_agent) one, or one that the CLI knows from files or the organization,
    /// but no helper of the CLI such as `explore`. Default: the CLI's own main agent.
    pub fn agent(mut self, name: impl Into<String>) -> Self {
        self.config.options.agents.agent = Some(name.into());
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
    /// let editor =
    ///     CustomAgent::new("editor", "Edit what you are told to.").tools(["view", "edit"]);
    /// let session = client
    ///     .session()
    ///     .custom_agent(editor)
    ///     .default_agent_excluded_tools(["edit"])
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn default_agent_excluded_tools<N: Into<String>>(
        mut self,
        tools: impl IntoIterator<Item = N>,
    ) -> Self {
        let excluded_tools = tools.into_iter().map(Into::into).collect();
        self.config.options.agents.default_agent = Some(DefaultAgent { excluded_tools });
        self
    }

    /// Agents of the CLI that are not offered (wire name `excludedBuiltinAgents`). Default none.
    pub fn excluded_builtin_agents<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.config
            .options
            .agents
            .excluded_builtin_agents
            .extend(names.into_iter().map(Into::into));
        self
    }

    /// Whether only agents of this program and this machine are known, none of the organization
    /// (wire name `customAgentsLocalOnly`). Default false.
    pub fn custom_agents_local_only(mut self, local_only: bool) -> Self {
        self.config.options.agents.custom_agents_local_only = Some(local_only);
        self
    }
}
