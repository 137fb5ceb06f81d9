//! Answers to requests that were left open: which are taken, and what every other one is told.

use std::future::IntoFuture as _;

use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::session::{PendingAnswer, PendingQuestion, PendingRequest};
use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::tool::ToolResult;
use copilot_sdk::{Client, Error, ErrorKind, Session, Tool};
use serde_json::{Value, json};

use super::reconnect;
use super::stage::{connect, within};

const PERMISSION: &str = "session.permissions.handlePendingPermissionRequest";
const TOOL: &str = "session.tools.handlePendingToolCall";

/// What the CLI keeps of a turn that waits for a permission, a declared tool and an own tool.
fn history() -> Value {
    let events = [
        ("user.message", json!({"content": "go", "messageId": "prompt", "delivery": "idle"})),
        ("permission.requested", permission_request()),
        ("external_tool.requested", call("declared")),
        ("external_tool.requested", call("own")),
    ];
    let event = |(number, (name, data)): (usize, (&str, Value))| {
        json!({"type": name, "data": data, "id": format!("stored-{number}"),
            "timestamp": "2026-01-02T03:04:05.678Z"})
    };
    json!({"events": events.into_iter().enumerate().map(event).collect::<Vec<_>>()})
}

fn permission_request() -> Value {
    let request = json!({"kind": "shell", "toolCallId": "c", "fullCommandText": "make"});
    json!({"requestId": "permission", "permissionRequest": request})
}

fn call(tool: &str) -> Value {
    json!({"requestId": tool, "sessionId": "work", "toolCallId": tool, "toolName": tool,
        "arguments": {"secret": "hunter2"}})
}

/// Lets a scripted CLI keep that turn.
fn keep(fake: &FakeRuntime) {
    fake.answer_with("session.resume", |params| json!({"sessionId": params["sessionId"]}))
        .answer("session.getMessages", history())
        .answer(
            "session.permissions.pendingRequests",
            json!({"items": [{"requestId": "permission"}]}),
        )
        .answer(
            "session.tools.listPendingRequests",
            json!({"items": [{"requestId": "declared"}, {"requestId": "own"}]}),
        );
}

/// A session that is resumed in that turn. The own tool never ends.
async fn resume() -> (FakeRuntime, FakeSession, Client, Session) {
    let (fake, client) = connect().await;
    keep(&fake);
    let own = Tool::new("own").description("Own").handler(|(), _| std::future::pending::<&str>());
    let session = client
        .session()
        .tool(own)
        .tool(Tool::new("declared").description("Declared"))
        .permissions(permission::later())
        .continue_pending_work(true);
    let session = session.resume("work").await.unwrap();
    (fake.clone(), fake.session("work"), client, session)
}

