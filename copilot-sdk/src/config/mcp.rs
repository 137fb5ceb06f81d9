//! MCP servers of the session.

use serde::Serialize;

use super::Storage;
use crate::mcp::McpServers;

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct McpOptions {
    #[serde(skip_serializing_if = "McpServers::is_empty")]
    pub(crate) mcp_servers: McpServers,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) disabled_mcp_servers: Vec<String>,
    #[serde(rename = "mcpOAuthTokenStorage", skip_serializing_if = "Option::is_none")]
    pub(crate) oauth_token_storage: Option<Storage>,
}

impl McpOptions {
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = self.mcp_servers.problems();
        if self.disabled_mcp_servers.iter().any(|name| name.trim().is_empty()) {
            problems.push("disabled_mcp_servers: a name is empty".to_owned());
        }
        let own = self.disabled_mcp_servers.iter().filter(|name| self.mcp_servers.has(name));
        problems.extend(own.map(|name| {
            format!(
                "disabled_mcp_servers holds your own MCP server {name:?}: leave it out there, \
                     or do not add it"
            )
        }));
        problems
    }
}
