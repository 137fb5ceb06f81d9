//! When the model is told about a tool; see [`tool::Defer`](crate::tool::Defer).

use serde::Serialize;

/// When the model is told about a tool (wire names `defer` of a tool and `deferTools` of an MCP
/// server).
///
/// Matters only in a session with [`tool_search`](crate::SessionBuilder::tool_search) that exceeds
/// the threshold for deferring tools. By default, this program's tools are known from the start,
/// and tools of MCP servers are deferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Defer {
    /// The CLI may defer the tool until a tool search finds it.
    Auto,
    /// The model knows the tool from the start.
    Never,
}
