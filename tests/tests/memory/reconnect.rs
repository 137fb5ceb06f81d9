//! Sessions that go on over another connection, against two scripted CLIs one after the other.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use copilot_sdk::client::{Lifecycle, LifecycleEvent};
use copilot_sdk::event::EventData;
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::transport::Transport;
use copilot_sdk::{Client, ErrorKind, Tool};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::stage::{call_tool, within};

/// A client that connects to the first of these CLIs, and to the next one when that ends.
pub(crate) async fn connect(transports: impl IntoIterator<Item = Transport>) -> Client {
    let transports = Arc::new(Mutex::new(transports.into_iter().collect::<VecDeque<_>>()));
    let next = move || {
        let next = transports.lock().unwrap().pop_front();
        async move { next.ok_or("there is no other cli") }
    };
    Client::builder().transport_with(next).start().await.unwrap()
}

/// A scripted CLI that knows sessions of a former one; in session `a` the tool `slow` is called.
fn successor() -> (FakeRuntime, Transport) {
    let (fake, transport) = FakeRuntime::new();
    let only_a =
        |params: &Value, all: Value| if params["sessionId"] == "a" { all } else { json!([]) };
    fake.answer_with("session.resume", |params| json!({"sessionId": params["sessionId"]}))
        .by_hand("session.tools.handlePendingToolCall")
        .answer_with(
            "session.getMessages",
            move |params| json!({"events": only_a(params, json!([asked("a")]))}),
        )
        .answer_with(
            "session.tools.listPendingRequests",
            move |params| json!({"items": only_a(params, json!([{"requestId": "r1"}]))}),
        )
        .answer("session.permissions.pendingRequests", json!({"items": []}));
    (fake, transport)
}

pub(crate) async fn restarted(lifecycle: &mut Lifecycle) -> Vec<String> {
    loop {
        match within(lifecycle.next()).await.unwrap().unwrap() {
            LifecycleEvent::Restarted { lost } => {
                return lost.into_iter().map(|lost| lost.what).collect();
            }
            LifecycleEvent::GaveUp { reason } => panic!("gave up: {reason}"),
            _ => {}
        }
    }
}

fn asked(session_id: &str) -> Value {
    json!({"type": "external_tool.requested", "id": "asked", "timestamp": "2026-01-01T00:00:00.000Z", "data": {
        "requestId": "r1", "sessionId": session_id, "toolCallId": "r1", "toolName": "slow",
        "arguments": {}}})
}

#[tokio::test]
async fn three_live_sessions_go_on_over_another_connection_and_a_running_tool_answers_there_once() {
    let (first, transport) = FakeRuntime::new();
    let (second, next) = successor();
    let client = connect([transport, next]).await;
    let mut lifecycle = client.lifecycle();
    let (runs, end) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counted, ended) = (Arc::clone(&runs), Arc::clone(&end));
    let slow = Tool::new("slow").description("Is slow").handler(move |(), _| {
        counted.fetch_add(1, Ordering::Relaxed);
        let ended = Arc::clone(&ended);
        async move {
            ended.notified().await;
            "done"
        }
    });
    let mut sessions = Vec::new();
    for id in ["a", "b", "c"] {
        let session = client.session().session_id(id).tool(slow.clone()).create().await.unwrap();
        sessions.push((session.events(), session));
    }
    for (events, session) in &mut sessions {
        let agent = first.session(session.id());
        agent.emit("user.message", json!({"content": "go"}));
        within(events.next()).await.unwrap().unwrap();
    }
    call_tool(&first.session("a"), "slow", "r1");
    let seen = within(sessions[0].0.next()).await.unwrap().unwrap();
    assert_eq!(seen.event_type(), "external_tool.requested");
    first.kill();
    assert_eq!(restarted(&mut lifecycle).await, [""; 0]);
    end.notify_one();
    let answer = within(second.expect("session.tools.handlePendingToolCall")).await.unwrap();
    assert_eq!(answer.params()["requestId"], "r1");
    assert_eq!(answer.params()["result"]["textResultForLlm"], "done");
    answer.reply(json!({"success": true})).unwrap();
    for (events, session) in &mut sessions {
        let own = within(events.next()).await.unwrap().unwrap();
        assert!(matches!(&own.data, EventData::Reconnected(_)), "{own:?}");
        if session.id() == "a" {
            // The stored event, whose id was not seen yet: the live one had another.
            within(events.next()).await.unwrap().unwrap();
        }
        // Under an id that the former CLI did not use.
        let renamed = json!({"type": "session.title_changed", "id": "renamed",
            "timestamp": "2026-01-01T00:00:00.000Z", "data": {"title": "new"}});
        second.session(session.id()).emit_event(&renamed);
        let next = within(events.next()).await.unwrap().unwrap();
        assert_eq!(next.event_type(), "session.title_changed");
    }
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert_eq!(second.calls("session.tools.handlePendingToolCall").len(), 1);
    assert_eq!(first.calls("session.tools.handlePendingToolCall").len(), 0);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn an_answer_that_the_former_cli_took_and_lost_is_given_again() {
    let (first, transport) = FakeRuntime::new();
    first.by_hand("session.tools.handlePendingToolCall");
    let (second, next) = successor();
    let client = connect([transport, next]).await;
    let mut lifecycle = client.lifecycle();
    let quick = Tool::new("slow").description("Is quick").handler(|(), _| async { "done" });
    let session = client.session().session_id("a").tool(quick).create().await.unwrap();
    let agent = first.session("a");
    agent.emit("user.message", json!({"content": "go"}));
    call_tool(&agent, "slow", "r1");
    let answer = within(first.expect("session.tools.handlePendingToolCall")).await.unwrap();
    answer.reply(json!({"success": true})).unwrap();
    first.kill();
    restarted(&mut lifecycle).await;
    let again = within(second.expect("session.tools.handlePendingToolCall")).await.unwrap();
    assert_eq!(again.params()["result"]["textResultForLlm"], "done");
    drop(session);
}

