//! What comes twice is handed out once and runs once. The real CLI cannot be made to repeat itself,
//! and the races of a shared server cannot be provoked there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::testing::FakeSession;
use copilot_sdk::{Tool, ToolError};
use serde_json::{Value, json};

use super::stage::{call_tool, connect, open};

const ANSWER: &str = "session.tools.handlePendingToolCall";

/// A tool that counts its runs.
fn counting() -> (Tool, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = runs.clone();
    let tool = Tool::new("count").description("Counts").raw_handler(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, ToolError>("done") }
    });
    (tool, runs)
}

#[tokio::test]
async fn an_event_that_comes_twice_reaches_each_subscriber_once() {
    let (_fake, agent, client, session) = open().await;
    let (mut one, mut other) = (session.events(), session.events());
    let event = |id: &str, title: &str| json!({"type": "session.title_changed", "data": {"title": title}, "id": id});
    let live =
        |id: &str| json!({"type": "assistant.idle", "data": {}, "id": id, "ephemeral": true});
    for event in
        [event("e1", "first"), event("e1", "again"), live("e2"), live("e2"), event("e3", "last")]
    {
        agent.emit_event(&event);
    }
    client.ping("everything is said").await.unwrap();
    session.disconnect().await.unwrap();
    for events in [&mut one, &mut other] {
        let mut ids = Vec::new();
        while let Some(event) = events.next().await {
            ids.push(event.unwrap().id.to_string());
        }
        assert_eq!(ids, ["e1", "e2", "e3"]);
    }
}

#[tokio::test]
async fn a_call_that_is_asked_for_again_after_its_end_does_not_run_again() {
    let (fake, client) = connect().await;
    let (tool, runs) = counting();
    let session = client.session().tool(tool).create().await.unwrap();
    let agent = fake.session(session.id());
    call_tool(&agent, "count", "ours");
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "ours");
    for request in ["ours", "elsewhere"] {
        agent.emit("external_tool.completed", json!({"requestId": request}));
        call_tool(&agent, "count", request);
    }
    call_tool(&agent, "count", "last");
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "last");
    assert_eq!((runs.load(Ordering::SeqCst), fake.calls(ANSWER).len()), (2, 2));
}

/// The stored event of a call that waits.
fn stored(agent: &FakeSession, request: &str) -> Value {
    let data = json!({"requestId": request, "sessionId": agent.id(), "toolCallId": request, "toolName": "count",
        "arguments": {}});
    json!({"type": "external_tool.requested", "data": data, "id": format!("stored-{request}")})
}

#[tokio::test]
async fn a_call_that_is_live_and_in_the_list_of_open_ones_runs_once() {
    let (fake, client) = connect().await;
    let (tool, runs) = counting();
    fake.by_hand("session.tools.listPendingRequests");
    fake.by_hand("session.getMessages");
    let agent = fake.session("shared");
    let resume = client.session().tool(tool).continue_pending_work(true).resume("shared");
    let script = async {
        let pending = agent.expect("session.tools.listPendingRequests").await?;
        let names = ["answered here", "closing here", "answered elsewhere", "open"];
        let items: Vec<_> = names.iter().map(|name| json!({"requestId": name})).collect();
        pending.reply(json!({"items": items}))?;
        let history = agent.expect("session.getMessages").await?;
        for name in ["answered here", "closing here"] {
            call_tool(&agent, "count", name);
            assert_eq!(agent.expect(ANSWER).await?.params()["requestId"], name);
        }
        for name in ["answered here", "answered elsewhere"] {
            agent.emit("external_tool.completed", json!({"requestId": name}));
        }
        let events: Vec<_> = names.iter().map(|name| stored(&agent, name)).collect();
        history.reply(json!({"events": events}))?;
        assert_eq!(agent.expect(ANSWER).await?.params()["requestId"], "open");
        Ok(())
    };
    let (session, ()) = tokio::try_join!(resume, script).unwrap();
    client.ping("everything is said").await.unwrap();
    assert_eq!((runs.load(Ordering::SeqCst), fake.calls(ANSWER).len()), (3, 3));
    drop(session);
}
