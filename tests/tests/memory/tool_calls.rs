//! Tool calls: each runs at most once and is answered exactly once, whatever happens.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use copilot_sdk::{ErrorKind, Tool, ToolError, ToolResult};
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::questions::panic_now;
use super::stage::{call_tool, connect, within};

const ANSWER: &str = "session.tools.handlePendingToolCall";

#[tokio::test]
async fn i6_a_tool_is_answered_once_also_when_it_fails_or_panics_now_or_later() {
    let (fake, client) = connect().await;
    let tools = [
        Tool::new("fine").description("d").raw_handler(|_| async { Ok::<_, ToolError>("fine") }),
        Tool::new("fails")
            .description("d")
            .raw_handler(|_| async { Err::<String, _>(ToolError::new("no such city")) }),
        Tool::new("panics")
            .description("d")
            .raw_handler(|_| async { Ok::<_, ToolError>(panic_now()) }),
        Tool::new("panics_at_once").description("d").raw_handler(|_| {
            let text = panic_now();
            async { Ok::<_, ToolError>(text) }
        }),
        Tool::new("panics_later").description("d").raw_handler(|_| async {
            tokio::task::yield_now().await;
            Ok::<_, ToolError>(panic_now())
        }),
    ];
    let names = tools.clone().map(|tool| tool.name().to_owned());
    let session = client.session().tools(Vec::from(tools)).create().await.unwrap();
    let agent = fake.session(session.id());
    for name in &names {
        call_tool(&agent, name, name);
    }
    let mut answers = Vec::new();
    for _ in &names {
        let answer = agent.expect(ANSWER).await.unwrap();
        let field = |name: &str| answer.params()["result"][name].as_str().unwrap().to_owned();
        answers.push((
            answer.params()["requestId"].as_str().unwrap().to_owned(),
            field("resultType"),
            field("textResultForLlm"),
        ));
    }
    answers.sort();
    let mistake = |name: &str| {
        (
            name.to_owned(),
            "failure".to_owned(),
            format!("`{name}` stopped because of a bug in its code"),
        )
    };
    let expected = [
        ("fails".to_owned(), "failure".to_owned(), "no such city".to_owned()),
        ("fine".to_owned(), "success".to_owned(), "fine".to_owned()),
        mistake("panics"),
        mistake("panics_at_once"),
        mistake("panics_later"),
    ];
    assert_eq!(answers, expected);
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.calls(ANSWER).len(), names.len());
}

#[tokio::test]
async fn a_call_that_is_asked_for_twice_runs_and_is_answered_once() {
    let (fake, client) = connect().await;
    let (runs, gate) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counter, waits) = (runs.clone(), gate.clone());
    let slow = Tool::new("slow").description("Waits").raw_handler(move |_| {
        let (counter, waits) = (counter.clone(), waits.clone());
        async move {
            counter.fetch_add(1, Ordering::SeqCst);
            waits.notified().await;
            Ok::<_, ToolError>("done")
        }
    });
    let counter = runs.clone();
    let quick = Tool::new("quick").description("Counts").raw_handler(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, ToolError>("done") }
    });
    let session = client.session().tools(vec![slow, quick]).create().await.unwrap();
    let agent = fake.session(session.id());
    call_tool(&agent, "slow", "while it runs");
    call_tool(&agent, "slow", "while it runs");
    client.ping("everything is said").await.unwrap();
    gate.notify_waiters();
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "while it runs");
    call_tool(&agent, "quick", "after its answer");
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "after its answer");
    call_tool(&agent, "quick", "after its answer");
    call_tool(&agent, "quick", "another");
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "another");
    assert_eq!((runs.load(Ordering::SeqCst), fake.calls(ANSWER).len()), (3, 3));
}

#[tokio::test]
async fn on_a_server_that_others_share_a_tool_of_somebody_else_is_left_alone() {
    let (fake, client) = connect().await;
    let ours =
        Tool::new("ours").description("d").raw_handler(|_| async { Ok::<_, ToolError>("done") });
    let session = client.session().tool(ours).create().await.unwrap();
    let agent = fake.session(session.id());
    call_tool(&agent, "theirs", "r1");
    // One of theirs may have the name of a tool of the CLI, which it replaces.
    for name in ["theirs", "grep"] {
        let request = json!({"kind": "custom-tool", "toolName": name, "toolDescription": "d"});
        let asked = json!({"requestId": name, "permissionRequest": request});
        agent.emit("permission.requested", asked);
    }
    call_tool(&agent, "ours", "r2");
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "r2");
    assert_eq!(fake.calls(ANSWER).len(), 1);
    assert_eq!(fake.calls("session.permissions.handlePendingPermissionRequest"), [] as [Value; 0]);
}

