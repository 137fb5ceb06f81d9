//! A session that the CLI unloads when nobody has used it for long (it looks every five minutes, so
//! the test unloads it itself).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::testing::ModelReply;
use copilot_sdk::{ErrorKind, Tool};
use copilot_sdk_tests::{Stage, until_on_disk};
use serde_json::{Value, json};

#[tokio::test]
async fn the_next_prompt_brings_an_unloaded_session_back_with_all_that_it_had() {
    let stage = Stage::shared_answering(|request| {
        let prompts = request.user_texts();
        match prompts.last() {
            Some(last) if last.contains("use it") && request.tool_results().is_empty() => {
                ModelReply::tool("step", json!({}))
            }
            _ => ModelReply::text(prompts.join("+")),
        }
    })
    .await;
    let (runs, prompts) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (ran, hooked) = (Arc::clone(&runs), Arc::clone(&prompts));
    let step = Tool::new("step").description("Takes a step").handler(move |(), _| {
        ran.fetch_add(1, Ordering::Relaxed);
        async {}
    });
    let session = stage.session().tool(step).on_user_prompt_submitted(move |_| {
        hooked.fetch_add(1, Ordering::Relaxed);
        std::future::ready(None)
    });
    let session = session.create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    session.set_mode("plan").await.unwrap();
    let unload = json!({"sessionId": session.id()});
    stage.client.call::<Value>("session.destroy", unload).await.unwrap();
    let mode = json!({"sessionId": session.id()});
    let error = stage.client.call::<Value>("session.mode.get", mode).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rpc, "it is not loaded");
    let reply = session.ask("use it").await.unwrap();
    assert!(reply.text().starts_with("one+") && reply.text().contains("use it"), "{reply}");
    assert_eq!(session.mode().await.unwrap(), "plan".into());
    assert_eq!((runs.load(Ordering::Relaxed), prompts.load(Ordering::Relaxed)), (1, 2));
    stage.stop().await;
}

#[tokio::test]
async fn any_other_call_brings_an_unloaded_session_back() {
    let stage = Stage::shared_answering(|_| ModelReply::text("yes")).await;
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    until_on_disk(&session, "assistant.message").await;
    session.set_mode("plan").await.unwrap();
    let unload = json!({"sessionId": session.id()});
    for _ in 0..2 {
        stage.client.call::<Value>("session.destroy", &unload).await.unwrap();
        assert_eq!(session.mode().await.unwrap(), "plan".into());
        stage.client.call::<Value>("session.destroy", &unload).await.unwrap();
        assert!(session.history().await.unwrap().len() > 1);
        stage.client.call::<Value>("session.destroy", &unload).await.unwrap();
        session.set_mode("plan").await.unwrap();
    }
    stage.stop().await;
}
