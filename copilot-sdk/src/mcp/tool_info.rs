//! What an MCP server says of its tools.

use serde::Deserialize;

/// A tool of an MCP server, by its own name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct McpToolInfo {
    /// Its name without the server's.
    pub name: String,
    /// What it does.
    #[serde(default)]
    pub description: Option<String>,
}
