//! Turns that nobody waits for any more.

use copilot_sdk::testing::{Hold, ModelReply};
use copilot_sdk::{Client, Session};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

/// How many prompts wait in the session's queue.
async fn queued(client: &Client, session: &Session) -> usize {
    let params = json!({"sessionId": session.id()});
    let queue: Value = client.call("session.queue.pendingItems", params).await.unwrap();
    queue["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_agent_stops_when_the_one_who_asked_goes_away() {
    let hold = Hold::new();
    let stage =
        Stage::shared([ModelReply::text("never").held(&hold), ModelReply::text("after")]).await;
    let session = stage.session().create().await.unwrap();
    let mut events = session.events();
    tokio::select! {
        reply = session.ask("one").abort_on_drop(true) => panic!("it is held: {reply:?}"),
        () = hold.reached() => {}
    }
    while events.next().await.unwrap().unwrap().event_type() != "abort" {}
    assert_eq!(session.ask("two").await.unwrap().text(), "after");
    stage.stop().await;
}

#[tokio::test]
async fn a_prompt_in_the_queue_is_taken_back_alone() {
    let hold = Hold::new();
    let stage =
        Stage::shared([ModelReply::text("first").held(&hold), ModelReply::text("third")]).await;
    let session = stage.session().create().await.unwrap();
    let mut first = session.ask("one");
    tokio::select! {
        reply = &mut first => panic!("it is held: {reply:?}"),
        () = hold.reached() => {}
    }
    let second = session.stream("two").abort_on_drop(true).await.unwrap();
    let third = session.stream("three").await.unwrap();
    assert_eq!(queued(&stage.client, &session).await, 2);
    drop(second);
    while queued(&stage.client, &session).await > 1 {}
    hold.release();
    assert_eq!(first.await.unwrap().text(), "first");
    assert_eq!(third.reply().await.unwrap().text(), "third");
    let prompts = stage.model.requests().last().unwrap().user_texts();
    assert_eq!(prompts, ["one", "three"]);
    stage.stop().await;
}
