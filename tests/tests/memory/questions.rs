//! Questions of the CLI: each is answered exactly once, whatever happens.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use copilot_sdk::interaction::ElicitationAnswer;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::{ErrorKind, Tool, ToolError, ToolResult};
use copilot_sdk_tests::Log;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::stage::{call_tool, connect, open, within};

const ANSWER: &str = "session.tools.handlePendingToolCall";

fn panic_now() -> String {
    panic!("a secret of the program")
}

/// An error whose text cannot be had.
#[derive(Debug)]
struct Unspeakable;

impl std::fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("there are no words for it")
    }
}

impl std::error::Error for Unspeakable {}

#[tokio::test]
async fn i6_requests_that_nobody_knows_are_refused_once_each() {
    let (fake, _agent, client, session) = open().await;
    let id = session.id();
    for (method, params, code, text) in [
        ("no.such", json!({}), -32601, "unknown method `no.such`".to_owned()),
        ("no.such", Value::Null, -32601, "unknown method `no.such`".to_owned()),
        ("no.such", json!([1, 2]), -32601, "unknown method `no.such`".to_owned()),
        ("no.such", json!({"sessionId": 7}), -32601, "unknown method `no.such`".to_owned()),
        (
            "no.such",
            json!({"sessionId": id}),
            -32601,
            format!("session `{id}` has no handler for `no.such`"),
        ),
        (
            "hooks.invoke",
            json!({"sessionId": "other"}),
            -32603,
            "session `other` is not open here".to_owned(),
        ),
    ] {
        let error = fake.request(method, params).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rpc, "{error}");
        assert_eq!(error.to_string(), format!("the client refused `{method}`: {text}"));
        assert_eq!(error.rpc_code(), Some(code), "{error}");
    }
    session.disconnect().await.unwrap();
    let error = fake.request("hooks.invoke", json!({"sessionId": id})).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the client refused `hooks.invoke`: session `{id}` is not open here")
    );
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.problems(), [] as [String; 0], "no question was answered twice");
}

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
async fn i6_a_policy_that_panics_denies_once() {
    let (fake, client) = connect().await;
    let at_once = permission::ask(|_| {
        panic_now();
        async { PermissionDecision::ApproveOnce }
    });
    let later = permission::ask(|_| async {
        tokio::task::yield_now().await;
        panic_now();
        PermissionDecision::ApproveOnce
    });
    for policy in [at_once, later] {
        let session = client.session().permissions(policy).create().await.unwrap();
        session.send("go").await.unwrap();
        let turn = fake.session(session.id()).prompt().await.unwrap();
        let decision =
            turn.ask_permission(json!({"kind": "read", "path": "/etc/passwd"})).await.unwrap();
        assert_eq!(decision, json!({"kind": "user-not-available"}));
    }
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.calls("session.permissions.handlePendingPermissionRequest").len(), 2);
}

