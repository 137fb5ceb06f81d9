//! Tools, tool filters and the permission policy.

use super::SessionBuilder;
use crate::config::ToolSearch;
use crate::permission::Policy;
use crate::tool::{IntoTool, IntoTools, Tool};
use crate::tool_filter::ToolFilter;

impl SessionBuilder {
    /// Adds tools the agent may call (wire name `tools`), see [`tools!`](crate::tools). None by
    /// default.
    pub fn tools(mut self, tools: impl IntoTools) -> Self {
        self.add_tools(tools.into_tools());
        self
    }

    /// Adds one tool.
    pub fn tool(mut self, tool: impl IntoTool) -> Self {
        self.add_tools(vec![tool.into_tool()]);
        self
    }

    fn add_tools(&mut self, tools: Vec<Tool>) {
        self.config.tools.extend(tools);
    }

    /// The tools available to the agent, to the exclusion of all others (wire name
    /// `availableTools`). All by default; an empty list means none.
    ///
    /// Applies to custom agents as well. Hiding one of this program's own tools or MCP servers is
    /// reported as a mistake.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::tool_filter::ToolFilter;
    ///
    /// let filters =
    ///     [ToolFilter::builtin("view"), ToolFilter::builtin("grep"), ToolFilter::all_custom()];
    /// let session = client.session().available_tools(filters).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn available_tools<F: Into<ToolFilter>>(
        mut self,
        filters: impl IntoIterator<Item = F>,
    ) -> Self {
        self.config.options.tools.available_tools =
            Some(filters.into_iter().map(Into::into).collect());
        self
    }

    /// Tools hidden from the agent (wire name `excludedTools`), even if listed in
    /// [`available_tools`](Self::available_tools). None by default. A tool of this program that is
    /// named here is not offered; the log says so.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client
    ///     .session()
    ///     .excluded_tools(["bash", "builtin:web_fetch", "mcp:files-delete"])
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn excluded_tools<F: Into<ToolFilter>>(
        mut self,
        filters: impl IntoIterator<Item = F>,
    ) -> Self {
        self.config.options.tools.excluded_tools =
            Some(filters.into_iter().map(Into::into).collect());
        self
    }

    /// Whether the agent searches for tools instead of being given all of them (wire name
    /// `toolSearch`). By default, it is given all, unless the CLI decides otherwise for the account
    /// or the model.
    pub fn tool_search(mut self, search: ToolSearch) -> Self {
        self.config.options.tools.tool_search = Some(search);
        self
    }

    /// The policy that decides what the agent may do. By default, this program's own tools may run
    /// and everything else is denied.
    ///
    /// If several clients share a session, the CLI asks all of them and the first answer counts: a
    /// client with the default policy denies what another would ask a person about. End the policy
    /// of every client but the deciding one with
    /// [`leave_to_others`](crate::permission::leave_to_others). Every policy leaves the tools of
    /// other clients to them.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::permission;
    ///
    /// let policy = permission::allow_own_tools()
    ///     .or(permission::allow_paths_in(["/srv/project"]))
    ///     .or(permission::allow_shell(["cargo check", "git status"]));
    /// let session = client.session().cwd("/srv/project").permissions(policy).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn permissions(mut self, policy: impl Into<Policy>) -> Self {
        self.config.policy = Some(policy.into());
        self
    }
}
