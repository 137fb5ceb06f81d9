//! CLIs that do not name prompts, or not the prompt of an answer: turns are told by their order.

use std::future::IntoFuture as _;

use copilot_sdk::hook::{PreToolUse, PreToolUseOutput};
use copilot_sdk::permission::{self, PermissionDecision, PermissionRequest};
use copilot_sdk::prompt::{Delivery, Prompt};
use copilot_sdk::session::WaitFor;
use copilot_sdk::testing::{FakeRuntime, FakeSession};
use copilot_sdk::{Client, ErrorKind, Session};
use serde_json::{Value, json};

use crate::stage::{open, within};

/// Starts the turn of a prompt as a CLI does that names none.
fn begin(agent: &FakeSession, prompt: &str) {
    agent.emit("user.message", json!({"content": prompt}));
    agent.emit("assistant.turn_start", json!({"turnId": "0"}));
}

fn say(agent: &FakeSession, text: &str) {
    agent.emit("assistant.message", json!({"messageId": text, "content": text}));
    agent.emit("assistant.turn_end", json!({"turnId": "0"}));
}

fn idle(agent: &FakeSession) {
    agent.emit("session.idle", json!({}));
}

async fn sent(agent: &FakeSession, count: usize) {
    for _ in 0..count {
        within(agent.expect("session.send")).await.unwrap();
    }
}

#[tokio::test]
async fn an_ask_gets_its_reply_where_no_prompt_is_named() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 1).await;
        begin(&agent, "Coat?");
        say(&agent, "Take one.");
        idle(&agent);
    };
    let (reply, ()) = tokio::join!(session.ask("Coat?").into_future(), script);
    assert_eq!(reply.unwrap().text(), "Take one.");
    let mut turn = session.stream("And a hat?").await.unwrap();
    sent(&agent, 1).await;
    begin(&agent, "And a hat?");
    say(&agent, "No.");
    agent.emit("assistant.idle", json!({}));
    let mut types = Vec::new();
    while let Some(event) = within(turn.next()).await {
        types.push(event.unwrap().event_type().to_owned());
    }
    let expected = ["user.message", "assistant.turn_start", "assistant.message"];
    assert_eq!(types[..3], expected);
    assert_eq!(types[3..], ["assistant.turn_end", "assistant.idle"]);
    assert_eq!(turn.reply().await.unwrap().text(), "No.");
}

#[tokio::test]
async fn asks_at_once_get_their_own_replies_from_a_queue_with_one_idle() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 4).await;
        // Two of them have the same text.
        for (prompt, answer) in [("a", "1"), ("b", "2"), ("b", "3"), ("c", "4")] {
            begin(&agent, prompt);
            say(&agent, answer);
        }
        idle(&agent);
    };
    let ask = |prompt: &str| session.ask(prompt).into_future();
    let (a, b, again, c, ()) = tokio::join!(ask("a"), ask("b"), ask("b"), ask("c"), script);
    let replies = [a, b, again, c].map(|reply| reply.unwrap().into_text());
    assert_eq!(replies, ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn a_turn_may_begin_before_the_call_that_sent_its_prompt_is_answered() {
    let (fake, agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let script = async {
        let call = agent.expect("session.send").await.unwrap();
        begin(&agent, "quick");
        say(&agent, "done");
        idle(&agent);
        call.reply(json!({"messageId": "late"})).unwrap();
    };
    let (reply, ()) = tokio::join!(session.ask("quick").into_future(), script);
    assert_eq!(reply.unwrap().text(), "done");
    assert!(!session.is_busy());
}

#[tokio::test]
async fn a_prompt_that_a_hook_wrote_anew_is_told_by_its_place() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 2).await;
        begin(&agent, "first, politely");
        say(&agent, "1");
        begin(&agent, "second");
        say(&agent, "2");
        idle(&agent);
    };
    let (one, two) = (session.ask("first").into_future(), session.ask("second").into_future());
    let (one, two, ()) = tokio::join!(one, two, script);
    assert_eq!([one, two].map(|reply| reply.unwrap().into_text()), ["1", "2"]);
}

#[tokio::test]
async fn a_displayed_text_tells_a_prompt_too() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 1).await;
        begin(&agent, "shown");
        say(&agent, "yes");
        idle(&agent);
    };
    let prompt = Prompt::new("read").display_prompt("shown");
    let (reply, ()) = tokio::join!(session.ask(prompt).into_future(), script);
    assert_eq!(reply.unwrap().text(), "yes");
}

#[tokio::test]
async fn a_steering_message_ends_nothing() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 1).await;
        begin(&agent, "go");
        session.send(Prompt::new("left").delivery(Delivery::Immediate)).await.unwrap();
        session.send("next").await.unwrap();
        sent(&agent, 2).await;
        agent.emit("user.message", json!({"content": "left"}));
        say(&agent, "went left");
        begin(&agent, "next");
        say(&agent, "not of the first");
        idle(&agent);
    };
    let (reply, ()) = tokio::join!(session.ask("go").into_future(), script);
    assert_eq!(reply.unwrap().text(), "went left");
}

