//! Tools of a session that goes from machine to machine.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::event::Event;
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{Tool, ToolContext};
use copilot_sdk_tests::TempDir;
use serde_json::json;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tokio::sync::Notify;

use crate::machine::{Machine, stop_hearts, store};

/// Calls the tool that the prompt names, then repeats what it gave.
fn answer(request: &ModelRequest) -> ModelReply {
    match request.tool_results().last() {
        None => ModelReply::tool(request.user_texts().concat(), json!({})),
        Some(result) => ModelReply::text(result.text.clone()),
    }
}

/// A tool that counts its runs, and ends when it is told to.
#[derive(Clone, Default)]
struct Launch {
    runs: Arc<AtomicUsize>,
    begun: Arc<Notify>,
    end: Arc<Notify>,
}

impl Launch {
    fn tool(&self) -> Tool {
        let launch = self.clone();
        Tool::new("launch").description("Launches a rocket").handler(move |(), _| {
            let launch = launch.clone();
            async move {
                launch.runs.fetch_add(1, Ordering::SeqCst);
                launch.begun.notify_one();
                launch.end.notified().await;
                "launched"
            }
        })
    }

    fn runs(&self) -> usize {
        self.runs.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_tool_that_was_begun_elsewhere_does_not_run_again() {
    let directory = TempDir::new();
    let model = ScriptedModel::answering(answer).await.unwrap();
    let (first, second) = (Launch::default(), Launch::default());
    let here = Machine::new(store(directory.path(), "here")).await;
    let session = here.session(&model).session_id("moving").tool(first.tool());
    let session = session.create().await.unwrap();
    session.send("launch").await.unwrap();
    first.begun.notified().await;
    until_the_call_is_stored(directory.path()).await;

    stop_hearts(directory.path());
    let there = Machine::new(store(directory.path(), "there")).await;
    let resumed = there.session(&model).tool(second.tool()).continue_pending_work(true);
    let resumed = resumed.resume("moving").await.unwrap();
    let reply = resumed.resumed_turn().unwrap().reply().await.unwrap();
    assert!(
        reply.text().contains("it is unknown whether the call took effect"),
        "{}",
        reply.text()
    );
    assert_eq!((first.runs(), second.runs()), (1, 0));
    first.end.notify_one();
    here.client.stop().await.unwrap();
    there.client.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_programs_call_runs_again_if_it_is_idempotent() {
    for (tool, runs, expected) in [
        ("launch", 0, "it is unknown whether the call took effect"),
        ("set", 1, "run before: true"),
    ] {
        let (directory, home) = (TempDir::new(), TempDir::new());
        let model = ScriptedModel::answering(answer).await.unwrap();
        let mut killed = Command::new(env!("CARGO_BIN_EXE_moving"))
            .args([directory.path(), home.path()])
            .args([&model.base_url(), tool])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(killed.stdout.take().unwrap()).lines();
        assert_eq!(output.next_line().await.unwrap().as_deref(), Some("running"));
        until_the_call_is_stored(directory.path()).await;
        killed.kill().await.unwrap();

        stop_hearts(directory.path());
        let there = Machine::new(store(directory.path(), "there")).await;
        let ran = Arc::new(AtomicUsize::new(0));
        let counted = |name: &'static str| {
            let ran = Arc::clone(&ran);
            Tool::new(name).description("Runs").handler(move |(), context: ToolContext| {
                ran.fetch_add(1, Ordering::SeqCst);
                async move { format!("run before: {}", context.may_have_run()) }
            })
        };
        let resumed = there.session(&model).tool(counted("launch"));
        let resumed = resumed.tool(counted("set").idempotent()).continue_pending_work(true);
        let resumed = resumed.resume("moving").await.unwrap();
        let reply = resumed.resumed_turn().unwrap().reply().await.unwrap();
        assert!(reply.text().contains(expected), "{}", reply.text());
        assert_eq!(ran.load(Ordering::SeqCst), runs);
        there.client.stop().await.unwrap();
    }
}

/// Waits until the events of the session on the store have the call of a tool.
async fn until_the_call_is_stored(directory: &Path) {
    let reader = store(directory, "reader");
    let asks = |history: Vec<Event>| {
        history.iter().any(|event| event.event_type() == "external_tool.requested")
    };
    while !reader.history("moving").await.is_ok_and(asks) {
        tokio::task::yield_now().await;
    }
}
