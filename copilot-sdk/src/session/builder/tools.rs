//! Which tools the agent has.

use serde::Serialize;

use super::SessionBuilder;
use crate::permission::Policy;
use crate::tool::{IntoTool, IntoTools, Tool};
use crate::tool_filter::{ToolFilter, ToolSource};

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::session) struct ToolOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::session) available_tools: Option<Vec<ToolFilter>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excluded_tools: Option<Vec<ToolFilter>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_search: Option<ToolSearch>,
}

/// Whether the agent searches for tools instead of knowing all of them (wire name `toolSearch`).
///
/// Those of MCP servers are kept back, but for servers with
/// [`Defer::Never`](crate::tool::Defer::Never); this program's own are only with
/// [`Defer::Auto`](crate::tool::Defer::Auto), and the CLI's never.
///
/// ```
/// use copilot_sdk::session::ToolSearch;
///
/// let search = ToolSearch::enabled().defer_threshold(20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolSearch {
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    defer_threshold: Option<u32>,
}

impl ToolSearch {
    /// Tools that may be deferred are found by a search.
    pub fn enabled() -> Self {
        Self { enabled: true, defer_threshold: None }
    }

    /// The model is told about every tool.
    pub fn disabled() -> Self {
        Self { enabled: false, defer_threshold: None }
    }

    /// With how many tools in all, the CLI's included, none is kept back yet (wire name
    /// `deferThreshold`). Default 30.
    pub fn defer_threshold(mut self, tools: u32) -> Self {
        self.defer_threshold = Some(tools);
        self
    }
}

impl SessionBuilder {
    /// Adds tools that the agent may call (wire name `tools`); see [`tools!`](crate::tools).
    /// Default none.
    pub fn tools(mut self, tools: impl IntoTools) -> Self {
        self.settings.tools.extend(tools.into_tools());
        self
    }

    /// Adds one tool.
    pub fn tool(mut self, tool: impl IntoTool) -> Self {
        self.settings.tools.push(tool.into_tool());
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
    /// let filters = [ToolFilter::builtin("view"), ToolFilter::builtin("grep"), ToolFilter::all_custom()];
    /// let session = client.session().available_tools(filters).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn available_tools<F: Into<ToolFilter>>(
        mut self,
        filters: impl IntoIterator<Item = F>,
    ) -> Self {
        self.settings.plain.tools.available_tools =
            Some(filters.into_iter().map(Into::into).collect());
        self
    }

    /// Tools that the agent does not have (wire name `excludedTools`); they are taken out of the
    /// [`available_tools`](Self::available_tools). Default none.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().excluded_tools(["bash", "builtin:web_fetch", "mcp:files-delete"]).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn excluded_tools<F: Into<ToolFilter>>(
        mut self,
        filters: impl IntoIterator<Item = F>,
    ) -> Self {
        self.settings.plain.tools.excluded_tools =
            Some(filters.into_iter().map(Into::into).collect());
        self
    }

    /// Whether the agent searches for tools instead of knowing all of them (wire name
    /// `toolSearch`). Default: it knows all, unless the CLI decides otherwise for the account or
    /// the model.
    pub fn tool_search(mut self, search: ToolSearch) -> Self {
        self.settings.plain.tools.tool_search = Some(search);
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
    /// let session = client.session().working_directory("/srv/project").permissions(policy).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn permissions(mut self, policy: impl Into<Policy>) -> Self {
        self.settings.policy = Some(policy.into());
        self
    }
}

impl ToolOptions {
    /// Those of the MCP servers `own` of which no tool would be left.
    pub(in crate::session) fn hidden_servers(&self, own: &[&str]) -> Vec<String> {
        let hides = |server: &&str| {
            let reached = |filters: &Vec<ToolFilter>| {
                filters.iter().any(|filter| filter.may_match_server(server))
            };
            if self.available_tools.as_ref().is_some_and(|filters| !reached(filters)) {
                return Some(format!(
                    "available_tools hides every tool of your own MCP server {server:?}: add \
                     `mcp:*` or \
                     `mcp:{server}-<tool>` to it, or do not add the server"
                ));
            }
            let excluded = self.excluded_tools.as_ref()?;
            excluded.contains(&ToolFilter::all_mcp()).then(|| {
                format!(
                    "excluded_tools hides every tool of your own MCP server {server:?}: name \
                     tools instead of `mcp:*`, \
                     or do not add the server"
                )
            })
        };
        own.iter().filter_map(hides).collect()
    }

    /// Every mistake in the filters, for a session that has these tools.
    pub(in crate::session) fn problems(&self, own: &[Tool]) -> Vec<String> {
        let available = self.available_tools.as_deref();
        let excluded = self.excluded_tools.as_deref().unwrap_or_default();
        let mut problems = ToolFilter::check_all("available_tools", available.unwrap_or_default());
        problems.extend(ToolFilter::check_all("excluded_tools", excluded));
        for name in own.iter().map(Tool::name) {
            let matches = |filter: &ToolFilter| filter.matches(ToolSource::Custom, name);
            if available.is_some_and(|filters| !filters.iter().any(matches)) {
                problems.push(format!(
                    "available_tools hides your own tool `{name}`: add `custom:{name}` or \
                     `custom:*` to it, or take \
                     the tool out of `.tools(..)`"
                ));
            }
            if let Some(filter) = excluded.iter().find(|filter| matches(filter)) {
                problems.push(format!(
                    "excluded_tools hides your own tool `{name}`: write `builtin:{name}` where \
                     `{filter}` is meant for \
                     the CLI's, or take the tool out of `.tools(..)`"
                ));
            }
        }
        problems
    }
}
