//! MCP servers of the session.

use super::Storage;
use super::option_group::options;
use crate::mcp::McpServers;

options! {
    pub(crate) struct McpOptions {
        mcp_servers: McpServers = "mcpServers",
        disabled_mcp_servers: Vec<String> = "disabledMcpServers",
        oauth_token_storage: Option<Storage> = "mcpOAuthTokenStorage",
        apps: Option<bool> = "requestMcpApps",
    }
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
