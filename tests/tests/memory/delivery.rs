//! Events: each once, in order, to everybody, whatever the others do.

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use copilot_sdk::event::{Event, EventData};
use copilot_sdk::session::Subscription;
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::{Client, ErrorKind, Tool, ToolError};
use serde_json::{Value, json};

use super::stage::{call_tool, connect, open, read, within};

const ANSWER: &str = "session.tools.handlePendingToolCall";

fn delta(number: usize) -> Value {
    json!({"messageId": "m", "deltaContent": format!("{number} ")})
}

fn text_of(event: &Event) -> &str {
    match &event.data {
        EventData::AssistantMessageDelta(delta) => &delta.delta_content,
        _ => "",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn i1_no_consumer_and_no_handler_keeps_the_reader_waiting() {
    let (fake, client) = connect().await;
    let (open_tool, tool_gate) = mpsc::channel::<()>();
    let (open_callback, callback_gate) = mpsc::channel::<()>();
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let tool_gate = std::sync::Mutex::new(tool_gate);
    let tool_says = say.clone();
    // Both block their worker from their second call on. All is quiet before that one: whatever a
    // task has woken just before it blocks its worker, the fake's own tasks included, may be
    // stranded in that worker's private slot.
    let tool = Tool::new("block").description("Blocks").raw_handler(move |call| {
        let _ = tool_says.send("tool");
        if call.context.request_id() != "warm-up" {
            let _ = tool_gate.lock().unwrap().recv();
        }
        async { Ok::<_, ToolError>("done") }
    });
    let session = client.session().tool(tool).create().await.unwrap();
    let agent = fake.session(session.id());
    let mut never_read = session.events();
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    session.on(move |_| {
        let _ = say.send("callback");
        if counter.fetch_add(1, Ordering::SeqCst) > 0 {
            let _ = callback_gate.recv();
        }
    });
    for request in ["warm-up", "blocked"] {
        call_tool(&agent, "block", request);
        let mut both = [within(heard.recv()).await.unwrap(), within(heard.recv()).await.unwrap()];
        both.sort_unstable();
        assert_eq!(both, ["callback", "tool"]);
        if request == "warm-up" {
            assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], request);
        }
    }
    for number in 0..5_000 {
        agent.emit("assistant.message_delta", delta(number));
    }
    assert_eq!(within(client.ping("still there?")).await.unwrap().message, "pong: still there?");
    assert_eq!(calls.load(Ordering::SeqCst), 2, "the callback still blocks");
    assert_eq!(fake.calls(ANSWER).len(), 1, "the handler still blocks");
    drop((open_tool, open_callback));
    assert_eq!(within(read(&mut never_read, 5_002)).await.len(), 5_002);
    for _ in 0..5_000 {
        assert_eq!(within(heard.recv()).await, Some("callback"));
    }
    assert_eq!(agent.expect(ANSWER).await.unwrap().params()["requestId"], "blocked");
}

#[tokio::test]
async fn i1_a_cli_that_does_not_read_is_still_listened_to() {
    let (fake, agent, client, session) = open().await;
    let mut events = session.events();
    fake.freeze();
    let pings: Vec<_> = (0..100)
        .map(|number| {
            let client = client.clone();
            tokio::spawn(
                async move { client.ping(&format!("{number}{}", "x".repeat(50_000))).await },
            )
        })
        .collect();
    for number in 0..1_000 {
        agent.emit("assistant.message_delta", delta(number));
    }
    let ask = fake.request("nobody.knows", json!({}));
    let texts = within(read(&mut events, 1_000)).await;
    assert_eq!(text_of(&texts[999]), "999 ");
    fake.thaw();
    for (number, ping) in pings.into_iter().enumerate() {
        let pong = within(ping).await.unwrap().unwrap().message;
        assert!(pong.starts_with(&format!("pong: {number}x")), "{number}");
    }
    assert_eq!(within(ask).await.unwrap_err().rpc_code(), Some(-32601));
}

