//! A client outlives its CLI: what holds when it is killed, moment by moment.

use std::sync::Arc;
use std::time::Duration;

use copilot_sdk::ErrorKind;
use copilot_sdk::client::{AutoRestart, LifecycleEvent};
use copilot_sdk::event::{Event, EventData};
use copilot_sdk::session::Events;
use copilot_sdk::testing::{Hold, ModelReply, ModelRequest};
use copilot_sdk_tests::restarting::{Restarting, Step, echo, last_prompt, names};
use copilot_sdk_tests::{FakeCli, PATIENCE, carriers, until};
use tokio::time::timeout;

/// A model that hangs when it is asked to, until the hold is released.
fn hang(hold: &Hold) -> impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static {
    let hold = hold.clone();
    move |request| {
        if last_prompt(request).contains("hang") {
            ModelReply::text("never").held(&hold)
        } else {
            echo(request)
        }
    }
}

#[tokio::test]
async fn restart_while_idle() {
    let mut cli = Restarting::new(echo).await;
    let mut events = cli.session.events();
    cli.ask_and_keep("one").await;
    assert_eq!(cli.kill_and_restart().await, []);
    cli.session.ask("two").await.unwrap();
    cli.goes_on(&["one", "two"]).await;
    let seen = drain(&mut events).await;
    assert_eq!(doubled(&seen), [""; 0]);
    let reconnected = |event: &&Arc<Event>| matches!(event.data, EventData::Reconnected(_));
    assert_eq!(seen.iter().filter(reconnected).count(), 1);
}

#[tokio::test]
async fn restart_before_the_first_turn_was_written() {
    let mut cli = Restarting::new(echo).await;
    let file = cli.session.workspace_path().unwrap().join("events.jsonl");
    cli.session.ask("one").await.unwrap();
    cli.kill();
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    let was_written = written.contains("\"type\":\"assistant.message\"");
    let lost = names(cli.restarted().await);
    let all = "the conversation so far: the cli ended before it was written";
    assert!(lost.is_empty() || lost == [all], "{lost:?}");
    assert!(lost.is_empty() || !was_written, "{lost:?}");
    cli.goes_on(&[]).await;
}

#[tokio::test]
async fn restart_before_the_first_turn() {
    let mut cli = Restarting::new(echo).await;
    assert_eq!(cli.kill_and_restart().await, []);
    cli.goes_on(&[]).await;
}

#[tokio::test]
async fn restart_while_the_model_streams() {
    let hold = Hold::new();
    let mut cli = Restarting::new(hang(&hold)).await;
    cli.ask_and_keep("one").await;
    let reply = cli.begin("hang");
    hold.reached().await;
    cli.kill();
    let error = reply.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(error.to_string().contains("SIGKILL"), "{error}");
    assert_eq!(cli.restarted().await, []);
    cli.goes_on(&["one"]).await;
}

#[tokio::test]
async fn restart_with_a_queued_prompt() {
    let hold = Hold::new();
    let mut cli = Restarting::new(hang(&hold)).await;
    cli.ask_and_keep("one").await;
    let first = cli.session.stream("hang").await.unwrap();
    hold.reached().await;
    let queued = cli.session.stream("queued").await.unwrap();
    cli.kill();
    let (first, queued) = tokio::join!(first.reply(), queued.reply());
    let (first, queued) = (first.unwrap_err(), queued.unwrap_err());
    assert_eq!((first.kind(), queued.kind()), (ErrorKind::Interrupted, ErrorKind::Interrupted));
    assert!(queued.to_string().contains("the queued prompt is lost"), "{queued}");
    assert_eq!(cli.restarted().await, []);
    cli.goes_on(&["one"]).await;
}

#[tokio::test]
async fn restart_brings_back_what_was_changed_since() {
    let mut cli = Restarting::new(echo).await;
    let step = Step::default();
    cli.ask_and_keep("one").await;
    cli.session.set_tools(step.tool()).await.unwrap();
    cli.session.set_mode("plan").await.unwrap();
    assert_eq!(cli.kill_and_restart().await, []);
    assert_eq!(cli.session.mode().await.unwrap(), "plan".into());
    step.end.notify_one();
    cli.session.ask("use the tool").await.unwrap();
    assert_eq!(step.runs(), 1);
    cli.goes_on(&["one"]).await;
}

#[tokio::test]
async fn restart_during_create() {
    let mut cli = Restarting::new(echo).await;
    cli.ask_and_keep("one").await;
    let (created, ()) = tokio::join!(cli.stage.session().create(), async { cli.kill() });
    cli.restarted().await;
    if let Err(error) = created {
        assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    }
    let second = cli.stage.session().create().await.expect("the next one is created");
    assert!(second.ask("two").await.unwrap().text().contains("two"));
    cli.goes_on(&["one"]).await;
}

#[tokio::test]
async fn restart_during_the_restart() {
    let mut cli = Restarting::new(echo).await;
    cli.ask_and_keep("one").await;
    cli.kill();
    cli.lifecycle.next().await;
    let place = &cli.stage.place;
    let again = until(|| !carriers(place).is_empty());
    timeout(PATIENCE, again).await.expect("another CLI starts");
    cli.kill_and_restart().await;
    cli.goes_on(&["one"]).await;
}

#[tokio::test]
async fn a_cli_that_dies_at_once_every_time_ends_in_one_clear_error() {
    let fake = FakeCli::new("greet; echo 'no disk left' >&2; exit 3");
    let restart = AutoRestart::new().attempts(3).first_wait(Duration::ZERO);
    let client = fake.client().auto_restart(restart).build().unwrap();
    let mut lifecycle = client.lifecycle();
    client.connect().await.unwrap();
    let mut told = Vec::new();
    let error = loop {
        match timeout(PATIENCE, lifecycle.next()).await.expect("it gives up").expect("a reason") {
            Ok(event) => told.push(event),
            Err(error) => break error,
        }
    };
    let Some(LifecycleEvent::GaveUp { reason }) = told.last() else { panic!("{told:?}") };
    assert!(reason.contains("exit code 3") && reason.contains("no disk left"), "{reason}");
    assert_eq!(error.kind(), ErrorKind::Start);
    assert_eq!(fake.starts(), 3);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn without_restarts_sessions_stay_closed_and_connect_starts_a_new_cli() {
    let mut cli = Restarting::with_client(echo, |client| client.auto_restart(false)).await;
    cli.kill();
    while let Some(Ok(_)) = cli.lifecycle.next().await {}
    let error = cli.session.ask("one").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(error.to_string().contains("SIGKILL"), "{error}");
    cli.stage.client.connect().await.unwrap();
    let second = cli.stage.session().create().await.unwrap();
    assert!(cli.session.ask("still over").await.is_err());
    Restarting { session: second, ..cli }.goes_on(&[]).await;
}

/// What a stream holds until its end.
async fn drain(events: &mut Events) -> Vec<Arc<Event>> {
    let mut seen = Vec::new();
    while let Some(event) = events.next().await {
        seen.push(event.expect("the session ended in good order"));
    }
    seen
}

/// The ids that came more than once.
fn doubled(seen: &[Arc<Event>]) -> Vec<String> {
    let mut known = std::collections::HashSet::new();
    seen.iter().filter(|event| !known.insert(&event.id)).map(|event| event.id.to_string()).collect()
}
