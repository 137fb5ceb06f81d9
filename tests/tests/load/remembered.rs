//! What is remembered of the past takes a fixed amount of memory.

use std::sync::Arc;

use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::{Client, Session};
use serde_json::{Value, json};

use crate::MEMORY;
use crate::stage::{MIB, alone, open};

/// Memory that is in use after `say` was called with 100 different long texts, beyond what was in
/// use before; nothing of it waits to be read.
async fn kept(say: impl Fn(&FakeRuntime, &FakeSession, String)) -> usize {
    let (fake, agent, client, session): (_, _, Client, Session) = open().await;
    // Reads everything at once.
    session.on(|_| {});
    let long = Arc::<str>::from("x".repeat(64 * 1024));
    let mut before = 0;
    for number in 0..110 {
        say(&fake, &agent, format!("{number}{long}"));
        if number % 10 == 0 {
            client.ping("everything is said").await.unwrap();
        }
        // Buffers have their size by then.
        if number == 10 {
            before = MEMORY.current_usage();
        }
    }
    client.ping("everything is said").await.unwrap();
    MEMORY.current_usage().saturating_sub(before)
}

fn event(agent: &FakeSession, event_type: &str, id: &str, data: &Value) {
    agent.emit_event(&json!({"type": event_type, "id": id, "data": data}));
}

#[test]
fn i10_long_ids_kinds_and_names_do_not_stay() {
    type Say = fn(&FakeRuntime, &FakeSession, String);
    let cases: [(&str, Say); 11] = [
        ("ids of events", |_, agent, text| event(agent, "session.idle", &text, &json!({}))),
        ("ids of questions that are over", |_, agent, text| {
            agent.emit("permission.completed", json!({"requestId": text, "result": {"kind": "x"}}));
        }),
        ("ids of messages that never end", |_, agent, text| {
            agent.emit("assistant.message_delta", json!({"messageId": text, "deltaContent": "x"}));
        }),
        ("ids of tool calls that never end", |_, agent, text| {
            agent.emit("tool.execution_start", json!({"toolCallId": text, "toolName": "t"}));
        }),
        ("names of tools that never end", |_, agent, text| {
            let data = json!({"toolCallId": &text[..8], "toolName": text});
            agent.emit("tool.execution_start", data);
        }),
        ("names of MCP servers whose tools were loaded", |_, agent, text| {
            let data = json!({"serverName": text, "toolCount": 1});
            agent.emit("session.mcp_server_tools_loaded", data);
        }),
        ("kinds of permissions", |_, agent, text| {
            let request = json!({"kind": text, "toolCallId": "c"});
            let data = json!({"requestId": &text[..8], "permissionRequest": request});
            agent.emit("permission.requested", data);
        }),
        ("names of tools that are denied", |_, agent, text| {
            let request = json!({"kind": "mcp", "serverName": "s", "toolName": text});
            let data = json!({"requestId": &text[..8], "permissionRequest": request});
            agent.emit("permission.requested", data);
        }),
        ("failures of MCP servers", |_, agent, text| {
            let data = json!({"serverName": "s", "status": "failed", "error": text});
            agent.emit("session.mcp_server_status_changed", data);
        }),
        ("ids of sessions", |fake, _, text| {
            let params = json!({"type": "session.created", "sessionId": text});
            fake.notify("session.lifecycle", params);
        }),
        ("events of sessions that are not open", |fake, _, text| {
            let event = json!({"type": "session.idle", "id": "e", "data": {}});
            fake.notify("session.event", json!({"sessionId": text, "event": event}));
        }),
    ];
    alone(async {
        for (case, say) in cases {
            let kept = kept(say).await;
            assert!(kept < 2 * MIB, "{case}: {kept} bytes");
        }
    });
}
