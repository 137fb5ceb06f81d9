//! Which tools the agent has.

use super::SessionBuilder;
use crate::config::ToolSearch;
use crate::permission::Policy;
use crate::tool::{IntoTool, IntoTools};
use crate::tool_filter::ToolFilter;

impl SessionBuilder {
    /// Adds tools that the agent may call (wire name `tools`); see [`tools!`](crate::tools).
    /// Default none.
    pub fn tools(mut self, tools: impl IntoTools) -> Self {
        self.config.tools.extend(tools.into_tools());
        self
    }

    /// Adds one tool.
    pub fn tool(mut self, tool: impl IntoTool) -> Self {
        self.config.tools.push(tool.into_tool());
        self
    }

    /// The only tools that the agent has (wire name `availableTools`). Default all; an empty list
    /// is none.
    ///
    /// It holds for custom agents, too. The list has to leave room for this program's own tools and
    /// MCP servers: hiding one is reported as a mistake.
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

    /// Tools that the agent does not have (wire name `excludedTools`); they are taken out of the
    /// [`available_tools`](Self::available_tools). Default none.
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

    /// Whether the agent searches for tools instead of knowing all of them (wire name
    /// `toolSearch`). Default: it knows all, unless the CLI decides otherwise for the account or
    /// the model.
    pub fn tool_search(mut self, search: ToolSearch) -> Self {
        self.config.options.tools.tool_search = Some(search);
        self
    }

    /// Who decides what the agent may do. Default: this program's own tools may run, everything
    /// else is denied.
    ///
    /// Several clients can be attached to one session of a server: the CLI asks all of them, and
    /// the first answer wins. A client with the default policy then denies what another one would
    /// ask a person about. Put [`leave_to_others`](crate::permission::leave_to_others) behind the
    /// rules of every client but the one that decides. Tools of other clients are left to them by
    /// every policy.
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
