//! Custom agents, and which agents are offered to the model.

use super::SessionBuilder;
use crate::agent::CustomAgent;
use crate::config::DefaultAgent;

impl SessionBuilder {
    /// Adds a custom agent that the session's agent can delegate to (wire name `customAgents`).
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

    /// Adds custom agents that the session's agent can delegate to (wire name `customAgents`). None
    /// by default.
    pub fn custom_agents(mut self, agents: impl IntoIterator<Item = CustomAgent>) -> Self {
        self.config.options.agents.custom_agents.extend(agents);
        self
    }

    /// The name of the agent the session starts with (wire name `agent`): a
    /// [custom](Self::custom_agent) one, or one that the CLI finds in files or gets from the
    /// organization, but none of the CLI's built-in ones, such as `explore`. Defaults to the CLI's
    /// main agent.
    pub fn agent(mut self, name: impl Into<String>) -> Self {
        self.config.options.agents.agent = Some(name.into());
        self
    }

    /// Names of tools hidden from the CLI's default agent (wire name `defaultAgent.excludedTools`).
    /// Custom agents whose [`tools`](CustomAgent::tools) name them, or are `*`, still have them.
    /// None by default.
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

    /// Names of built-in agents that are not offered (wire name `excludedBuiltinAgents`). None by
    /// default.
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

    /// Whether to ignore the organization's agents and use only those of this program and this
    /// machine (wire name `customAgentsLocalOnly`). Defaults to `false`.
    pub fn custom_agents_local_only(mut self, local_only: bool) -> Self {
        self.config.options.agents.custom_agents_local_only = Some(local_only);
        self
    }
}
