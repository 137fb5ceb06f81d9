//! Tools as listed by an MCP server.

use serde::Deserialize;

/// A tool of an MCP server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct McpToolInfo {
    /// The name, without that of the server.
    pub name: String,
    /// The description for the model.
    #[serde(default)]
    pub description: Option<String>,
}