#[tokio::test]
async fn a_queued_prompt_of_someone_else_ends_a_turn_where_the_cli_tells_deliveries() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 1).await;
        begin(&agent, "go");
        say(&agent, "mine");
        agent.emit("user.message", json!({"content": "of another", "delivery": "queued"}));
        say(&agent, "theirs");
    };
    let (reply, ()) = tokio::join!(session.ask("go").into_future(), script);
    assert_eq!(reply.unwrap().messages(), ["mine"]);
}

#[tokio::test]
async fn what_a_stop_hook_tells_the_agent_is_no_prompt_of_the_queue() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 2).await;
        begin(&agent, "one");
        say(&agent, "not yet");
        let output = json!({"decision": "block", "reason": "the tests fail"});
        agent.emit(
            "hook.end",
            json!({"hookInvocationId": "h", "hookType": "agentStop", "success": true, "output": output}),
        );
        agent.emit("user.message", json!({"content": "the tests fail", "delivery": "queued"}));
        say(&agent, "now");
        begin(&agent, "two");
        say(&agent, "second");
        idle(&agent);
    };
    let (one, two) = (session.ask("one").into_future(), session.ask("two").into_future());
    let (one, two, ()) = tokio::join!(one, two, script);
    assert_eq!([one, two].map(|reply| reply.unwrap().into_text()), ["now", "second"]);
}

#[tokio::test]
async fn answers_that_name_no_prompt_belong_to_the_turn_in_which_they_come() {
    let (_fake, agent, _client, session) = open().await;
    let named = |id: &str, prompt: &str| {
        let data = json!({"content": prompt, "messageId": id, "delivery": "queued"});
        agent.emit("user.message", data);
    };
    let script = async {
        sent(&agent, 2).await;
        named("message-1", "one");
        say(&agent, "first");
        named("message-2", "two");
        say(&agent, "second");
        agent.emit("assistant.idle", json!({}));
    };
    let (one, two) = (session.ask("one").into_future(), session.ask("two").into_future());
    let (one, two, ()) = tokio::join!(one, two, script);
    assert_eq!([one, two].map(|reply| reply.unwrap().into_text()), ["first", "second"]);
}

#[tokio::test]
async fn an_error_ends_the_turn_in_which_it_comes_and_the_queue_goes_on() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 2).await;
        begin(&agent, "one");
        agent.emit("session.error", json!({"errorType": "query", "message": "400 no"}));
        begin(&agent, "two");
        say(&agent, "second");
        idle(&agent);
    };
    let (one, two) = (session.ask("one").into_future(), session.ask("two").into_future());
    let (one, two, ()) = tokio::join!(one, two, script);
    assert_eq!(one.unwrap_err().to_string(), "the agent failed: 400 no");
    assert_eq!(two.unwrap().text(), "second");
}

#[tokio::test]
async fn an_abort_ends_one_turn_where_the_cli_keeps_its_queue() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 2).await;
        begin(&agent, "one");
        session.abort().await.unwrap();
        agent.emit("abort", json!({"reason": "user initiated"}));
        begin(&agent, "two");
        say(&agent, "second");
        idle(&agent);
    };
    let (one, two) = (session.ask("one").into_future(), session.ask("two").into_future());
    let (one, two, ()) = tokio::join!(one, two, script);
    assert_eq!(one.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(two.unwrap().text(), "second");
}

#[tokio::test]
async fn a_queued_prompt_that_cannot_be_withdrawn_is_aborted_when_it_begins() {
    let (fake, agent, _client, session) = open().await;
    fake.refuse("session.queue.withdrawMessage", -32601, "Unhandled method");
    let first = session.ask("first").into_future();
    let script = async {
        sent(&agent, 1).await;
        begin(&agent, "first");
        drop(session.stream("dropped").abort_on_drop(true).await.unwrap());
        sent(&agent, 1).await;
        within(agent.expect("session.queue.withdrawMessage")).await.unwrap();
        say(&agent, "undisturbed");
        assert_eq!(fake.calls("session.abort"), [Value::Null; 0]);
        begin(&agent, "dropped");
        within(agent.expect("session.abort")).await.unwrap();
    };
    let (first, ()) = tokio::join!(first, script);
    assert_eq!(first.unwrap().text(), "undisturbed");
}

#[tokio::test]
async fn waiting_for_all_tasks_ends_with_the_idle_of_the_session() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        sent(&agent, 1).await;
        begin(&agent, "go");
        say(&agent, "started");
        say(&agent, "done");
        idle(&agent);
    };
    let ask = session.ask("go").wait_for(WaitFor::AllTasks).into_future();
    let (reply, ()) = tokio::join!(ask, script);
    assert_eq!(reply.unwrap().messages(), ["started", "done"]);
}

