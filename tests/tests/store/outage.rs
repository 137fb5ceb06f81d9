//! A store that fails for a while, under a session that is in use.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use copilot_sdk::session::Events;
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::{ErrorKind, Tool};
use serde_json::json;

use crate::machine::{Machine, echo, said};
use crate::observed::ObservedStore;

#[tokio::test]
async fn a_turn_waits_for_a_store_that_comes_back() {
    let (objects, model) = (Arc::new(ObservedStore::default()), echo().await);
    let here = Machine::new(objects.open("here")).await;
    let session = here.session(&model).session_id("s").create().await.unwrap();
    session.ask("one").await.unwrap();
    objects.is_out(true);
    let back = async {
        objects.refuses(3).await;
        objects.is_out(false);
    };
    let (reply, ()) = tokio::join!(async { session.ask("two").await.unwrap() }, back);
    assert_eq!(reply.text(), "one+two");
    assert_eq!(objects.said("s").await, ["one", "one", "two", "one+two"]);
    assert_eq!(session.ask("three").await.unwrap().text(), "one+two+three");
    here.client.stop().await.unwrap();
}

#[tokio::test]
async fn a_turn_that_is_not_stored_in_time_is_an_error_and_stored_when_the_store_is_back() {
    let (objects, model) = (Arc::new(ObservedStore::default()), echo().await);
    let store = objects.open("here").stored_within(Duration::from_secs(5));
    let here = Machine::new(store).await;
    let session = here.session(&model).session_id("s").create().await.unwrap();
    session.ask("one").await.unwrap();
    objects.is_out(true);
    let error = session.ask("two").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    let last = session.history().await.unwrap().into_iter().filter(|event| !event.ephemeral);
    let last = last.last().unwrap();
    let expected = format!(
        "the turn has ended, but is not stored whole: its event `{}` was not on the session store \
         within 5s",
        last.id
    );
    assert_eq!(error.to_string(), expected);
    assert_eq!(objects.said("s").await, ["one", "one"]);

    objects.is_out(false);
    assert_eq!(session.ask("three").await.unwrap().text(), "one+two+three");
    let all = ["one", "one", "two", "one+two", "three", "one+two+three"];
    assert_eq!(objects.said("s").await, all);
    here.client.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_ends_with_a_long_outage_and_is_resumed_when_the_store_is_back() {
    let (objects, model) = (Arc::new(ObservedStore::default()), echo().await);
    let here = Machine::new(objects.open("here").outage(Duration::from_secs(1))).await;
    let session = here.session(&model).session_id("s").create().await.unwrap();
    session.ask("one").await.unwrap();
    objects.is_out(true);
    let error = session.ask("two").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store, "{error:?}");
    assert!(error.to_string().contains("the session store does not answer: "), "{error}");
    let error = session.ask("three").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store, "{error:?}");
    let error = here.session(&model).resume("s").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store, "{error:?}");

    objects.is_out(false);
    assert_eq!(objects.said("s").await, ["one", "one"]);
    let session = here.session(&model).resume("s").await.unwrap();
    assert_eq!(said(&session).await, ["one", "one"]);
    assert_eq!(session.ask("four").await.unwrap().text(), "one+four");
    assert_eq!(objects.said("s").await, ["one", "one", "four", "one+four"]);
    here.client.stop().await.unwrap();
}

#[tokio::test]
async fn a_tool_runs_once_the_store_is_back() {
    let objects = Arc::new(ObservedStore::default());
    let answer = |request: &ModelRequest| match request.tool_results().last() {
        None => ModelReply::tool("launch", json!({})),
        Some(result) => ModelReply::text(result.text.clone()),
    };
    let model = ScriptedModel::answering(answer).await.unwrap();
    let here = Machine::new(objects.open("here")).await;
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let tool = Tool::new("launch").description("Launches").handler(move |(), _| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { "launched" }
    });
    let session = here.session(&model).session_id("s").tool(tool).create().await.unwrap();
    let mut events = session.events();
    session.send("go").await.unwrap();
    objects.is_out(true);
    until("external_tool.requested", &mut events).await;
    objects.refuses(2).await;
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    objects.is_out(false);
    until("session.idle", &mut events).await;
    assert_eq!(runs.load(Ordering::SeqCst), 1);
    here.client.stop().await.unwrap();
}

async fn until(event_type: &str, events: &mut Events) {
    while events.next().await.unwrap().unwrap().event_type() != event_type {}
}