#[tokio::test]
async fn i6_a_permission_request_of_an_unknown_shape_is_denied() {
    let (_fake, agent, _client, _session) = open().await;
    for request in
        [json!({"kind": "from-the-future"}), json!({}), json!("text"), json!([1]), json!(null)]
    {
        agent.emit(
            "permission.requested",
            json!({"requestId": request.to_string(), "permissionRequest": request}),
        );
        let answer =
            agent.expect("session.permissions.handlePendingPermissionRequest").await.unwrap();
        assert_eq!(answer.params()["requestId"], request.to_string());
        assert!(
            matches!(
                answer.params()["result"]["kind"].as_str(),
                Some("reject" | "user-not-available")
            ),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn i6_a_permission_request_without_a_request_is_denied_by_any_policy() {
    let (fake, client) = connect().await;
    let session = client.session().permissions(permission::approve_all()).create().await.unwrap();
    let agent = fake.session(session.id());
    for data in [json!({"requestId": "r"}), json!({"requestId": "n", "permissionRequest": null})] {
        agent.emit("permission.requested", data.clone());
        let answer =
            agent.expect("session.permissions.handlePendingPermissionRequest").await.unwrap();
        assert_eq!(answer.params()["requestId"], data["requestId"]);
        assert_eq!(answer.params()["result"]["kind"], "reject");
    }
}

#[tokio::test]
async fn a_denial_by_no_rule_is_one_line_per_kind_that_says_how_to_allow_it() {
    let log = Log::capture();
    let (fake, client) = connect().await;
    let session = client.session().session_id("s").create().await.unwrap();
    session.send("go").await.unwrap();
    let turn = fake.session(session.id()).prompt().await.unwrap();
    for request in [
        json!({"kind": "shell", "fullCommandText": "make"}),
        json!({"kind": "shell", "fullCommandText": "make test"}),
        json!({"kind": "mcp", "serverName": "srv", "toolName": "srv-echo"}),
        json!({"kind": "write", "fileName": "/a"}),
    ] {
        assert_eq!(turn.ask_permission(request).await.unwrap()["kind"], "reject");
    }
    let line = |kind: &str, remedy: &str| {
        format!(
            "WARN denied a permission request, because no rule of the session's policy matches; \
             to allow it, add {remedy} \
             session_id=s kind={kind}"
        )
    };
    assert_eq!(
        log.complaints(),
        [
            line("shell", "`permission::allow_shell([\"..\"])` or `permission::ask(..)`"),
            line("mcp", "`permission::allow_tools([\"srv-echo\"])`"),
            line("write", "`permission::allow_paths_in([\"..\"])` or `permission::ask(..)`"),
        ]
    );
}

#[tokio::test]
async fn panics_of_the_users_code_are_in_the_log() {
    let log = Log::capture();
    let (fake, client) = connect().await;
    let session =
        client.session().session_id("s").permissions(permission::allow_when(|_| panic!("a bug")));
    let session = session
        .on_elicitation(|_| async { Err::<ElicitationAnswer, _>(Unspeakable) })
        .create()
        .await
        .unwrap();
    let agent = fake.session(session.id());
    agent.emit(
        "permission.requested",
        json!({"requestId": "p", "permissionRequest": {"kind": "read", "path": "/a"}}),
    );
    agent.expect("session.permissions.handlePendingPermissionRequest").await.unwrap();
    agent.emit("elicitation.requested", json!({"requestId": "e", "message": "sure?"}));
    let answer = agent.expect("session.ui.handlePendingElicitation").await.unwrap();
    assert_eq!(answer.params()["result"]["action"], "cancel");
    assert_eq!(
        log.complaints(),
        [
            "ERROR the permission policy panicked; the request is denied session_id=s panic=\"a \
             bug\"",
            "ERROR a handler failed; its question is declined session_id=s handler=\"elicitation\" \
             error=the handler panicked: there are no words for it",
        ]
    );
}

#[tokio::test]
async fn questions_carry_who_asks_and_how() {
    let (fake, client) = connect().await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let form = say.clone();
    let policy = permission::ask(move |request| {
        let _ = say.send(format!(
            "{:?}",
            (request.agent_id, request.request_id, request.owner_session_id)
        ));
        let _ = say.send(format!("{:?}", (request.agent_mode, request.permission_mode)));
        async { PermissionDecision::UserNotAvailable }
    });
    let session = client.session().permissions(policy).on_elicitation(move |question| {
        let _ = form.send(format!("{:?}", (question.agent_id, question.message)));
        async { ElicitationAnswer::Cancel }
    });
    let session = session.create().await.unwrap();
    let agent = fake.session(session.id());
    let request = json!({"kind": "read", "path": "/a"});
    agent.emit_from(
        "below",
        "permission.requested",
        json!({"requestId": "p", "permissionRequest": request, "agentMode": "plan", "permissionMode": "manual",
            "ownerSessionId": "owner"}),
    );
    agent.emit_from(
        "below",
        "elicitation.requested",
        json!({"requestId": "e", "message": "sure?"}),
    );
    let mut said = Vec::new();
    for _ in 0..3 {
        said.push(heard.recv().await.unwrap());
    }
    assert_eq!(
        said,
        [
            r#"(Some("below"), Some("p"), Some("owner"))"#,
            "(Some(Plan), Some(Manual))",
            r#"(Some("below"), "sure?")"#,
        ]
    );
}

/// In memory, because this transport counts as one that several clients share.
#[tokio::test]
async fn what_is_left_to_another_client_is_not_answered_from_here() {
    let (fake, client) = connect().await;
    let policy = permission::ask(|request| async move {
        match request.path().and_then(Path::to_str) {
            Some("/mine") => PermissionDecision::ApproveOnce,
            _ => PermissionDecision::LeaveToAnotherClient,
        }
    });
    let session = client.session().permissions(policy).create().await.unwrap();
    let agent = fake.session(session.id());
    for path in ["/theirs", "/mine"] {
        let request = json!({"kind": "read", "path": path});
        agent
            .emit("permission.requested", json!({"requestId": path, "permissionRequest": request}));
    }
    let answer = agent.expect("session.permissions.handlePendingPermissionRequest").await.unwrap();
    assert_eq!(answer.params()["requestId"], "/mine");
    assert_eq!(fake.calls("session.permissions.handlePendingPermissionRequest").len(), 1);
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
    let request = json!({"kind": "custom-tool", "toolName": "theirs", "toolDescription": "d"});
    agent.emit("permission.requested", json!({"requestId": "p1", "permissionRequest": request}));
    call_tool(&agent, "ours", "r2");
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "r2");
    assert_eq!(fake.calls(ANSWER).len(), 1);
    assert_eq!(fake.calls("session.permissions.handlePendingPermissionRequest"), [] as [Value; 0]);
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
