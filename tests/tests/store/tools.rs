//! Tools of a session that goes from machine to machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::Tool;
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk_tests::TempDir;
use serde_json::json;
use tokio::sync::Notify;

use crate::machine::{Machine, stop_hearts, store};

/// Calls the tool once, then repeats what it gave.
fn answer(request: &ModelRequest) -> ModelReply {
    match request.tool_results().last() {
        None => ModelReply::tool("launch", json!({})),
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
    session.send("go").await.unwrap();
    first.begun.notified().await;
    let reader = store(directory.path(), "reader");
    let asks = |history: Vec<copilot_sdk::event::Event>| {
        history.iter().any(|event| event.event_type() == "external_tool.requested")
    };
    while !reader.history("moving").await.is_ok_and(asks) {
        tokio::task::yield_now().await;
    }

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
