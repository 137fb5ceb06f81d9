//! When a long conversation is summarized, and who waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use copilot_sdk::Session;
use copilot_sdk::event::EventData;
use copilot_sdk::model::InfiniteSessions;
use copilot_sdk::testing::{Hold, ModelReply};
use copilot_sdk_tests::Stage;

/// A session of 40,000 tokens, whose summary is made from 12,000 on and is held back.
struct Long {
    stage: Stage,
    session: Session,
    summary: Hold,
    /// Set when the summary was let go.
    released: Arc<AtomicBool>,
    /// Whether it had been when the model was asked the third prompt.
    third_waited: Arc<AtomicBool>,
}

/// Asks two prompts: in the second turn, the summary begins.
async fn long(buffer_exhaustion_threshold: f64) -> Long {
    let summary = Hold::new();
    let (released, third_waited) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let stage = {
        let (held, released, third_waited) =
            (summary.clone(), Arc::clone(&released), Arc::clone(&third_waited));
        Stage::shared_answering(move |request| {
            let texts = request.user_texts();
            let prompt = texts.last().unwrap();
            if prompt.ends_with("respond only with the summary text.") {
                return ModelReply::text("They talked.").held(&held);
            }
            if prompt.starts_with("third") {
                third_waited.store(released.load(Ordering::SeqCst), Ordering::SeqCst);
            }
            ModelReply::text("Hello")
        })
        .await
    };
    let thresholds = InfiniteSessions::enabled()
        .background_compaction_threshold(0.3)
        .buffer_exhaustion_threshold(buffer_exhaustion_threshold);
    let session = stage
        .client
        .session()
        .model("scripted")
        .provider(stage.model.provider().max_prompt_tokens(40_000))
        .available_tools(["builtin:list_agents"])
        .infinite_sessions(thresholds)
        .create()
        .await
        .unwrap();
    for prompt in ["first", "second"] {
        session.ask(words(prompt)).await.unwrap();
    }
    summary.reached().await;
    Long { stage, session, summary, released, third_waited }
}

/// About 12,000 tokens.
fn words(name: &str) -> String {
    format!("{name} ").repeat(12_000)
}

#[tokio::test]
async fn below_the_exhaustion_threshold_a_turn_does_not_wait_for_the_summary() {
    let Long { stage, session, summary, third_waited, .. } = long(0.99).await;
    session.ask(words("third")).await.unwrap();
    assert!(!third_waited.load(Ordering::SeqCst));
    summary.release();
    stage.stop().await;
}

#[tokio::test]
async fn from_the_exhaustion_threshold_on_a_turn_waits_for_the_summary() {
    let Long { stage, session, summary, released, third_waited } = long(0.31).await;
    let mut third = session.stream(words("third")).await.unwrap();
    while let Some(event) = third.next().await {
        if let EventData::UserMessage(_) = event.unwrap().data {
            break;
        }
    }
    // Time enough to ask the model, if it did not wait.
    let other = stage.session().create().await.unwrap();
    assert_eq!(other.ask("How are you?").await.unwrap().text(), "Hello");
    released.store(true, Ordering::SeqCst);
    summary.release();
    third.reply().await.unwrap();
    assert!(third_waited.load(Ordering::SeqCst), "it was asked before the summary was there");
    stage.stop().await;
}
