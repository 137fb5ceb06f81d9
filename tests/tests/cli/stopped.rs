//! A CLI that is stopped or hangs while something is open, and one that is only busy.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::{FakeCli, carriers, until_on_disk};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::restart::{echo, goes_on, last_prompt, restarted, signal, stage_with};

const LIVENESS: Duration = Duration::from_secs(2);

#[tokio::test]
async fn restart_of_a_cli_that_was_stopped_with_an_open_permission() {
    let command = json!({"command": "echo made > made.txt", "description": "make"});
    let stage = stage_with(
        move |request| match request.tool_results().len() {
            0 if last_prompt(request).contains("make it") => {
                ModelReply::tool("bash", command.clone())
            }
            _ => echo(request),
        },
        |client| client.liveness(LIVENESS),
    )
    .await;
    let mut lifecycle = stage.client.lifecycle();
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
    let session = stage.session().permissions(policy).create().await.unwrap();
    let frozen = async {
        until_on_disk(&session, "permission.requested").await;
        let began = Instant::now();
        for pid in carriers(&stage.place) {
            signal("-STOP", pid);
        }
        let lost = restarted(&mut lifecycle).await;
        decide.notify_one();
        (lost, began.elapsed())
    };
    let (reply, (lost, took)) = tokio::join!(session.ask("make it").into_future(), frozen);
    assert!(reply.unwrap().text().contains("make it"));
    assert_eq!((lost, asked.load(Ordering::Relaxed)), (vec![], 1));
    assert!(took >= 2 * LIVENESS, "{took:?}");
    assert_eq!(std::fs::read_to_string(stage.place.work().join("made.txt")).unwrap(), "made\n");
    goes_on(stage, &session, &["make it"]).await;
}

#[tokio::test]
async fn a_shell_of_a_cli_that_was_stopped_ends_with_it() {
    let command =
        json!({"command": "sleep 600", "description": "wait", "mode": "async", "detach": false});
    let stage = stage_with(
        move |request| match request.tool_results().len() {
            0 if last_prompt(request).contains("sleep") => {
                ModelReply::tool("bash", command.clone())
            }
            _ => echo(request),
        },
        |client| client.liveness(LIVENESS),
    )
    .await;
    let mut lifecycle = stage.client.lifecycle();
    let session = stage.session().permissions(permission::approve_all()).create().await.unwrap();
    session.ask("sleep").await.unwrap();
    until_on_disk(&session, "tool.execution_complete").await;
    let former = carriers(&stage.place);
    assert!(former.len() > 1, "the cli and its shell run");
    for pid in &former {
        signal("-STOP", *pid);
    }
    restarted(&mut lifecycle).await;
    let now = carriers(&stage.place);
    assert!(former.iter().all(|pid| !now.contains(pid)), "{former:?} {now:?}");
    goes_on(stage, &session, &["sleep"]).await;
}

#[tokio::test]
async fn a_cli_that_works_for_twenty_seconds_is_not_taken_for_dead() {
    const BUSY: Duration = Duration::from_secs(20);
    let command = json!({
        "command": "end=$(($(date +%s) + 20)); while [ $(date +%s) -lt $end ]; do :; done",
        "description": "work", "initial_wait": 60
    });
    let stage = stage_with(
        move |request| match request.tool_results().len() {
            0 if last_prompt(request).contains("work") => ModelReply::tool("bash", command.clone()),
            1 if last_prompt(request).contains("work") => ModelReply::text("worked"),
            _ => echo(request),
        },
        |client| client.liveness(LIVENESS),
    )
    .await;
    let cli = carriers(&stage.place);
    let session = stage.session().permissions(permission::approve_all()).create().await.unwrap();
    let began = Instant::now();
    assert_eq!(session.ask("work").await.unwrap().text(), "worked");
    assert!(began.elapsed() >= BUSY - Duration::from_secs(1), "{:?}", began.elapsed());
    assert!(carriers(&stage.place).contains(&cli[0]), "it is the same process");
    goes_on(stage, &session, &["work"]).await;
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
