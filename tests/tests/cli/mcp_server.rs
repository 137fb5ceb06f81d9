//! Small MCP servers on standard input and output, each with a tool `echo`.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use std::path::PathBuf;

use copilot_sdk::Session;
use copilot_sdk::mcp::McpServer;
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

/// In the language of the shell. Each call of `echo` leaves the file `$1`, and is answered by
/// `answer_call`, which sees it in `$line`.
const SERVER: &str = r#"
text() { printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[{"type":"text","text":"%s"}]}}\n' "$id" "$1"; }
while read -r line; do
    id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
    case "$line" in
    *'"initialize"'*) result='{"protocolVersion":"2025-06-18","capabilities":{"tools":{}},"serverInfo":{"name":"srv","version":"1"}}' ;;
    *'"tools/list"'*) result='{"tools":[{"name":"echo","description":"Echoes","inputSchema":{"type":"object"}}]}' ;;
    *'"tools/call"'*) : > "$1"; answer_call; continue ;;
    *) continue ;;
    esac
    [ -n "$id" ] && printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
done
"#;

/// One that gives the text of a call back; its tool `where` names the directory it was started in,
/// and `wait` never answers.
pub(crate) fn echo() -> McpServer {
    echo_with([])
}

/// The same with arguments that it does not look at.
pub(crate) fn echo_with<const N: usize>(arguments: [&str; N]) -> McpServer {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/echo-server.mjs");
    McpServer::stdio("node").args([script].into_iter().chain(arguments))
}

/// Starts the server of the shell as `srv` in the session. `answer_call` are commands that answer
/// one call, such as `text hi`.
///
/// Returns the file that the first call leaves behind.
pub(crate) async fn start(stage: &Stage, session: &Session, answer_call: &str) -> PathBuf {
    let called = stage.place.work().join("called");
    let script = format!("answer_call() {{ {answer_call}; }}\n{SERVER}");
    let config = json!({"type": "stdio", "command": "sh", "args": ["-c", script, "sh", called], "tools": ["*"]});
    let params = json!({"sessionId": session.id(), "serverName": "srv", "config": config});
    stage.client.call::<Value>("session.mcp.startServer", params).await.unwrap();
    called
}
