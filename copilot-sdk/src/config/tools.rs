//! Tool filters and tool search.

use serde::Serialize;

use super::option_group::options;
use crate::tool::{Defer, Tool};
use crate::tool_filter::{ToolFilter, ToolSource};

options! {
    pub(crate) struct ToolOptions {
        available_tools: Option<Vec<ToolFilter>> = "availableTools",
        excluded_tools: Option<Vec<ToolFilter>> = "excludedTools",
        tool_search: Option<ToolSearch> = "toolSearch",
    }
}

/// Whether the agent searches for tools instead of being given all of them (wire name
/// `toolSearch`).
///
/// Deferred are the tools of MCP servers, except with [`Defer::Never`](crate::tool::Defer::Never),
/// and this program's own tools with [`Defer::Auto`](crate::tool::Defer::Auto). The CLI's tools are
/// never deferred.
///
/// ```
/// use copilot_sdk::session::ToolSearch;
///
/// let search = ToolSearch::enabled().defer_threshold(20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct ToolSearch {
    enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    defer_threshold: Option<u32>,
}

impl ToolSearch {
    /// Enables tool search: tools that may be deferred are found by searching.
    pub fn enabled() -> Self {
        Self { enabled: true, defer_threshold: None }
    }

    /// Disables tool search: the model is given every tool.
    pub fn disabled() -> Self {
        Self { enabled: false, defer_threshold: None }
    }

    /// The total number of tools, including the CLI's, up to which none is deferred (wire name
    /// `deferThreshold`). Defaults to 30.
    pub fn defer_threshold(mut self, tools: u32) -> Self {
        self.defer_threshold = Some(tools);
        self
    }
}

/// Maximum number of tools accepted by every model provider.
const MOST_TOOLS: usize = 128;

/// The built-in tools that read files. Reading results that the CLI itself wrote to a file needs no
/// permission.
const FILE_READERS: [&str; 2] = ["grep", "view"];
const SHELLS: [&str; 2] = ["bash", "powershell"];

impl ToolOptions {
    /// The MCP servers among `own` of which every tool would be hidden.
    pub(crate) fn hidden_servers(&self, own: &[&str]) -> Vec<String> {
        let hides = |server: &&str| {
            let reached = |filters: &Vec<ToolFilter>| {
                filters.iter().any(|filter| filter.may_match_server(server))
            };
            if self.available_tools.as_ref().is_some_and(|filters| !reached(filters)) {
                return Some(format!(
                    "available_tools hides every tool of your own MCP server {server:?}: add \
                     `mcp:*` or `mcp:{server}-<tool>` to it, or do not add the server"
                ));
            }
            let excluded = self.excluded_tools.as_ref()?;
            excluded.contains(&ToolFilter::all_mcp()).then(|| {
                format!(
                    "excluded_tools hides every tool of your own MCP server {server:?}: name tools \
                     instead of `mcp:*`, or do not add the server"
                )
            })
        };
        own.iter().filter_map(hides).collect()
    }

    /// Whether a built-in tool that reads files is available; `shells` tells whether shells may
    /// run.
    pub(crate) fn read_files(&self, shells: bool) -> bool {
        let is_left = |name: &&str| {
            let matches = |filters: &Vec<ToolFilter>| {
                filters.iter().any(|filter| filter.matches(ToolSource::Builtin, name))
            };
            self.available_tools.as_ref().is_none_or(matches)
                && !self.excluded_tools.as_ref().is_some_and(matches)
        };
        FILE_READERS.iter().any(is_left) || (shells && SHELLS.iter().any(is_left))
    }

    /// The problem of more tools than model providers accept.
    fn too_many(&self, own: &[Tool]) -> Option<String> {
        let searches = self.tool_search.is_some_and(|search| search.enabled);
        let is_deferred = |tool: &&Tool| searches && tool.spec().defer() == Some(Defer::Auto);
        let told = own.iter().filter(|tool| !is_deferred(tool)).count();
        (told > MOST_TOOLS).then(|| {
            format!(
                "{told} tools are more than model providers accept at once, which is {MOST_TOOLS} \
                 with the CLI's own: register fewer, or let the agent search for some with \
                 `Defer::Auto` (`defer = \"auto\"`) on them and \
                 `.tool_search(ToolSearch::enabled())`"
            )
        })
    }

    /// Whether any tools are filtered.
    pub(crate) fn has_filters(&self) -> bool {
        self.available_tools.is_some() || self.excluded_tools.is_some()
    }

    /// Writes the filters for a CLI that does not tell the sources of tools apart. Returns what it
    /// cannot serve.
    pub(crate) fn forget_sources(&mut self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.available_tools.is_some() && self.excluded_tools.is_some() {
            problems.push(
                "available_tools together with excluded_tools, of which it would ignore one"
                    .to_owned(),
            );
        }
        let lists = [
            ("available_tools", &mut self.available_tools),
            ("excluded_tools", &mut self.excluded_tools),
        ];
        for (setter, filters) in lists {
            for filter in filters.iter_mut().flatten() {
                match filter.without_source() {
                    Some(bare) => *filter = bare,
                    None => problems.push(format!("{setter} with `{filter}`")),
                }
            }
        }
        problems
    }

    /// The tools among `own` that are not excluded, in order. Says in the log which ones are.
    pub(crate) fn offered(&self, own: Vec<Tool>) -> Vec<Tool> {
        let excluded = self.excluded_tools.as_deref().unwrap_or_default();
        let is_offered = |tool: &Tool| {
            let name = tool.name();
            let filter = excluded.iter().find(|filter| filter.matches(ToolSource::Custom, name));
            if let Some(filter) = filter {
                tracing::info!(
                    tool = name, %filter,
                    "excluded_tools names a tool of this program, which is not offered: write \
                     `builtin:{name}` if the CLI's is meant"
                );
            }
            filter.is_none()
        };
        own.into_iter().filter(is_offered).collect()
    }

    /// Every problem with the filters and the number of tools, for a session with these tools.
    pub(crate) fn problems(&self, own: &[Tool]) -> Vec<String> {
        let available = self.available_tools.as_deref();
        let excluded = self.excluded_tools.as_deref().unwrap_or_default();
        let mut problems = ToolFilter::check_all("available_tools", available.unwrap_or_default());
        problems.extend(ToolFilter::check_all("excluded_tools", excluded));
        problems.extend(self.too_many(own));
        for name in own.iter().map(Tool::name) {
            let matches = |filter: &ToolFilter| filter.matches(ToolSource::Custom, name);
            if available.is_some_and(|filters| !filters.iter().any(matches)) {
                problems.push(format!(
                    "available_tools hides your own tool `{name}`: add `custom:{name}` or \
                     `custom:*` to it, or take the tool out of `.tools(..)`"
                ));
            }
        }
        problems
    }
}
