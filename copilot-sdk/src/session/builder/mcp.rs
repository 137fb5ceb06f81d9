//! MCP servers of the session.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{SessionBuilder, Storage};
use crate::mcp::McpServer;

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::session) struct McpOptions {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    mcp_servers: BTreeMap<String, McpServer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disabled_mcp_servers: Vec<String>,
    #[serde(rename = "mcpOAuthTokenStorage", skip_serializing_if = "Option::is_none")]
    pub(super) oauth_token_storage: Option<Storage>,
    #[serde(skip)]
    repeated: Vec<String>,
}

impl SessionBuilder {
    /// Adds an MCP server (wire name `mcpServers`); its tools are named `name-tool`. Default none.
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
        let (name, mcp) = (name.into(), &mut self.settings.plain.mcp);
        if mcp.mcp_servers.insert(name.clone(), server).is_some() {
            mcp.repeated.push(name);
        }
        self
    }

    /// Adds MCP servers by their names (wire name `mcpServers`).
    pub fn mcp_servers<N: Into<String>>(self, servers: impl IntoIterator<Item = (N, McpServer)>) -> Self {
        servers.into_iter().fold(self, |builder, (name, server)| builder.mcp_server(name, server))
    }

    /// Servers of the configuration that are not started (wire name `disabledMcpServers`). Default none.
    pub fn disabled_mcp_servers<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.settings.plain.mcp.disabled_mcp_servers.extend(names.into_iter().map(Into::into));
        self
    }

    /// Where tokens of MCP servers are kept (wire name `mcpOAuthTokenStorage`). Default [`Storage::Persistent`].
    pub fn mcp_oauth_token_storage(mut self, storage: Storage) -> Self {
        self.settings.plain.mcp.oauth_token_storage = Some(storage);
        self
    }
}

impl McpOptions {
    pub(in crate::session) fn problems(&self) -> Vec<String> {
        let mut problems = McpServer::check_all(&self.mcp_servers);
        problems.extend(self.repeated.iter().map(|name| format!("the MCP server {name:?} is given twice")));
        if self.disabled_mcp_servers.iter().any(|name| name.trim().is_empty()) {
            problems.push("disabled_mcp_servers: a name is empty".to_owned());
        }
        problems
    }
}