#[tokio::test]
async fn on_a_shared_server_a_permission_for_a_tool_of_the_cli_is_decided_here() {
    const DECIDED: &str = "session.permissions.handlePendingPermissionRequest";
    let (fake, client) = connect().await;
    let session = client.session().permissions(copilot_sdk::permission::approve_all());
    let session = session.create().await.unwrap();
    let agent = fake.session(session.id());
    let request = json!({"kind": "custom-tool", "toolName": "open_canvas", "args": {}});
    agent.emit("permission.requested", json!({"requestId": "p1", "permissionRequest": request}));
    let expected = json!({
        "sessionId": session.id(), "requestId": "p1", "result": {"kind": "approve-once"},
    });
    assert_eq!(agent.expect(DECIDED).await.unwrap().params(), &expected);
}

#[tokio::test]
async fn a_declared_tool_is_answered_by_hand_and_by_nobody_else() {
    let (fake, client) = connect().await;
    let declared = Tool::new("oracle").description("Knows").schema(json!({"type": "object"}));
    let session = client.session().tool(declared).create().await.unwrap();
    let agent = fake.session(session.id());
    let mut events = session.events();
    call_tool(&agent, "oracle", "r1");
    assert_eq!(events.next().await.unwrap().unwrap().event_type(), "external_tool.requested");
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.calls(ANSWER), [] as [Value; 0]);
    session.answer_tool("r1", ToolResult::success("42")).unwrap();
    let answer = agent.expect(ANSWER).await.unwrap();
    let expected = json!({"sessionId": session.id(), "requestId": "r1", "result": {"textResultForLlm": "42", "resultType": "success"}});
    assert_eq!(answer.params(), &expected);
    session.disconnect().await.unwrap();
    assert_eq!(
        session.answer_tool("r1", ToolResult::success("late")).unwrap_err().kind(),
        ErrorKind::Closed
    );
}

#[tokio::test]
async fn a_call_that_is_over_elsewhere_is_cancelled_and_not_answered() {
    let (fake, client) = connect().await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let waiting = Tool::new("waiting").description("Waits").raw_handler(move |call| {
        let say = say.clone();
        async move {
            let _ = say.send("started");
            call.context.cancelled().await;
            let _ = say.send("cancelled");
            Ok::<_, ToolError>("too late")
        }
    });
    let session = client.session().tool(waiting).create().await.unwrap();
    let agent = fake.session(session.id());
    call_tool(&agent, "waiting", "r1");
    assert_eq!(heard.recv().await, Some("started"));
    agent.emit("external_tool.completed", json!({"requestId": "r1"}));
    assert_eq!(heard.recv().await, Some("cancelled"));
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.calls(ANSWER), [] as [Value; 0]);
}

/// Four workers, so that the two that are blocked leave some to everything else.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tools_that_block_their_threads_until_the_other_runs_both_answer() {
    let (fake, client) = connect().await;
    let both_run = Arc::new(Barrier::new(2));
    let tool = Tool::new("meet").description("Blocks").raw_handler(move |_| {
        let both_run = both_run.clone();
        async move {
            both_run.wait();
            Ok::<_, ToolError>("met")
        }
    });
    let session = client.session().tool(tool).create().await.unwrap();
    let agent = fake.session(session.id());
    for request in ["r1", "r2"] {
        call_tool(&agent, "meet", request);
    }
    let mut answered = Vec::new();
    for _ in 0..2 {
        let answer = within(agent.expect(ANSWER)).await.unwrap();
        assert_eq!(answer.params()["result"]["textResultForLlm"], "met");
        answered.push(answer.params()["requestId"].as_str().unwrap().to_owned());
    }
    answered.sort();
    assert_eq!(answered, ["r1", "r2"]);
}

#[tokio::test]
async fn a_call_that_is_withdrawn_before_its_turn_came_does_not_run() {
    let (fake, client) = connect().await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = runs.clone();
    let tool = Tool::new("late").description("Counts").raw_handler(move |_| {
        counter.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, ToolError>("done") }
    });
    let session = client.session().tool(tool).create().await.unwrap();
    let agent = fake.session(session.id());
    // On one thread, both events are taken in before the task of the call gets its turn.
    call_tool(&agent, "late", "r1");
    agent.emit("external_tool.completed", json!({"requestId": "r1"}));
    call_tool(&agent, "late", "r2");
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "r2");
    assert_eq!((runs.load(Ordering::SeqCst), fake.calls(ANSWER).len()), (1, 1));
}
