//! Permission requests that the policy leaves open: what ends, what waits, and what cannot wait.
//! The real CLI does this as well; here it is tried in every order.

use std::future::{Future as _, IntoFuture as _};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::time::Duration;

use copilot_sdk::event::EventData;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::session::Turn;
use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::{Client, ErrorKind, Session, Tool};
use copilot_sdk_tests::Log;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::reconnect;
use super::stage::{call_tool, connect, within};

const ANSWER: &str = "session.permissions.handlePendingPermissionRequest";

/// A session whose policy approves reading, and leaves all else open.
async fn open() -> (FakeRuntime, FakeSession, Client, Session) {
    let (fake, client) = connect().await;
    let policy = permission::allow_when(|request| request.kind() == "read");
    let session = client.session().session_id("work").permissions(policy.or(permission::later()));
    let session = session.create().await.unwrap();
    (fake.clone(), fake.session("work"), client, session)
}

/// A tool call begins.
fn start(agent: &FakeSession, call: &str) {
    let data = json!({"toolCallId": call, "toolName": "bash", "arguments": {}});
    agent.emit("tool.execution_start", data);
}

fn complete(agent: &FakeSession, call: &str) {
    agent.emit("tool.execution_complete", json!({"toolCallId": call, "success": true}));
}

fn asked(request: &str, call: &str) -> Value {
    json!({"requestId": request, "permissionRequest": {"kind": "shell", "toolCallId": call,
        "fullCommandText": "make"}})
}

/// A call begins, and needs a permission.
fn ask(agent: &FakeSession, request: &str, call: &str) {
    start(agent, call);
    agent.emit("permission.requested", asked(request, call));
}

fn decided(agent: &FakeSession, request: &str) {
    let done = json!({"requestId": request, "result": {"kind": "approved"}});
    agent.emit("permission.completed", done);
}

/// Reads the turn up to the event that says that this request was left open.
async fn read_to_left_open(turn: &mut Turn, request: &str) {
    loop {
        let event = within(turn.next()).await.unwrap().unwrap();
        if let EventData::PermissionLeftOpen(left) = &event.data
            && left.request_id == request
        {
            return;
        }
    }
}

/// Whether the turn has neither an event nor an end.
fn waits(turn: &mut Turn) -> bool {
    pin!(turn.next()).poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

/// The session takes the next prompt.
async fn assert_answers(agent: &FakeSession, session: &Session) {
    let script = async {
        let turn = agent.prompt().await.unwrap();
        turn.say("Yes?");
        turn.end();
    };
    let asked = async { tokio::join!(session.ask("two").into_future(), script) };
    let (reply, ()) = within(asked).await;
    assert_eq!(reply.unwrap().text(), "Yes?");
}

fn ids(error: &copilot_sdk::Error) -> Vec<String> {
    error.pending_requests().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn i6_a_request_that_is_left_open_is_not_answered_and_ends_the_ask_as_pending() {
    let (fake, agent, client, session) = open().await;
    let script = async {
        let _turn = agent.prompt().await.unwrap();
        ask(&agent, "r1", "c1");
        ask(&agent, "r2", "c2");
    };
    let (error, ()) = within(async { tokio::join!(session.ask("go").into_future(), script) }).await;
    let error = error.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::Pending,
            "the turn waits for permissions that were left open: `r1`, `r2`; answer with \
             `session.answer(..)`, now or after a resume with `continue_pending_work(true)`, then \
             read on with `session.resumed_turn()`"
        )
    );
    assert_eq!(ids(&error), ["r1", "r2"]);
    assert_eq!(error.session_id(), Some(session.id()));
    client.ping("everything is said").await.unwrap();
    assert_eq!((fake.calls(ANSWER), session.is_busy()), (Vec::new(), true));
}

