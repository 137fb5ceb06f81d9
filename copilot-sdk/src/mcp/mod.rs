//! MCP servers of a session: programs that the CLI starts, or servers reached over HTTP.
//!
//! The agent sees their tools as `server-tool`, where `server` is the name given in the session.
//! Unlike this program's own tools, they are not allowed by being registered: the session's
//! [policy](crate::permission) decides about each call.
//!
//! ```no_run
//! # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
//! use copilot_sdk::mcp::McpServer;
//! use copilot_sdk::permission;
//!
//! let tickets = McpServer::http("https://tickets.example.com/mcp").tools(["search", "read"]);
//! let session = client
//!     .session()
//!     .mcp_server("tickets", tickets)
//!     .permissions(permission::allow_own_tools().or(permission::allow_servers(["tickets"])))
//!     .create()
//!     .await?;
//! println!("{}", session.ask("Which tickets mention the parser?").await?);
//! # Ok(())
//! # }
//! ```
//!
//! Logins for servers that require one are handled by
//! [`SessionBuilder::on_mcp_auth`](crate::SessionBuilder::on_mcp_auth).
//! Servers that ask for a model call are answered by
//! [`SessionBuilder::on_sampling_request`](crate::SessionBuilder::on_sampling_request).
//! [`Session::mcp_servers`](crate::Session::mcp_servers) tells whether the servers are connected,
//! and a live session can enable and disable them. Functions of this program need no server:
//! register them as [tools](mod@crate::tool).
//!
//! The book has a page with a complete program: `docs/src/mcp.md` in the repository.

mod auth;
mod check;
mod sampling;
mod server;
mod servers;
mod tool_info;

pub(crate) use auth::auth_handler;
pub use auth::{McpAuthAnswer, McpAuthRequest};
pub use sampling::{SamplingAnswer, SamplingRequest};
pub(crate) use sampling::{SamplingChoice, sampling_handler};
pub use server::McpServer;
pub(crate) use servers::McpServers;
pub use tool_info::McpToolInfo;
