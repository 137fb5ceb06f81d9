//! Holding, pausing and ending.

use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::Instant;

use super::client::{open, plain, post, streamed};
use crate::testing::{Hold, ModelReply, ScriptedModel};

const PATH: &str = "/v1/chat/completions";

#[tokio::test]
async fn a_held_reply_waits_for_its_release() {
    let hold = Hold::new();
    let model =
        ScriptedModel::start([ModelReply::text("late").held(&hold), ModelReply::text("soon")])
            .await
            .unwrap();
    let (first, second) = (streamed(), plain());
    let waiting = async {
        let answer = post(&model, PATH, &first).await.unwrap();
        assert_eq!(model.requests().len(), 2);
        answer
    };
    let other = async {
        hold.reached().await;
        let answer = post(&model, PATH, &second).await.unwrap();
        hold.release();
        answer
    };
    let (late, soon) = tokio::join!(waiting, other);
    assert!(late.body.contains("late") && soon.body.contains("soon"), "{late:?} {soon:?}");
}

#[tokio::test]
async fn a_reply_held_after_a_chunk_has_sent_that_chunk_and_no_other() {
    let hold = Hold::new();
    let model = ScriptedModel::start([ModelReply::chunks(["one", "two"]).held_after(1, &hold)])
        .await
        .unwrap();
    let mut answer = open(&model, PATH, &streamed()).await;
    hold.reached().await;
    let first = answer.until("one").await;
    assert!(!first.contains("two"), "{first}");
    hold.release();
    let rest = answer.until("[DONE]").await;
    assert!(rest.contains("two"), "{rest}");
}

#[tokio::test]
async fn a_hold_beyond_the_last_chunk_holds_the_finish() {
    let hold = Hold::new();
    let model = ScriptedModel::start([ModelReply::chunks(["one", "two"]).held_after(9, &hold)])
        .await
        .unwrap();
    let mut answer = open(&model, PATH, &streamed()).await;
    let text = answer.until("two").await;
    hold.reached().await;
    assert!(!text.contains("stop"), "{text}");
    hold.release();
    answer.until("[DONE]").await;
}

#[tokio::test]
async fn a_body_without_stream_is_held_after_its_status() {
    let hold = Hold::new();
    let model = ScriptedModel::start([ModelReply::text("one").held_after(0, &hold)]).await.unwrap();
    let mut answer = open(&model, PATH, &plain()).await;
    let head = answer.until("200 OK").await;
    assert!(!head.contains("one"), "{head}");
    hold.release();
    answer.until("one").await;
}

#[tokio::test]
async fn a_client_that_goes_away_abandons_the_held_reply() {
    for reply in [ModelReply::text("x").held(&Hold::new()), ModelReply::text("x")] {
        let hold = Hold::new();
        let reply =
            if reply.hold.is_some() { reply.held(&hold) } else { reply.held_after(1, &hold) };
        let model = ScriptedModel::start([reply]).await.unwrap();
        let answer = open(&model, PATH, &streamed()).await;
        hold.reached().await;
        drop(answer);
        hold.abandoned().await;
        assert_eq!(model.problems(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_hold_that_was_released_early_stops_nothing() {
    let hold = Hold::new();
    hold.release();
    let model = ScriptedModel::start([
        ModelReply::text("x").held(&hold),
        ModelReply::text("y").held(&hold),
    ])
    .await
    .unwrap();
    assert_eq!(post(&model, PATH, &plain()).await.unwrap().status, 200);
    assert_eq!(post(&model, PATH, &plain()).await.unwrap().status, 200);
}

#[tokio::test(start_paused = true)]
async fn delay_and_pace_add_up() {
    let reply = ModelReply::chunks(["a", "b", "c"])
        .delay(Duration::from_secs(60))
        .pace(Duration::from_secs(5));
    let model = ScriptedModel::start([reply]).await.unwrap();
    let start = Instant::now();
    post(&model, PATH, &streamed()).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 70);
}

#[tokio::test]
async fn requests_are_seen_when_they_arrive() {
    let hold = Hold::new();
    let model = ScriptedModel::start([
        ModelReply::text("x").held(&hold),
        ModelReply::text("y").held(&hold),
    ])
    .await
    .unwrap();
    assert!(model.wait_for_requests(0).await.is_empty());
    let _first = open(&model, PATH, &streamed()).await;
    assert_eq!(model.wait_for_requests(1).await.len(), 1);
    let _second = open(&model, PATH, &streamed()).await;
    assert_eq!(model.wait_for_requests(2).await.len(), 2);
}

#[tokio::test]
async fn dropping_the_model_closes_its_port_and_its_open_replies() {
    let hold = Hold::new();
    let model = ScriptedModel::start([ModelReply::text("x").held(&hold)]).await.unwrap();
    let address = model.root_url().strip_prefix("http://").unwrap().to_owned();
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let _answer = open(&model, PATH, &streamed()).await;
    hold.reached().await;
    assert_eq!(tasks(), 2);
    drop(model);
    hold.abandoned().await;
    while tasks() > 0 {
        tokio::task::yield_now().await;
    }
    TcpStream::connect(&address).await.unwrap_err();
}