#[tokio::test]
async fn the_turn_goes_on_while_other_calls_run_and_is_read_on_from_where_it_ended() {
    let (_fake, agent, client, session) = open().await;
    let mut turn = session.stream("go").await.unwrap();
    let answered = agent.prompt().await.unwrap();
    start(&agent, "running");
    ask(&agent, "r", "c");
    read_to_left_open(&mut turn, "r").await;
    assert!(waits(&mut turn), "a call is running");
    complete(&agent, "running");
    let last = within(turn.next()).await.unwrap().unwrap();
    assert_eq!(last.event_type(), "tool.execution_complete");
    let error = within(turn.next()).await.unwrap().unwrap_err();
    assert_eq!((error.kind(), ids(&error)), (ErrorKind::Pending, vec!["r".to_owned()]));
    assert!(turn.next().await.is_none());
    assert_eq!(turn.so_far().tool_calls().len(), 2);

    // Nothing was answered: it waits still.
    let again = within(session.resumed_turn().unwrap().reply()).await.unwrap_err();
    assert_eq!((again.kind(), ids(&again)), (ErrorKind::Pending, vec!["r".to_owned()]));
    let rest = session.resumed_turn().unwrap();
    assert!(session.resumed_turn().is_none(), "it was taken");
    decided(&agent, "r");
    client.ping("the decision is here").await.unwrap();
    complete(&agent, "c");
    answered.say("Done.");
    answered.end();
    let reply = within(rest.reply()).await.unwrap();
    assert_eq!((reply.text(), reply.tool_calls().len()), ("Done.", 2));
}

#[tokio::test]
async fn a_request_that_another_client_answers_at_once_does_not_end_the_turn() {
    let (_fake, agent, _client, session) = open().await;
    let mut turn = session.stream("go").await.unwrap();
    let answered = agent.prompt().await.unwrap();
    start(&agent, "running");
    ask(&agent, "r", "c");
    read_to_left_open(&mut turn, "r").await;
    decided(&agent, "r");
    complete(&agent, "running");
    complete(&agent, "c");
    answered.say("Done.");
    answered.end();
    assert_eq!(within(turn.reply()).await.unwrap().text(), "Done.");
    assert!(session.resumed_turn().is_none());
}

#[tokio::test]
async fn a_prompt_is_refused_while_a_request_is_open_and_taken_after_an_abort() {
    let (fake, agent, client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await.unwrap();
        ask(&agent, "r", "c");
        turn
    };
    let asked = async { tokio::join!(session.ask("one").into_future(), script) };
    let (error, turn) = within(asked).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Pending);
    let error = session.ask("two").await.unwrap_err();
    assert_eq!((error.kind(), ids(&error)), (ErrorKind::Pending, vec!["r".to_owned()]));
    let text = error.to_string();
    assert!(
        text.starts_with("the prompt was not sent, because the turn before it waits"),
        "{text}"
    );
    assert_eq!(fake.calls("session.send").len(), 1);

    session.abort().await.unwrap();
    turn.abort();
    client.ping("the abort is here").await.unwrap();
    let rest = session.resumed_turn().unwrap();
    assert_eq!(within(rest.reply()).await.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_answers(&agent, &session).await;
}

#[tokio::test]
async fn a_turn_that_another_client_aborts_waits_no_more() {
    let (_fake, agent, client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await.unwrap();
        ask(&agent, "r", "c");
        turn
    };
    let asked = async { tokio::join!(session.ask("one").into_future(), script) };
    let (error, turn) = within(asked).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Pending);
    turn.abort();
    client.ping("the abort is here").await.unwrap();
    assert_answers(&agent, &session).await;
}

#[tokio::test]
async fn a_prompt_that_is_queued_behind_an_open_request_ends_as_pending_too() {
    let (_fake, agent, _client, session) = open().await;
    let first = session.stream("one").await.unwrap();
    let _running = agent.prompt().await.unwrap();
    let second = session.stream("two").await.unwrap();
    ask(&agent, "r", "c");
    let error = within(second.reply()).await.unwrap_err();
    assert_eq!((error.kind(), ids(&error)), (ErrorKind::Pending, vec!["r".to_owned()]));
    let text = error.to_string();
    assert!(text.starts_with("the prompt is queued behind a turn that waits"), "{text}");
    assert_eq!(within(first.reply()).await.unwrap_err().kind(), ErrorKind::Pending);
    let rest = session.resumed_turn().unwrap();
    assert_eq!(rest.message_id(), "message-1", "of the turn that runs");
}

#[tokio::test]
async fn a_turn_that_waits_for_a_permission_is_not_aborted_when_it_is_dropped() {
    let (fake, agent, client, session) = open().await;
    let script = async {
        let _turn = agent.prompt().await.unwrap();
        ask(&agent, "r", "c");
    };
    let asking = session.ask("go").abort_on_drop(true).into_future();
    let (error, ()) = within(async { tokio::join!(asking, script) }).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Pending);
    drop(session.resumed_turn());
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.calls("session.abort"), [Value::Null; 0]);
}

