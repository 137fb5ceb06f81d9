//! MCP servers of the session.

use super::SessionBuilder;
use crate::config::Storage;
use crate::mcp::McpServer;

impl SessionBuilder {
    /// Adds an MCP server (wire name `mcpServers`). The name consists of letters, digits, `_` and
    /// `-`; the server's tools are called `name-tool`. None by default.
    ///
    /// Servers from the user's configuration stay available; one with the same name is replaced.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::mcp::McpServer;
    ///
    /// let session =
    ///     client.session().mcp_server("files", McpServer::stdio("mcp-files")).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn mcp_server(mut self, name: impl Into<String>, server: McpServer) -> Self {
        self.config.options.mcp.mcp_servers.add(name.into(), server);
        self
    }

    /// Adds MCP servers by their names (wire name `mcpServers`).
    pub fn mcp_servers<N: Into<String>>(
        self,
        servers: impl IntoIterator<Item = (N, McpServer)>,
    ) -> Self {
        servers.into_iter().fold(self, |builder, (name, server)| builder.mcp_server(name, server))
    }

    /// Names of servers, configured by the user or plugins, that are not started (wire name
    /// `disabledMcpServers`). None by default: the user's servers are started in every session.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session =
    ///     client.session().disabled_mcp_servers(["github", "playwright"]).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn disabled_mcp_servers<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.config.options.mcp.disabled_mcp_servers.extend(names.into_iter().map(Into::into));
        self
    }

    /// Where OAuth tokens of MCP servers are stored (wire name `mcpOAuthTokenStorage`). Defaults to
    /// [`Storage::Persistent`].
    pub fn mcp_oauth_token_storage(mut self, storage: Storage) -> Self {
        self.config.options.mcp.oauth_token_storage = Some(storage);
        self
    }

    /// Whether this program shows the pages of MCP apps (wire name `requestMcpApps`; experimental).
    /// Defaults to `false`.
    ///
    /// The CLI then tells servers that its host shows pages, gives their tools' `_meta.ui` along,
    /// and answers the calls of `session.rpc().mcp().apps()` (feature `rpc-mcp`). CLI 1.0.102 does
    /// so only if its environment has `COPILOT_MCP_APPS=true`; `apps().diagnose(..)` says whether
    /// it does.
    ///
    /// ```no_run
    /// # async fn example() -> copilot_sdk::Result<()> {
    /// use copilot_sdk::Client;
    /// use copilot_sdk::mcp::McpServer;
    ///
    /// let client = Client::builder().env("COPILOT_MCP_APPS", "true").start().await?;
    /// let session = client
    ///     .session()
    ///     .mcp_server("charts", McpServer::http("http://localhost:3000/mcp"))
    ///     .mcp_apps(true)
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn mcp_apps(mut self, shown: bool) -> Self {
        self.config.options.mcp.apps = Some(shown);
        self
    }
}