/// Asks nothing of the CLI: each event is read once all before it are.
async fn until(session: &Session, agent: &FakeSession, title: &str) {
    let mut events = session.events();
    agent.emit("session.title_changed", json!({"title": title}));
    while within(events.next()).await.unwrap().unwrap().event_type() != "session.title_changed" {}
}

#[tokio::test]
async fn a_session_is_busy_from_the_sending_of_a_prompt_until_the_agent_is_idle() {
    for message_id in [Some("message-1"), None] {
        let (_fake, agent, _client, session) = open().await;
        session.send("go").await.unwrap();
        assert!(session.is_busy(), "before any event");
        // Of the turn before.
        idle(&agent);
        until(&session, &agent, "still busy").await;
        assert!(session.is_busy(), "the prompt waits");
        agent.emit("user.message", json!({"content": "go", "messageId": message_id}));
        agent.emit("assistant.turn_start", json!({"turnId": "0"}));
        until(&session, &agent, "running").await;
        assert!(session.is_busy());
        idle(&agent);
        until(&session, &agent, "idle").await;
        assert!(!session.is_busy(), "{message_id:?}");
    }
}

#[tokio::test]
async fn a_prompt_that_never_begins_does_not_keep_a_session_busy() {
    let (fake, agent, _client, session) = open().await;
    session.send("dropped by an abort").await.unwrap();
    agent.emit("abort", json!({"reason": "user_initiated"}));
    agent.emit("session.idle", json!({"aborted": true}));
    until(&session, &agent, "aborted").await;
    assert!(!session.is_busy());
    fake.refuse("session.send", -32603, "no");
    session.send("refused").await.unwrap_err();
    assert!(!session.is_busy());
}

/// A client of a CLI that has no greeting, and takes decisions in the words of protocol 2.
async fn connect_older() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    for method in ["connect", "session.permissions.setApproveAll"] {
        fake.refuse(method, -32601, "Unhandled method");
    }
    let client = Client::builder().transport(transport).start().await.unwrap();
    (fake, client)
}

#[tokio::test]
async fn decisions_are_given_in_the_words_that_the_cli_knows() {
    let (fake, client) = connect_older().await;
    let policy = permission::ask(|request: PermissionRequest| async move {
        match request.kind() {
            "read" => PermissionDecision::ApproveOnce,
            _ => PermissionDecision::reject("not that"),
        }
    });
    let session = client.session().permissions(policy).create().await.unwrap();
    let agent = fake.session(session.id());
    for (kind, decision) in [
        ("read", json!({"kind": "approved"})),
        ("shell", json!({"kind": "denied-interactively-by-user", "feedback": "not that"})),
    ] {
        let request = json!({"kind": kind, "path": "/project/a", "fullCommandText": "a"});
        agent
            .emit("permission.requested", json!({"requestId": kind, "permissionRequest": request}));
        let method = "session.permissions.handlePendingPermissionRequest";
        let answer = within(agent.expect(method)).await.unwrap();
        assert_eq!(
            (&answer.params()["requestId"], &answer.params()["result"]),
            (&json!(kind), &decision)
        );
    }
}

#[tokio::test]
async fn the_arguments_in_a_hook_are_read_from_their_text() {
    let (fake, client) = connect_older().await;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let hook = move |call: PreToolUse| {
        tell.send(call.tool_args).unwrap();
        async { PreToolUseOutput::deny("no") }
    };
    let session = client.session().on_pre_tool_use(hook).create().await.unwrap();
    for (args, read) in [
        (json!("{\"a\":1}"), json!({"a": 1})),
        (json!({"a": 1}), json!({"a": 1})),
        (json!("plain"), json!("plain")),
    ] {
        let input = json!({"toolName": "bash", "toolArgs": args});
        let params = json!({"sessionId": session.id(), "hookType": "preToolUse", "input": input});
        within(fake.request("hooks.invoke", params)).await.unwrap();
        assert_eq!(told.recv().await, Some(read));
    }
}

#[tokio::test]
async fn filters_by_source_are_sent_without_it_where_they_would_match_nothing() {
    let (fake, client) = connect_older().await;
    fake.refuse("session.tools.getCurrentMetadata", -32601, "Unhandled method");
    client.session().excluded_tools(["builtin:bash"]).create().await.unwrap();
    let sent = fake.calls("session.create");
    assert_eq!(sent.first().map(|sent| &sent["excludedTools"]), Some(&json!(["bash"])));
    let error = client.session().available_tools(["mcp:*"]).create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(fake.calls("session.create").len(), 1);
}

#[tokio::test]
async fn a_session_is_left_by_the_name_that_the_cli_knows() {
    let (fake, client) = connect_older().await;
    fake.refuse("session.detach", -32601, "Unhandled method session.detach");
    let session = client.session().create().await.unwrap();
    session.disconnect().await.unwrap();
    assert_eq!(fake.calls("session.destroy").len(), 1);
}