#[tokio::test]
async fn a_request_that_names_no_call_ends_the_turn_unless_a_tool_of_this_program_runs() {
    let (fake, client) = connect().await;
    let end = Arc::new(Notify::new());
    let ended = Arc::clone(&end);
    let slow = Tool::new("slow").description("Is slow").handler(move |(), _| {
        let ended = Arc::clone(&ended);
        async move { ended.notified().await }
    });
    let session = client.session().tool(slow).permissions(permission::later());
    let session = session.create().await.unwrap();
    let agent = fake.session(session.id());
    let mut turn = session.stream("go").await.unwrap();
    let _answered = agent.prompt().await.unwrap();
    start(&agent, "theirs");
    call_tool(&agent, "slow", "ours");
    let request = json!({"requestId": "r", "permissionRequest": {"kind": "memory"}});
    agent.emit("permission.requested", request);
    read_to_left_open(&mut turn, "r").await;
    assert!(waits(&mut turn), "a tool of this program runs");
    end.notify_one();
    within(agent.expect("session.tools.handlePendingToolCall")).await.unwrap();
    complete(&agent, "ours");
    let error = within(turn.reply()).await.unwrap_err();
    assert_eq!((error.kind(), ids(&error)), (ErrorKind::Pending, vec!["r".to_owned()]));
}

#[tokio::test]
async fn i6_a_request_of_a_sub_agent_cannot_wait_and_is_denied_with_a_line_in_the_log() {
    let log = Log::capture();
    let (_fake, agent, _client, _session) = open().await;
    agent.emit_from("helper", "permission.requested", asked("r", "c"));
    let answer = within(agent.expect(ANSWER)).await.unwrap();
    assert_eq!(
        (&answer.params()["requestId"], &answer.params()["result"]),
        (
            &json!("r"),
            &json!({"kind": "reject", "feedback": "this needs the approval of a person, which only \
                the main agent can wait for: leave it to the main agent, or continue without it"})
        )
    );
    assert_eq!(
        log.complaints(),
        ["WARN a permission request cannot wait; it is denied session_id=work kind=shell \
          why=\"the cli forgets the requests of a sub-agent when it ends\""]
    );
}

/// Resumes a session with two open requests, and a policy.
async fn resume(policy: permission::Policy) -> (FakeRuntime, FakeSession, Client, Session) {
    let (fake, client) = connect().await;
    let prompt = json!({"content": "go", "messageId": "prompt", "delivery": "idle"});
    let events: Vec<_> = [
        ("user.message", prompt),
        ("permission.requested", asked("r1", "c1")),
        ("permission.requested", asked("r2", "c2")),
    ]
    .into_iter()
    .zip(0..)
    .map(|((name, data), number)| json!({"type": name, "data": data, "id": format!("e{number}")}))
    .collect();
    let items = json!({"items": [{"requestId": "r1"}, {"requestId": "r2"}]});
    fake.answer("session.getMessages", json!({"events": events}))
        .answer("session.permissions.pendingRequests", items);
    let session = client.session().permissions(policy).continue_pending_work(true);
    let session = session.resume("work").await.unwrap();
    (fake.clone(), fake.session("work"), client, session)
}

#[tokio::test]
async fn i6_a_policy_that_says_later_after_a_resume_leaves_the_requests_open() {
    let (fake, _agent, client, session) = resume(permission::later()).await;
    let error = within(session.resumed_turn().unwrap().reply()).await.unwrap_err();
    let mut ids = ids(&error);
    ids.sort_unstable();
    assert_eq!((error.kind(), ids), (ErrorKind::Pending, vec!["r1".to_owned(), "r2".to_owned()]));
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.calls(ANSWER), [Value::Null; 0]);
}

#[tokio::test]
async fn a_resumed_turn_waits_for_the_call_that_was_approved_before_it_ends_as_pending() {
    let policy = permission::ask(async |request| {
        if request.tool_call_id.as_ref().is_some_and(|call| call == "c1") {
            PermissionDecision::ApproveOnce
        } else {
            PermissionDecision::later()
        }
    });
    let (_fake, agent, _client, session) = resume(policy).await;
    let answer = within(agent.expect(ANSWER)).await.unwrap();
    assert_eq!(answer.params()["requestId"], "r1");
    let mut turn = session.resumed_turn().unwrap();
    read_to_left_open(&mut turn, "r2").await;
    assert!(waits(&mut turn), "the approved call runs");
    decided(&agent, "r1");
    start(&agent, "c1");
    complete(&agent, "c1");
    let error = within(turn.reply()).await.unwrap_err();
    assert_eq!((error.kind(), ids(&error)), (ErrorKind::Pending, vec!["r2".to_owned()]));
}