fn refused(answered: Result<(), Error>) -> (ErrorKind, String) {
    let error = answered.unwrap_err();
    assert_eq!(error.session_id().map(ToString::to_string).as_deref(), Some("work"));
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn what_no_handler_answers_is_listed() {
    let (_fake, _agent, _client, session) = resume().await;
    let pending = session.pending().await.unwrap();
    let described: Vec<_> = pending
        .iter()
        .map(|request| {
            (request.request_id.as_str(), request.timestamp.as_str(), request.describe())
        })
        .collect();
    let at = "2026-01-02T03:04:05.678Z";
    assert_eq!(
        described,
        [
            ("permission", at, "run: make".to_owned()),
            ("declared", at, "call the tool declared\n  secret = \"hunter2\"".to_owned()),
        ]
    );
    let [PendingRequest { question: PendingQuestion::Permission(request), .. }, declared] =
        pending.as_slice()
    else {
        panic!("{pending:?}");
    };
    assert_eq!(request.command(), Some("make"));
    let shown = format!("{declared:?}");
    assert!(shown.contains("secret") && !shown.contains("hunter2"), "{shown}");
}

#[tokio::test]
async fn i6_each_request_is_answered_once_by_an_answer_of_its_kind() {
    let (fake, agent, _client, session) = resume().await;
    session.answer("permission", PermissionDecision::reject("not today")).await.unwrap();
    session.answer("declared", ToolResult::success("42")).await.unwrap();
    let decision = json!({"kind": "reject", "feedback": "not today"});
    let given = within(agent.expect(PERMISSION)).await.unwrap();
    assert_eq!(
        given.params(),
        &json!({"sessionId": "work", "requestId": "permission", "result": decision})
    );
    let given = within(agent.expect(TOOL)).await.unwrap();
    assert_eq!(given.params()["requestId"], "declared");
    assert_eq!(given.params()["result"]["textResultForLlm"], "42");
    assert_eq!((fake.calls(PERMISSION).len(), fake.calls(TOOL).len()), (1, 1));
}

#[tokio::test]
async fn an_answer_that_fits_no_request_is_refused_before_it_is_sent() {
    let (fake, _agent, _client, session) = resume().await;
    let result = || ToolResult::success("42");
    let table: [(&str, PendingAnswer, ErrorKind, &str); 6] = [
        (
            "permission",
            result().into(),
            ErrorKind::Config,
            "request `permission` is for a permission: answer it with a `PermissionDecision`, not \
             with a `ToolResult`",
        ),
        (
            "declared",
            PermissionDecision::ApproveOnce.into(),
            ErrorKind::Config,
            "request `declared` is a call of the tool `declared`: answer it with a `ToolResult`, \
             not with a `PermissionDecision`",
        ),
        (
            "permission",
            PermissionDecision::later().into(),
            ErrorKind::Config,
            "`Later` leaves request `permission` open: approve it, or reject it",
        ),
        (
            "permission",
            PermissionDecision::LeaveToAnotherClient.into(),
            ErrorKind::Config,
            "`LeaveToAnotherClient` leaves request `permission` open: approve it, or reject it",
        ),
        (
            "never",
            PermissionDecision::ApproveOnce.into(),
            ErrorKind::NotFound,
            "no request `never` is pending in session `work`: it was answered or withdrawn, or the \
             session was resumed without `continue_pending_work(true)`; `session.pending()` lists \
             those that are",
        ),
        (
            "own",
            result().into(),
            ErrorKind::NotFound,
            "no request `own` is pending in session `work`: it was answered or withdrawn, or the \
             session was resumed without `continue_pending_work(true)`; `session.pending()` lists \
             those that are",
        ),
    ];
    for (id, answer, kind, text) in table {
        assert_eq!(refused(session.answer(id, answer).await), (kind, text.to_owned()), "{id}");
    }
    assert_eq!((fake.calls(PERMISSION), fake.calls(TOOL)), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn an_answer_that_comes_second_is_told_so_and_one_to_a_closed_session_too() {
    let (fake, _agent, _client, session) = resume().await;
    fake.answer(PERMISSION, json!({"success": false}));
    let (kind, _) = refused(session.answer("permission", PermissionDecision::ApproveOnce).await);
    assert_eq!(kind, ErrorKind::NotFound);
    session.disconnect().await.unwrap();
    let (kind, text) = refused(session.answer("permission", PermissionDecision::ApproveOnce).await);
    assert_eq!(
        (kind, text.as_str()),
        (ErrorKind::Closed, "session `work` is over: it was disconnected")
    );
}

#[tokio::test]
async fn an_approval_that_the_request_does_not_offer_approves_once() {
    let (_fake, agent, _client, session) = resume().await;
    let decision =
        PermissionDecision::ApproveReadOnlyForSession { directories: vec!["/etc".to_owned()] };
    session.answer("permission", decision).await.unwrap();
    let given = within(agent.expect(PERMISSION)).await.unwrap();
    assert_eq!(given.params()["result"], json!({"kind": "approve-once"}));
}

#[tokio::test]
async fn in_the_same_program_the_turn_is_read_on_after_the_answer() {
    let (fake, client) = connect().await;
    let session = client.session().session_id("work").permissions(permission::later());
    let session = session.create().await.unwrap();
    let agent = fake.session("work");
    keep(&fake);
    let script = async {
        let turn = agent.prompt().await.unwrap();
        turn.say("Let me see.");
        agent.emit("permission.requested", permission_request());
        turn
    };
    let asking = async { tokio::join!(session.ask("go").into_future(), script) };
    let (error, turn) = within(asking).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Pending);
    fake.by_hand(PERMISSION);
    let script = async {
        let given = agent.expect(PERMISSION).await.unwrap();
        // The CLI tells of the decision before it takes the answer.
        let decided = json!({"requestId": "permission", "result": {"kind": "approved"}});
        agent.emit("permission.completed", decided);
        given.reply(json!({"success": true})).unwrap();
    };
    let answer = session.answer("permission", PermissionDecision::ApproveOnce);
    let (answered, ()) = within(async { tokio::join!(answer, script) }).await;
    answered.unwrap();
    turn.say("Done.");
    turn.end();
    let reply = within(session.resumed_turn().unwrap().reply()).await.unwrap();
    assert_eq!(reply.messages(), ["Let me see.", "Done."], "the whole turn");
    assert_eq!(fake.calls(PERMISSION).len(), 1);
}

#[tokio::test]
async fn an_answer_that_a_cli_took_and_lost_is_given_to_the_next_one() {
    let (first, transport) = FakeRuntime::new();
    let (second, next) = FakeRuntime::new();
    keep(&first);
    keep(&second);
    let client = reconnect::connect([transport, next]).await;
    let mut lifecycle = client.lifecycle();
    let session = client.session().permissions(permission::later()).continue_pending_work(true);
    let session = session.resume("work").await.unwrap();
    first.session("work").emit("user.message", json!({"content": "go"}));
    session.answer("permission", PermissionDecision::ApproveOnce).await.unwrap();
    first.kill();
    reconnect::restarted(&mut lifecycle).await;
    let again = within(second.expect(PERMISSION)).await.unwrap();
    assert_eq!(again.params()["result"], json!({"kind": "approve-once"}));
}