#[tokio::test]
async fn calls_made_in_between_wait_and_a_request_in_flight_is_named_as_lost() {
    let (first, transport) = FakeRuntime::new();
    let (second, next) = FakeRuntime::new();
    second.by_hand("connect");
    let client = connect([transport, next]).await;
    let mut lifecycle = client.lifecycle();
    let stuck = Arc::new(Notify::new());
    let told = Arc::clone(&stuck);
    let session = client
        .session()
        .on_pre_tool_use(move |_| {
            told.notify_one();
            std::future::pending::<Option<copilot_sdk::hook::PreToolUseOutput>>()
        })
        .create()
        .await
        .unwrap();
    let id = session.id().to_string();
    let asking = first.clone();
    tokio::spawn(async move {
        let params = json!({"sessionId": id, "hookType": "preToolUse",
            "input": {"toolName": "bash", "toolArgs": {}}});
        asking.request("hooks.invoke", params).await
    });
    within(stuck.notified()).await;
    first.kill();
    let greeting = within(second.expect("connect")).await.unwrap();
    let mut name = std::pin::pin!(session.name());
    assert!(futures_poll(name.as_mut()).is_none(), "the call waits");
    second.answer("session.name.get", json!({"name": "kept"}));
    greeting.reply(json!({"ok": true, "protocolVersion": 3})).unwrap();
    assert_eq!(restarted(&mut lifecycle).await, ["hooks.invoke"]);
    assert_eq!(within(name).await.unwrap().as_deref(), Some("kept"));
    client.stop().await.unwrap();
}

/// The output of a future that is ready at once.
fn futures_poll<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

