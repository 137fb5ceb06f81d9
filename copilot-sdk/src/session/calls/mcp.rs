//! The MCP servers of a live session.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use super::unknown::unknown;
use crate::dispatch::mcp_tools;
use crate::error::Result;
use crate::event::mcp::{McpServerSource, McpServerStatus};
use crate::mcp::McpToolInfo;

/// An MCP server of a session (wire type `McpServer`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct McpServerInfo {
    /// The name of the server.
    pub name: String,
    /// The connection status.
    pub status: McpServerStatus,
    /// The origin of its configuration.
    #[serde(default)]
    pub source: Option<McpServerSource>,
    /// Why it failed to connect, if it did.
    #[serde(default)]
    pub error: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServerName {
    server_name: String,
}

impl Session {
    /// The MCP servers of the session with their status, including those from the user's
    /// configuration (wire method `session.mcp.list`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::event::McpServerStatus;
    ///
    /// for server in session.mcp_servers().await? {
    ///     if server.status == McpServerStatus::Connected {
    ///         let tools = session.mcp_tools(&server.name).await?;
    ///         println!("{}: {} tools", server.name, tools.len());
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn mcp_servers(&self) -> Result<Vec<McpServerInfo>> {
        #[derive(Deserialize)]
        struct Servers {
            servers: Vec<McpServerInfo>,
        }
        self.call::<Servers>("session.mcp.list", Map::new()).await.map(|list| list.servers)
    }

    /// All tools of an MCP server, including those hidden from the agent (wire method
    /// `session.mcp.listTools`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the server is not connected.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn mcp_tools(&self, server_name: impl Into<String>) -> Result<Vec<McpToolInfo>> {
        self.check()?;
        mcp_tools(&self.0.peer, &server_name.into()).await
    }

    /// Enables an MCP server (wire method `session.mcp.enable`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// session.disable_mcp_server("playwright").await?;
    /// let reply = session.ask("Answer without a browser: what is a browser?").await?;
    /// session.enable_mcp_server("playwright").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the session has no such server; the text
    /// lists those it has.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have enabled the server; a restart of the CLI does not bring that back.
    pub async fn enable_mcp_server(&self, server_name: impl Into<String>) -> Result<()> {
        self.switch_mcp_server("session.mcp.enable", server_name.into()).await
    }

    /// Disables an MCP server (wire method `session.mcp.disable`).
    ///
    /// # Errors
    ///
    /// Same as [`enable_mcp_server`](Self::enable_mcp_server).
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have disabled the server; a restart of the CLI does not bring that
    /// back.
    pub async fn disable_mcp_server(&self, server_name: impl Into<String>) -> Result<()> {
        self.switch_mcp_server("session.mcp.disable", server_name.into()).await
    }

    /// Restarts an MCP server (wire method `session.mcp.restartServer`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the server is unknown or does not start.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have restarted the server.
    pub async fn restart_mcp_server(&self, server_name: impl Into<String>) -> Result<()> {
        let params = ServerName { server_name: server_name.into() };
        self.call_unit("session.mcp.restartServer", params).await
    }

    async fn switch_mcp_server(&self, method: &str, server_name: String) -> Result<()> {
        // Checked here, because the CLI accepts unknown names and lists them from then on.
        let known = self.mcp_servers().await?.into_iter().map(|server| server.name);
        self.0.peer.check(unknown("MCP server", &server_name, known))?;
        self.call_unit(method, ServerName { server_name }).await
    }
}
