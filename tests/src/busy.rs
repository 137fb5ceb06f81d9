//! A session that has started processes of every kind.

use copilot_sdk::mcp::McpServer;
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk::{Session, SessionBuilder, permission};
use serde_json::json;

/// What the agent of a [`busy_session`] starts: a shell command, and one that leaves its shell.
const COMMANDS: [(&str, &str); 2] =
    [("sleep 601", "async"), ("setsid nohup sleep 602 > /dev/null 2>&1 &", "sync")];

/// How many processes run for a [`busy_session`] at least: the CLI, an MCP server, two commands.
pub const BUSY_PROCESSES: usize = 4;

/// A model that starts both commands, whatever it is asked first.
pub fn busy_model(request: &ModelRequest) -> ModelReply {
    match COMMANDS.get(request.tool_results().len()) {
        Some((command, mode)) => ModelReply::tool(
            "bash",
            json!({"command": command, "description": "run", "mode": mode, "detach": false}),
        ),
        None => ModelReply::text("both run"),
    }
}

/// A session in which a shell command, a command that left its shell, and an MCP server run.
///
/// # Panics
///
/// When they cannot be started.
pub async fn busy_session(session: SessionBuilder) -> Session {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/echo-server.mjs");
    let server = McpServer::stdio("node").args([script]);
    let session = session.permissions(permission::approve_all()).mcp_server("srv", server);
    let session = session.create().await.expect("the session is created");
    let reply = session.ask("go").await.expect("the commands are started");
    assert_eq!(reply.text(), "both run");
    session
}
