//! A CLI that is stopped is taken for dead and started again; one that is only busy is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::testing::{Hold, ModelReply, ModelRequest};
use copilot_sdk::{ErrorKind, SessionBuilder};
use copilot_sdk_tests::restarting::{Restarting, echo, last_prompt};
use copilot_sdk_tests::{FakeCli, carriers};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::timeout;

const LIVENESS: Duration = Duration::from_secs(2);

#[tokio::test]
async fn restart_of_a_cli_that_was_stopped() {
    let mut cli = Restarting::with_client(echo, watched).await;
    cli.ask_and_keep("one").await;
    cli.freeze(LIVENESS);
    let late = cli.session.ask("two").await;
    assert_eq!(late.unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(cli.restarted().await, []);
    cli.goes_on(&["one"]).await;
}

#[tokio::test]
async fn restart_of_a_cli_that_was_stopped_with_an_open_permission() {
    let make = json!({"command": "echo made > made.txt", "description": "make"});
    let (asked, decide) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counted, decided) = (Arc::clone(&asked), Arc::clone(&decide));
    let policy = permission::ask(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        let decided = Arc::clone(&decided);
        async move {
            decided.notified().await;
            PermissionDecision::ApproveOnce
        }
    });
    let session = |session: SessionBuilder| session.permissions(policy);
    let mut cli = Restarting::with(runs("make it", make), watched, session).await;
    let reply = cli.begin("make it");
    cli.until_on_disk("permission.requested").await;
    let began = Instant::now();
    cli.freeze(LIVENESS);
    let lost = cli.restarted().await;
    assert!(began.elapsed() >= 2 * LIVENESS, "{:?}", began.elapsed());
    decide.notify_one();
    assert!(reply.await.unwrap().unwrap().text().contains("make it"));
    assert_eq!((lost, asked.load(Ordering::Relaxed)), (vec![], 1));
    let file = std::fs::read_to_string(cli.stage.place.work().join("made.txt"));
    assert_eq!(file.unwrap(), "made\n");
    cli.goes_on(&["make it"]).await;
}

#[tokio::test]
async fn a_shell_of_a_cli_that_was_stopped_ends_with_it() {
    let sleep = json!({"command": "sleep 600", "description": "wait", "mode": "async",
        "detach": false});
    let session = |session: SessionBuilder| session.permissions(permission::approve_all());
    let mut cli = Restarting::with(runs("sleep", sleep), watched, session).await;
    cli.session.ask("sleep").await.unwrap();
    cli.until_on_disk("tool.execution_complete").await;
    let former = carriers(&cli.stage.place);
    assert!(former.len() > 1, "the cli and its shell run");
    cli.freeze(LIVENESS);
    cli.restarted().await;
    let now = carriers(&cli.stage.place);
    assert!(former.iter().all(|pid| !now.contains(pid)), "{former:?} {now:?}");
    cli.goes_on(&["sleep"]).await;
}

#[tokio::test]
async fn a_cli_that_works_for_twenty_seconds_is_not_taken_for_dead() {
    let work = json!({
        "command": "end=$(($(date +%s) + 20)); while [ $(date +%s) -lt $end ]; do :; done",
        "description": "work", "initial_wait": 60
    });
    let session = |session: SessionBuilder| session.permissions(permission::approve_all());
    let cli = Restarting::with(runs("work", work), watched, session).await;
    let first = carriers(&cli.stage.place);
    let began = Instant::now();
    cli.session.ask("work").await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(19), "{:?}", began.elapsed());
    assert!(carriers(&cli.stage.place).contains(&first[0]), "it is the same process");
    cli.goes_on(&["work"]).await;
}

#[tokio::test]
async fn a_cli_that_is_silent_for_less_than_twice_the_time_is_not_taken_for_dead() {
    let fake = FakeCli::new("greet; hear; sleep 3; while :; do answer '{}'; hear; done");
    let client = fake.client().liveness(LIVENESS).start().await.unwrap();
    assert_eq!(client.call::<Value>("work", json!({})).await.unwrap(), json!({}));
    assert_eq!(client.call::<Value>("work", json!({})).await.unwrap(), json!({}));
    assert_eq!(fake.starts(), 1);
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_cli_that_is_busy_is_not_taken_for_dead() {
    let hold = Hold::new();
    let script = hold.clone();
    let slow = move |request: &ModelRequest| {
        if last_prompt(request).contains("slow") {
            ModelReply::text("done").held(&script)
        } else {
            echo(request)
        }
    };
    let watched = |client: ClientBuilder| client.liveness(Duration::from_secs(1));
    let cli = Restarting::with_client(slow, watched).await;
    let reply = cli.begin("slow");
    hold.reached().await;
    // Ten pings long nothing comes from the CLI by itself.
    for _ in 0..10 {
        cli.stage.client.ping("still there?").await.unwrap();
        timeout(Duration::from_millis(300), std::future::pending::<()>()).await.unwrap_err();
    }
    hold.release();
    assert_eq!(reply.await.unwrap().unwrap().text(), "done");
    cli.goes_on(&["slow"]).await;
}

fn watched(client: ClientBuilder) -> ClientBuilder {
    client.liveness(LIVENESS)
}

/// A model that runs a shell command when `prompt` is said, and is as [`echo`] otherwise.
fn runs(prompt: &'static str, command: Value) -> impl Fn(&ModelRequest) -> ModelReply {
    move |request| {
        if last_prompt(request).contains(prompt) && request.tool_results().is_empty() {
            ModelReply::tool("bash", command.clone())
        } else {
            echo(request)
        }
    }
}
