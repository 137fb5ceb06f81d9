//! The MCP servers of a live session.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use crate::error::Result;
use crate::event::{McpServerSource, McpServerStatus};

/// An MCP server of a session (wire type `McpServer`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct McpServerInfo {
    /// Its name.
    pub name: String,
    /// Whether it is there.
    pub status: McpServerStatus,
    /// Who configured it.
    #[serde(default)]
    pub source: Option<McpServerSource>,
    /// Why it is not there.
    #[serde(default)]
    pub error: Option<String>,
}

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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Server<'a> {
    server_name: &'a str,
}

impl Session {
    /// The MCP servers of the session, and whether they are there (wire method `session.mcp.list`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
    pub async fn mcp_servers(&self) -> Result<Vec<McpServerInfo>> {
        #[derive(Deserialize)]
        struct Servers {
            servers: Vec<McpServerInfo>,
        }
        self.call::<Servers>("session.mcp.list", Map::new()).await.map(|list| list.servers)
    }

    /// The tools of one MCP server (wire method `session.mcp.listTools`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the server is not there.
    pub async fn mcp_tools(&self, server_name: &str) -> Result<Vec<McpToolInfo>> {
        #[derive(Deserialize)]
        struct Tools {
            tools: Vec<McpToolInfo>,
        }
        self.call::<Tools>("session.mcp.listTools", Server { server_name }).await.map(|list| list.tools)
    }

    /// Switches an MCP server on (wire method `session.mcp.enable`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the server is not known.
    pub async fn enable_mcp_server(&self, server_name: &str) -> Result<()> {
        self.tell("session.mcp.enable", Server { server_name }).await
    }

    /// Switches an MCP server off (wire method `session.mcp.disable`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the server is not known.
    pub async fn disable_mcp_server(&self, server_name: &str) -> Result<()> {
        self.tell("session.mcp.disable", Server { server_name }).await
    }

    /// Stops an MCP server and starts it again (wire method `session.mcp.restartServer`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the server is not known or does not start.
    pub async fn restart_mcp_server(&self, server_name: &str) -> Result<()> {
        self.tell("session.mcp.restartServer", Server { server_name }).await
    }
}