#[tokio::test]
async fn a_request_stays_open_over_a_restart_of_the_cli_or_is_named_as_lost() {
    for (items, lost) in [
        (json!([{"requestId": "r"}]), Vec::new()),
        (json!([]), vec!["permission.requested (shell)".to_owned()]),
    ] {
        let is_lost = !lost.is_empty();
        let (first, transport) = FakeRuntime::new();
        let (second, next) = FakeRuntime::new();
        let prompt = json!({"content": "go", "messageId": "message-1", "delivery": "idle"});
        let events = json!([
            {"type": "user.message", "data": prompt, "id": "stored-1"},
            {"type": "permission.requested", "data": asked("r", "c"), "id": "stored-2"},
        ]);
        second
            .answer_with("session.resume", |params| json!({"sessionId": params["sessionId"]}))
            .answer("session.getMessages", json!({"events": events}))
            .answer("session.permissions.pendingRequests", json!({"items": items}));
        let client = reconnect::connect([transport, next]).await;
        let mut lifecycle = client.lifecycle();
        let session = client.session().session_id("work").permissions(permission::later());
        let session = session.create().await.unwrap();
        let agent = first.session("work");
        let script = async {
            let _turn = agent.prompt().await.unwrap();
            ask(&agent, "r", "c");
        };
        let asking = async { tokio::join!(session.ask("go").into_future(), script) };
        let (error, ()) = within(asking).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Pending);
        first.kill();
        assert_eq!(reconnect::restarted(&mut lifecycle).await, lost);
        let rest = session.resumed_turn().unwrap();
        let error = within(rest.reply()).await.unwrap_err();
        let expected = if is_lost { ErrorKind::Interrupted } else { ErrorKind::Pending };
        assert_eq!(error.kind(), expected, "{error}");
        client.ping("everything is said").await.unwrap();
        assert_eq!(second.calls(ANSWER), [Value::Null; 0]);
    }
}

#[tokio::test]
async fn a_tool_of_this_program_can_wait_for_its_permission_too() {
    let (fake, client) = connect().await;
    let tool = Tool::new("count").description("Counts").raw_handler(|_| async { "42" });
    let session = client.session().tool(tool).permissions(permission::later());
    let session = session.create().await.unwrap();
    let agent = fake.session(session.id());
    let script = async {
        let _turn = agent.prompt().await.unwrap();
        start(&agent, "c");
        let request = json!({"kind": "custom-tool", "toolName": "count", "toolCallId": "c"});
        let asked = json!({"requestId": "r", "permissionRequest": request});
        agent.emit("permission.requested", asked);
    };
    let (error, ()) = within(async { tokio::join!(session.ask("go").into_future(), script) }).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Pending);
}

#[tokio::test]
async fn a_drain_does_not_wait_for_people() {
    let (_fake, agent, client, session) = open().await;
    let mut turn = session.stream("go").await.unwrap();
    let _begun = agent.prompt().await.unwrap();
    ask(&agent, "r", "c");
    assert_eq!(client.health().busy_sessions, 1);
    read_to_left_open(&mut turn, "r").await;
    // Neither does a program that waits until nothing runs; the agent is not idle either.
    assert_eq!((client.health().busy_sessions, session.is_busy()), (0, true));
    let drained = within(client.drain(Duration::from_secs(3600))).await.unwrap();
    assert_eq!((drained.sessions, drained.cut_off), (1, vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_prompt_behind_a_turn_that_waits_for_people_is_not_drained_away_unseen() {
    let (fake, agent, client, session) = open().await;
    fake.timeout(Duration::from_secs(600));
    let mut turn = session.stream("go").await.unwrap();
    let begun = agent.prompt().await.unwrap();
    let queued = session.stream("then this").await.unwrap();
    ask(&agent, "r", "c");
    read_to_left_open(&mut turn, "r").await;
    assert_eq!(client.health().busy_sessions, 1);
    let started = Instant::now();
    let drained = client.drain(Duration::from_secs(30)).await.unwrap();
    assert_eq!(started.elapsed().as_secs(), 30);
    let cut_off: Vec<_> = drained.cut_off.iter().map(|own| &own.session_id).collect();
    assert_eq!(cut_off, [session.id()]);
    drop((begun, queued));
}
