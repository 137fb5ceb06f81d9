//! When the model is told about a tool; see [`tool::Defer`](crate::tool::Defer).

use serde::Serialize;

/// When the model is told about a tool (wire names `defer` of a tool and `deferTools` of an MCP
/// server).
///
/// It makes a difference only in a session with [`tool_search`](crate::SessionBuilder::tool_search)
/// that has more tools than the search begins at. Without a word about it, a tool of this program
/// is told of from the start, and a tool of an MCP server is kept back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Defer {
    /// The CLI may keep the tool back until a tool search finds it.
    Auto,
    /// The model knows the tool from the start.
    Never,
}