#[tokio::test(start_paused = true)]
async fn when_no_other_connection_can_be_made_everything_ends_with_one_reason() {
    let (first, transport) = FakeRuntime::new();
    let client = connect([transport]).await;
    let mut lifecycle = client.lifecycle();
    let session = client.session().create().await.unwrap();
    let mut events = session.events();
    first.kill();
    let mut last = None;
    while let Some(Ok(event)) = lifecycle.next().await {
        last = Some(event);
    }
    let Some(LifecycleEvent::GaveUp { reason }) = last else { panic!("{last:?}") };
    assert!(reason.contains("there is no other cli"), "{reason}");
    let end = loop {
        match events.next().await.unwrap() {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_eq!(end.kind(), ErrorKind::Start);
    assert!(session.send("late").await.is_err());
}

#[tokio::test]
async fn what_was_spent_before_a_restart_counts_after_it() {
    let (first, transport) = FakeRuntime::new();
    let (second, next) = successor();
    let prompt = json!({"type": "user.message", "id": "p", "timestamp": "2026-01-01T00:00:00.000Z",
        "data": {"content": "go", "messageId": "message-1", "delivery": "idle"}});
    let events = json!({"events": [prompt, asked("a")]});
    second.answer("session.getMessages", events);
    let client = connect([transport, next]).await;
    let slow = Tool::new("slow").description("Is slow").handler(|(), _| async { "done" });
    let mut lifecycle = client.lifecycle();
    let session = client.session().session_id("a").tool(slow).create().await.unwrap();
    let usage = json!({"model": "m", "inputTokens": 90, "outputTokens": 10, "numToolCalls": 1});
    let script = async {
        let _turn = first.session("a").prompt().await.unwrap();
        first.session("a").emit("assistant.usage", usage.clone());
        call_tool(&first.session("a"), "slow", "r1");
        within(first.expect("session.tools.handlePendingToolCall")).await.unwrap();
        first.kill();
        restarted(&mut lifecycle).await;
        let agent = second.session("a");
        // Under ids that the former CLI did not use.
        let emit = |name: &str, data: Value| {
            let at = "2026-01-01T00:00:00.000Z";
            agent.emit_event(&json!({"type": name, "id": name, "timestamp": at, "data": data}));
        };
        emit("assistant.usage", usage.clone());
        within(agent.expect("session.abort")).await.unwrap();
        emit("abort", json!({"reason": "user_initiated"}));
        emit("session.idle", json!({"aborted": true}));
    };
    let budget = copilot_sdk::budget::Budget::new().tokens(200);
    let asked = IntoFuture::into_future(session.ask("go").budget(budget));
    let (reply, ()) = tokio::join!(asked, script);
    let error = reply.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Budget, "{error}");
    assert_eq!(error.exhausted_budget().unwrap().spent.tokens, 200);
}

#[tokio::test]
async fn the_end_of_a_cli_that_refused_to_serve_is_not_that_of_the_next_one() {
    let (first, transport) = FakeRuntime::new();
    let (refusing, second) = FakeRuntime::new();
    refusing.refuse("connect", -32603, "not now");
    let ((third, next), (fourth, last)) = (successor(), successor());
    let client = connect([transport, second, next, last]).await;
    let mut lifecycle = client.lifecycle();
    let session = client.session().session_id("b").create().await.unwrap();
    first.kill();
    assert_eq!(restarted(&mut lifecycle).await, [""; 0]);
    // It kept its end of the pipe open until now.
    refusing.kill();
    third.answer("session.name.get", json!({"name": "third"}));
    assert_eq!(within(session.name()).await.unwrap().as_deref(), Some("third"));
    third.kill();
    assert_eq!(restarted(&mut lifecycle).await, [""; 0]);
    fourth.answer("session.name.get", json!({"name": "fourth"}));
    assert_eq!(within(session.name()).await.unwrap().as_deref(), Some("fourth"));
    client.stop().await.unwrap();
    assert!(within(lifecycle.next()).await.is_none(), "ends in good order");
}

#[tokio::test]
async fn a_session_whose_cli_ends_while_it_is_opened_fails_and_is_not_waited_for() {
    for asks in [true, false] {
        let (first, transport) = FakeRuntime::new();
        first.by_hand("session.resume");
        let (second, next) = successor();
        second.answer("session.name.get", json!({"name": "b"}));
        let client = connect([transport, next]).await;
        let mut lifecycle = client.lifecycle();
        // Whether the session still asks the CLI something before it is open.
        let opening = client.session().continue_pending_work(asks).resume("b");
        let script = async {
            let call = within(first.expect("session.resume")).await.unwrap();
            call.reply(json!({"sessionId": "b"})).unwrap();
            first.kill();
            restarted(&mut lifecycle).await
        };
        let (opened, lost) = tokio::join!(within(opening), script);
        assert_eq!(opened.unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(lost, [""; 0]);
        let session = within(client.session().resume("b")).await.unwrap();
        within(session.name()).await.unwrap();
        client.stop().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_gave_up_and_is_connected_again_tells_of_its_sessions() {
    let (first, transport) = FakeRuntime::new();
    let transports = Arc::new(Mutex::new(VecDeque::from([transport])));
    let rest = Arc::clone(&transports);
    let next = move || {
        let next = rest.lock().unwrap().pop_front();
        async move { next.ok_or("there is no cli") }
    };
    let client = Client::builder().transport_with(next).start().await.unwrap();
    let mut lifecycle = client.lifecycle();
    first.kill();
    while let Some(Ok(_)) = lifecycle.next().await {}
    let (second, transport) = FakeRuntime::new();
    transports.lock().unwrap().push_back(transport);
    // The first call tells why it gave up.
    client.connect().await.unwrap_err();
    client.connect().await.unwrap();
    let mut lifecycle = client.lifecycle();
    second.lifecycle("session.created", "s");
    let told = within(lifecycle.next()).await.unwrap().unwrap();
    assert!(matches!(&told, LifecycleEvent::Session(own) if own.session_id == "s"), "{told:?}");
}

#[tokio::test]
async fn a_session_that_is_dropped_while_it_is_reopened_is_detached_from_the_new_cli() {
    let (first, transport) = FakeRuntime::new();
    let (second, next) = successor();
    second.by_hand("session.create").by_hand("session.detach");
    let client = connect([transport, next]).await;
    let mut lifecycle = client.lifecycle();
    let session = client.session().session_id("b").create().await.unwrap();
    first.kill();
    let reopening = within(second.expect("session.create")).await.unwrap();
    drop(session);
    reopening.reply(json!({"sessionId": "b"})).unwrap();
    assert_eq!(restarted(&mut lifecycle).await, [""; 0]);
    let detached = within(second.expect("session.detach")).await.unwrap();
    assert_eq!(detached.params()["sessionId"], "b");
    detached.reply(json!({})).unwrap();
    client.stop().await.unwrap();
}
