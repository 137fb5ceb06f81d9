//! MCP servers of the session.

use serde::Serialize;

use super::{SessionBuilder, Storage};
use crate::mcp::{McpServer, McpServers};

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::session) struct McpOptions {
    #[serde(skip_serializing_if = "McpServers::is_empty")]
    pub(in crate::session) mcp_servers: McpServers,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disabled_mcp_servers: Vec<String>,
    #[serde(rename = "mcpOAuthTokenStorage", skip_serializing_if = "Option::is_none")]
    pub(super) oauth_token_storage: Option<Storage>,
}

impl SessionBuilder {
    /// Adds an MCP server (wire name `mcpServers`); its tools are named `name-tool`. The name is
    /// made of letters, digits, `_` and `-`. Default none.
    ///
    /// It comes beside the servers of the user's own configuration, in place of one of the same
    /// name.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::mcp::McpServer;
    ///
    /// let session = client.session().mcp_server("files", McpServer::stdio("mcp-files")).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn mcp_server(mut self, name: impl Into<String>, server: McpServer) -> Self {
        self.settings.plain.mcp.mcp_servers.add(name.into(), server);
        self
    }

    /// Adds MCP servers by their names (wire name `mcpServers`).
    pub fn mcp_servers<N: Into<String>>(
        self,
        servers: impl IntoIterator<Item = (N, McpServer)>,
    ) -> Self {
        servers.into_iter().fold(self, |builder, (name, server)| builder.mcp_server(name, server))
    }

    /// Servers of the user's and the plugins' configuration that are not started (wire name
    /// `disabledMcpServers`). Default none: the user's servers are started in every session.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().disabled_mcp_servers(["github", "playwright"]).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn disabled_mcp_servers<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.settings.plain.mcp.disabled_mcp_servers.extend(names.into_iter().map(Into::into));
        self
    }

    /// Where tokens of MCP servers are kept (wire name `mcpOAuthTokenStorage`). Default
    /// [`Storage::Persistent`].
    pub fn mcp_oauth_token_storage(mut self, storage: Storage) -> Self {
        self.settings.plain.mcp.oauth_token_storage = Some(storage);
        self
    }
}

impl McpOptions {
    pub(in crate::session) fn problems(&self) -> Vec<String> {
        let mut problems = self.mcp_servers.problems();
        if self.disabled_mcp_servers.iter().any(|name| name.trim().is_empty()) {
            problems.push("disabled_mcp_servers: a name is empty".to_owned());
        }
        let own =
            self.disabled_mcp_servers.iter().filter(|name| self.mcp_servers.get(name).is_some());
        problems.extend(own.map(|name| {
            format!(
                "disabled_mcp_servers holds your own MCP server {name:?}: leave it out there, \
                     or do not add it"
            )
        }));
        problems
    }
}
