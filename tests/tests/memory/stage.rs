//! What the tests in memory share.

use std::sync::Arc;
use std::time::Duration;

use copilot_sdk::event::Event;
use copilot_sdk::session::Events;
use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::{Client, Session};
use serde_json::json;

/// A client whose CLI is scripted.
pub(crate) async fn connect() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    (fake, client)
}

/// A client, and one session of it from both sides.
pub(crate) async fn open() -> (FakeRuntime, FakeSession, Client, Session) {
    let (fake, client) = connect().await;
    let session = client.session().create().await.unwrap();
    (fake.clone(), fake.session(session.id()), client, session)
}

/// The agent calls a tool, and does not wait for the result.
pub(crate) fn call_tool(agent: &FakeSession, tool: &str, request: &str) {
    let data = json!({
        "requestId": request,
        "sessionId": agent.id(),
        "toolCallId": request,
        "toolName": tool,
        "arguments": {},
    });
    agent.emit("external_tool.requested", data);
}

/// A guard around what must come at once; nothing is expected to come near it.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(60), future).await.unwrap()
}

/// The next `count` events.
pub(crate) async fn read(events: &mut Events, count: usize) -> Vec<Arc<Event>> {
    let mut read = Vec::new();
    for _ in 0..count {
        read.push(events.next().await.unwrap().unwrap());
    }
    read
}