#[tokio::test]
async fn i1_what_a_cli_that_never_reads_is_sent_is_bounded_and_ends_with_the_reason() {
    let (fake, transport) = FakeRuntime::new();
    let client =
        Client::builder().transport(transport).frame_limit(1_000_000).start().await.unwrap();
    let session = client.session().create().await.unwrap();
    let mut events = session.events();
    fake.freeze();
    let text = "x".repeat(100_000);
    let pings: Vec<_> = (0..20)
        .map(|_| {
            let (client, text) = (client.clone(), text.clone());
            tokio::spawn(async move { client.ping(&text).await })
        })
        .collect();
    let reason = "the other side does not read: ";
    for ping in pings {
        let error = within(ping).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
        assert!(error.to_string().starts_with(reason), "{error}");
    }
    let end = within(events.next()).await.unwrap().unwrap_err();
    assert!(end.to_string().starts_with(reason), "{end}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i2_i3_a_burst_of_events_with_blocking_tools_loses_neither_events_nor_answers() {
    const EVENTS: usize = 20_000;
    const CALLS: usize = 200;
    let (fake, client) = connect().await;
    #[expect(clippy::disallowed_methods, reason = "a tool that blocks its worker is under test")]
    let tool = Tool::new("slow").description("Blocks its worker").raw_handler(|_| async {
        std::thread::sleep(Duration::from_millis(5));
        Ok::<_, ToolError>("done")
    });
    let session = client.session().tool(tool).create().await.unwrap();
    let agent = fake.session(session.id());
    let (mut eager, mut late) = (session.events(), session.events());
    let eager = tokio::spawn(async move { read(&mut eager, EVENTS).await });
    let mut sent = Vec::new();
    for number in 0..EVENTS {
        if number % (EVENTS / CALLS) == 50 {
            call_tool(&agent, "slow", &format!("r{number}"));
            sent.push(("external_tool.requested", String::new()));
        } else {
            agent.emit("assistant.message_delta", delta(number));
            sent.push(("assistant.message_delta", format!("{number} ")));
        }
    }
    fake.timeout(Duration::from_secs(60));
    let mut answered = Vec::new();
    for _ in 0..CALLS {
        let answer = agent.expect(ANSWER).await.unwrap();
        assert_eq!(answer.params()["result"]["textResultForLlm"], "done");
        answered.push(answer.params()["requestId"].as_str().unwrap().to_owned());
    }
    let eager = within(eager).await.unwrap();
    let late = within(read(&mut late, EVENTS)).await;
    for events in [&eager, &late] {
        let got: Vec<_> =
            events.iter().map(|event| (event.event_type(), text_of(event).to_owned())).collect();
        assert!(got == sent, "every event once and in order");
    }
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.calls(ANSWER).len(), CALLS);
    answered.sort();
    answered.dedup();
    assert_eq!(answered.len(), CALLS, "each call once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i4_whoever_sees_an_event_finds_the_session_in_the_state_that_it_told_of() {
    let (_fake, agent, _client, session) = open().await;
    let mut events = session.events();
    assert!(!session.is_busy());
    for _ in 0..2_000 {
        agent.emit("assistant.turn_start", json!({"turnId": "0"}));
        assert_eq!(events.next().await.unwrap().unwrap().event_type(), "assistant.turn_start");
        assert!(session.is_busy());
        agent.emit_from("sub", "assistant.idle", json!({}));
        events.next().await.unwrap().unwrap();
        assert!(session.is_busy(), "a sub-agent's idle is not the session's");
        agent.emit("assistant.idle", json!({}));
        assert_eq!(events.next().await.unwrap().unwrap().event_type(), "assistant.idle");
        assert!(!session.is_busy());
    }
}

#[tokio::test]
async fn i5_when_ask_returns_every_event_of_its_turn_is_in_every_queue() {
    let (_fake, agent, _client, session) = open().await;
    let (mut one, mut other) = (session.events(), session.events());
    let script = async {
        let turn = agent.prompt().await?;
        turn.stream(["a", "b"]);
        turn.end();
        Ok(())
    };
    tokio::try_join!(session.ask("go").into_future(), script).unwrap();
    let expected = [
        "user.message",
        "assistant.turn_start",
        "assistant.message_delta",
        "assistant.message_delta",
        "assistant.message",
        "assistant.turn_end",
        "assistant.idle",
    ];
    for events in [&mut one, &mut other] {
        let mut names = Vec::new();
        for _ in 0..expected.len() {
            // Ready at once: nothing is awaited that is still to come.
            let event = tokio::time::timeout(Duration::ZERO, events.next()).await.unwrap();
            names.push(event.unwrap().unwrap().event_type().to_owned());
        }
        assert_eq!(names, expected);
    }
}

#[tokio::test]
async fn i7_when_the_pipe_ends_calls_and_streams_end_at_once_with_the_reason_and_new_calls_too() {
    let (fake, agent, client, session) = open().await;
    fake.by_hand("thing.make");
    let mut events = session.events();
    let script = async {
        fake.expect("thing.make").await.unwrap();
        agent.emit("session.title_changed", json!({"title": "t"}));
        fake.kill();
    };
    let (call, ()) = tokio::join!(within(client.call::<Value>("thing.make", json!({}))), script);
    let reason = "the connection ended in the middle of a frame";
    assert_eq!(call.unwrap_err().to_string(), reason);
    assert_eq!(events.next().await.unwrap().unwrap().event_type(), "session.title_changed");
    let end = events.next().await.unwrap().unwrap_err();
    assert_eq!((end.kind(), end.to_string().as_str()), (ErrorKind::Closed, reason));
    assert!(events.next().await.is_none());
    assert_eq!(client.ping("hello").await.unwrap_err().to_string(), reason);
    assert_eq!(session.events().next().await.unwrap().unwrap_err().to_string(), reason);
    assert_eq!(
        session.send("hello").await.unwrap_err().to_string(),
        format!("session `{}` is over: {reason}", session.id())
    );
}

#[test]
fn i7_calls_fail_when_the_runtime_that_the_client_was_started_on_is_gone() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let first = runtime();
    let (_fake, _agent, client, session) = first.block_on(open());
    let mut events = session.events();
    drop(first);
    runtime().block_on(async {
        let reason = "the runtime that the connection was opened on is gone";
        assert_eq!(within(client.ping("hello")).await.unwrap_err().to_string(), reason);
        assert_eq!(within(events.next()).await.unwrap().unwrap_err().to_string(), reason);
        let error = within(session.ask("go").into_future()).await.unwrap_err();
        assert_eq!(error.to_string(), format!("session `{}` is over: {reason}", session.id()));
    });
}

