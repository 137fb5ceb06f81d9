//! "Event Handling": every event type that the reference names, from the real CLI.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use copilot_sdk::Session;
use copilot_sdk::event::EventData;
use copilot_sdk::model::InfiniteSessions;
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk_tests::{PATIENCE, Stage};

#[tokio::test]
async fn the_snippet_prints_deltas_and_ends_with_session_idle() {
    let reply = ModelReply::chunks(["Looks ", "good."]).reasoning("Let me see.");
    let stage = Stage::new([reply]).await;
    let session = stage.session().streaming(true).create().await.unwrap();
    let done = Arc::new(tokio::sync::Notify::new());
    let printed = Arc::new(Mutex::new(Vec::new()));

    let (idle, print) = (done.clone(), printed.clone());
    session.on(move |event| {
        let mut print = print.lock().unwrap();
        match &event.data {
            EventData::AssistantMessageDelta(delta) => {
                print.push(("delta", delta.delta_content.clone()));
            }
            EventData::AssistantMessage(message) => {
                print.push(("message", message.content.clone()));
            }
            EventData::AssistantReasoningDelta(delta) => {
                print.push(("reasoning delta", delta.delta_content.clone()));
            }
            EventData::AssistantReasoning(reasoning) => {
                print.push(("reasoning", reasoning.content.clone()));
            }
            EventData::SessionIdle(_) => idle.notify_one(),
            _ => {}
        }
    });
    session.send("Review this code").await.unwrap();
    tokio::time::timeout(PATIENCE, done.notified()).await.unwrap();

    let printed = std::mem::take(&mut *printed.lock().unwrap());
    let all = |kind: &str| {
        printed.iter().filter(|(of, _)| *of == kind).map(|(_, text)| &**text).collect::<Vec<_>>()
    };
    assert_eq!(all("delta"), ["Looks ", "good."]);
    assert_eq!(all("message"), ["Looks good."]);
    assert_eq!(all("reasoning delta").concat(), "Let me see.");
    assert_eq!(all("reasoning"), ["Let me see."]);
    stage.stop().await;
}

const PROMPT: &str = "And then?";

/// Asks a few times, until the context was compacted in the background; the types of what came.
async fn compacted(session: &Session) -> Vec<String> {
    let mut events = session.events();
    let mut types = Vec::new();
    for _ in 0..5 {
        session.ask(PROMPT).await.unwrap();
        while let Some(event) = events.next().await {
            let event = event.unwrap();
            types.push(event.event_type().to_owned());
            match &event.data {
                EventData::SessionCompactionComplete(complete) => {
                    assert!(complete.success, "{complete:?}");
                    return types;
                }
                EventData::SessionIdle(_) => break,
                _ => {}
            }
        }
    }
    panic!("no compaction among {types:?}")
}

#[tokio::test]
async fn above_the_threshold_compaction_starts_and_completes() {
    let stage = Stage::answering(|_| ModelReply::text("A story. ".repeat(200))).await;
    let infinite = InfiniteSessions::enabled()
        .background_compaction_threshold(0.05)
        .buffer_exhaustion_threshold(0.95);
    let session = stage.session().infinite_sessions(infinite).create().await.unwrap();
    let types = tokio::time::timeout(PATIENCE, compacted(&session)).await.unwrap();
    let place = |name: &str| {
        types.iter().position(|each| each == name).unwrap_or_else(|| panic!("{name}: {types:?}"))
    };
    assert!(place("session.compaction_start") < place("session.compaction_complete"));
    let asked_for_the_summary =
        |request: &ModelRequest| request.user_texts().last().is_some_and(|text| text != PROMPT);
    assert!(stage.model.requests().iter().any(asked_for_the_summary));
    stage.stop().await;
}

#[tokio::test]
async fn ask_is_the_snippet_in_one_line() {
    let stage = Stage::new([ModelReply::text("Looks good.")]).await;
    let session = stage.session().create().await.unwrap();
    let reply = session.ask("Review this code").deadline(Duration::from_secs(60)).await.unwrap();
    assert_eq!(reply.text(), "Looks good.");
    stage.stop().await;
}
