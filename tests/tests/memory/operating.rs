//! What operators see of a client, and how it is drained.

use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use copilot_sdk::client::{AutoRestart, LifecycleEvent, ServerPhase};
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::{Client, ErrorKind, cli};
use serde_json::json;
use tokio::time::{Instant, advance};

use super::stage::{connect, open, within};

#[tokio::test]
async fn a_client_that_was_not_started_is_alive_and_not_ready() {
    let (_fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).build().unwrap();
    let health = client.health();
    assert_eq!(
        (health.state, health.is_alive(), health.is_ready()),
        (ServerPhase::Idle, true, false)
    );
    assert_eq!((health.uptime, health.silence, health.cli_version), (None, None, None));
    client.stop().await.unwrap();
    let health = client.health();
    assert_eq!(
        (health.state, health.is_alive(), health.is_ready()),
        (ServerPhase::Stopped, false, false)
    );
}

#[tokio::test(start_paused = true)]
async fn a_running_client_tells_its_sessions_and_the_silence_of_the_cli() {
    let (_fake, agent, client, session) = open().await;
    let _other = client.session().create().await.unwrap();
    advance(Duration::from_secs(5)).await;
    let health = client.health();
    assert_eq!((health.state, health.is_ready()), (ServerPhase::Running, true));
    assert_eq!((health.cli_version.as_deref(), health.pid), (Some(cli::VERSION), None));
    assert_eq!((health.open_sessions, health.busy_sessions, health.restarts), (2, 0, 0));
    assert_eq!(health.silence.unwrap().as_secs(), 5);
    assert_eq!(health.uptime.unwrap().as_secs(), 5);
    session.send("go").await.unwrap();
    let turn = agent.prompt().await.unwrap();
    let health = client.health();
    assert_eq!((health.open_sessions, health.busy_sessions), (2, 1));
    assert_eq!(health.silence.unwrap().as_secs(), 0);
    let mut events = session.events();
    turn.end();
    while within(events.next()).await.unwrap().unwrap().event_type() != "session.idle" {}
    assert_eq!(client.health().busy_sessions, 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_restarts_is_not_ready_and_one_that_gave_up_is_not_alive() {
    let (first, transport) = FakeRuntime::new();
    let transports = Arc::new(Mutex::new(vec![transport]));
    let (fail, mut failed) = tokio::sync::watch::channel(false);
    failed.mark_unchanged();
    let next = move || {
        let next = transports.lock().unwrap().pop();
        let mut failed = failed.clone();
        async move {
            if next.is_none() {
                let _ = failed.wait_for(|failed| *failed).await;
            }
            next.ok_or("there is no other cli")
        }
    };
    let restart = AutoRestart::new().attempts(2);
    let builder = Client::builder().transport_with(next).auto_restart(restart);
    let client = builder.start().await.unwrap();
    let mut lifecycle = client.lifecycle();
    first.kill();
    let event = within(lifecycle.next()).await.unwrap().unwrap();
    assert!(matches!(event, LifecycleEvent::Restarting { .. }), "{event:?}");
    let health = client.health();
    assert_eq!((health.state, health.restarts), (ServerPhase::Restarting, 1));
    assert!(health.is_alive() && !health.is_ready());
    fail.send_replace(true);
    let event = within(lifecycle.next()).await.unwrap().unwrap();
    assert!(matches!(event, LifecycleEvent::GaveUp { .. }), "{event:?}");
    // Published before the start is over.
    while client.health().state != ServerPhase::Failed {
        tokio::task::yield_now().await;
    }
    assert!(!client.health().is_alive());
}

#[tokio::test(start_paused = true)]
async fn drained_sessions_end_with_their_turns_and_nothing_new_begins() {
    let (fake, agent, client, session) = open().await;
    let idle = client.session().create().await.unwrap();
    let mut end = idle.events();
    let script = async {
        let turn = agent.prompt().await.unwrap();
        let drained = client.drain(Duration::from_secs(600));
        let play = async {
            while within(end.next()).await.is_some() {}
            assert!(client.health().is_draining && !client.health().is_ready());
            let refused = session.send("more").await.unwrap_err();
            let closed = client.session().create().await.unwrap_err();
            let resumed = client.session().resume("x").await.unwrap_err();
            for error in [refused, closed, resumed] {
                assert_eq!(error.kind(), ErrorKind::Closed);
                assert_eq!(
                    error.to_string(),
                    "the client is draining and takes no new sessions or turns: use another one"
                );
            }
            assert_eq!(fake.calls("session.detach").len(), 1, "the idle one alone");
            turn.say("done");
            turn.end();
        };
        tokio::join!(drained, play).0.unwrap()
    };
    let (reply, drained) = tokio::join!(session.ask("go").into_future(), script);
    assert_eq!(reply.unwrap().text(), "done");
    assert_eq!((drained.sessions, drained.cut_off), (2, vec![]));
    assert_eq!(fake.calls("session.detach").len(), 2);
    assert_eq!(client.health().open_sessions, 0);
    assert_eq!(fake.calls("session.send").len(), 1);
    let error = session.ask("more").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    client.stop().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_the_deadline_cuts_off_is_named() {
    let (fake, agent, client, session) = open().await;
    fake.timeout(Duration::from_secs(600));
    let script = async {
        let turn = agent.prompt().await.unwrap();
        agent.emit("tool.execution_start", json!({"toolCallId": "c1", "toolName": "bash"}));
        let began = Instant::now();
        let drained = client.drain(Duration::from_secs(30)).await.unwrap();
        assert_eq!(began.elapsed().as_secs(), 30);
        drop(turn);
        drained
    };
    let (reply, drained) = tokio::join!(session.ask("go").into_future(), script);
    let cut_off: Vec<_> =
        drained.cut_off.iter().map(|own| (&own.session_id, own.tool_calls.clone())).collect();
    assert_eq!(cut_off, [(session.id(), vec!["c1".into()])]);
    let error = reply.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(
        error.to_string(),
        "the session is over before the turn ended: the client was drained"
    );
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_queued_prompts_and_not_for_those_that_are_refused() {
    let (fake, agent, client, session) = open().await;
    fake.timeout(Duration::from_secs(600));
    fake.by_hand("session.send");
    let script = async {
        let call = agent.expect("session.send").await.unwrap();
        let drain = client.drain(Duration::from_secs(300));
        let play = async {
            advance(Duration::from_secs(100)).await;
            call.refuse(-32603, "no").unwrap();
        };
        let began = Instant::now();
        tokio::join!(drain, play).0.unwrap();
        began.elapsed().as_secs()
    };
    let (sent, took) = tokio::join!(session.send("go"), script);
    assert_eq!((sent.unwrap_err().kind(), took), (ErrorKind::Rpc, 100));
}

#[tokio::test]
async fn draining_a_client_without_sessions_is_over_at_once() {
    let (_fake, client) = connect().await;
    let drained = within(client.drain(Duration::MAX)).await.unwrap();
    assert_eq!((drained.sessions, drained.cut_off.len()), (0, 0));
}

#[tokio::test]
async fn a_session_is_busy_from_its_prompt_on_also_before_the_model_is_called() {
    let (_fake, agent, client, session) = open().await;
    let mut events = session.events();
    session.send("go").await.unwrap();
    let message = json!({"content": "go", "messageId": "message-1", "delivery": "idle"});
    agent.emit("user.message", message);
    while within(events.next()).await.unwrap().unwrap().event_type() != "user.message" {}
    assert!(session.is_busy());
    assert_eq!(client.health().busy_sessions, 1);
    agent.emit("assistant.idle", json!({}));
    while within(events.next()).await.unwrap().unwrap().event_type() != "assistant.idle" {}
    assert!(!session.is_busy());
}