#[tokio::test]
async fn a_cancelled_callback_sees_nothing_of_what_waits_for_it() {
    let (_fake, agent, client, session) = open().await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let subscription = Arc::new(std::sync::OnceLock::<Subscription>::new());
    let own = Arc::clone(&subscription);
    let registered = session.on(move |_| {
        say.send(()).unwrap();
        if let Some(subscription) = own.get() {
            subscription.cancel();
        }
    });
    subscription.set(registered).unwrap();
    for number in 0..1_000 {
        agent.emit("assistant.message_delta", delta(number));
    }
    client.ping("everything is said").await.unwrap();
    let mut calls = 0;
    while within(heard.recv()).await.is_some() {
        calls += 1;
    }
    assert_eq!(calls, 1);
}

#[tokio::test]
async fn a_consumer_with_a_backlog_lets_others_run() {
    let (_fake, agent, client, session) = open().await;
    let mut events = session.events();
    for number in 0..5_000 {
        agent.emit("assistant.message_delta", delta(number));
    }
    client.ping("everything is said").await.unwrap();
    let reading = tokio::spawn(async move { read(&mut events, 5_000).await.len() });
    tokio::task::yield_now().await;
    assert!(!reading.is_finished());
    assert_eq!(within(reading).await.unwrap(), 5_000);
}

#[tokio::test]
async fn a_consumer_beyond_its_budget_ends_alone_after_what_was_queued() {
    let (_fake, agent, client, session) = open().await;
    let mut small = session.events().budget(10_000);
    let (mut large, mut unbounded) = (session.events(), session.events().unbounded());
    for number in 0..1_000 {
        agent.emit("assistant.message_delta", delta(number));
    }
    client.ping("everything is said").await.unwrap();
    let mut number = 0;
    let error = loop {
        match small.next().await.unwrap() {
            Ok(event) => assert_eq!(text_of(&event), format!("{number} ")),
            Err(error) => break error,
        }
        number += 1;
    };
    assert!((20..100).contains(&number), "{number} events in 10,000 bytes");
    assert_eq!(error.kind(), ErrorKind::Lagged);
    assert!(
        error
            .to_string()
            .starts_with(&format!("the consumer lags: {number} undelivered events of ")),
        "{error}"
    );
    assert!(small.next().await.is_none());
    for events in [&mut large, &mut unbounded] {
        let texts: Vec<_> =
            read(events, 1_000).await.iter().map(|event| text_of(event).to_owned()).collect();
        assert_eq!(texts, (0..1_000).map(|number| format!("{number} ")).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn merged_deltas_keep_every_character_and_change_nothing_for_others() {
    let (_fake, agent, client, session) = open().await;
    let (mut merged, mut plain) = (session.events().merge_deltas(), session.events());
    let mut whole = [String::new(), String::new()];
    for number in 0..1_000 {
        let message = number / 100 % 2;
        let text = format!("{number} ü");
        whole[message].push_str(&text);
        agent.emit(
            "assistant.message_delta",
            json!({"messageId": message.to_string(), "deltaContent": text}),
        );
    }
    agent.emit("assistant.idle", json!({}));
    client.ping("everything is said").await.unwrap();
    for (events, count) in [(&mut merged, 10), (&mut plain, 1_000)] {
        let mut texts = [String::new(), String::new()];
        for event in read(events, count).await {
            let EventData::AssistantMessageDelta(delta) = &event.data else { panic!("{event:?}") };
            texts[usize::from(delta.message_id == "1")].push_str(&delta.delta_content);
        }
        assert_eq!(texts, whole);
        assert_eq!(events.next().await.unwrap().unwrap().event_type(), "assistant.idle");
    }
}
