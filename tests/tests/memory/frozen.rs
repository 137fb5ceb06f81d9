//! A CLI that no longer answers: every end comes in bounded time. The clock stands still while
//! anything is to be done.

use std::future::IntoFuture as _;
use std::time::Duration;

use copilot_sdk::ErrorKind;
use copilot_sdk::event::EventData;
use copilot_sdk::provider::Provider;
use serde_json::json;
use tokio::time::Instant;

use super::stage::{connect, open};

#[tokio::test(start_paused = true)]
async fn limits_of_an_ask_cover_the_sending_of_its_prompt() {
    let (fake, _agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let (short, long) = (Duration::from_secs(3), Duration::from_secs(8));
    let idle = session.ask("a").idle_timeout(short).deadline(long).await.unwrap_err();
    let deadline = session.ask("b").deadline(short).idle_timeout(long).await.unwrap_err();
    for (error, what) in [(&idle, "idle timeout"), (&deadline, "deadline")] {
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.session_id(), Some(session.id()));
        let text = format!("the {what} of 3s passed before the cli took the prompt");
        assert_eq!(error.to_string(), text);
    }
}

#[tokio::test(start_paused = true)]
async fn the_limits_of_an_ask_also_cover_its_wait_behind_another_prompt() {
    let (fake, _agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let begun = Instant::now();
    let (first, second) = tokio::join!(
        session.ask("a").deadline(Duration::from_secs(9)).into_future(),
        session.ask("b").idle_timeout(Duration::from_secs(3)).into_future()
    );
    assert_eq!(first.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(second.unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(begun.elapsed(), Duration::from_secs(9));
    assert_eq!(fake.calls("session.send").len(), 1, "the second one was given up in the queue");
}

#[tokio::test(start_paused = true)]
async fn an_abort_does_not_wait_for_a_prompt_that_is_never_taken() {
    let (fake, _agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let begun = Instant::now();
    let sent = session.send("a");
    let aborted = async {
        fake.expect("session.send").await?;
        session.abort().await?;
        // Only now may it be taken.
        fake.by_hand("session.abort");
        Ok::<_, copilot_sdk::Error>(begun.elapsed())
    };
    tokio::select! {
        sent = sent => panic!("nothing takes the prompt: {sent:?}"),
        aborted = aborted => assert!(aborted.unwrap() <= Duration::from_secs(2)),
    }
    assert_eq!(fake.calls("session.abort"), [json!({"sessionId": session.id()})]);
}

#[tokio::test(start_paused = true)]
async fn an_abort_still_follows_a_prompt_that_is_on_its_way() {
    let (fake, _agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let taken = async {
        let call = fake.expect("session.send").await?;
        pass(Duration::from_secs(1)).await;
        assert_eq!(fake.calls("session.abort").len(), 0);
        call.reply(json!({"messageId": "m"}))
    };
    let abort = async {
        // After the prompt.
        tokio::task::yield_now().await;
        session.abort().await
    };
    tokio::try_join!(async { session.send("a").await.map(drop) }, taken, abort).unwrap();
    assert_eq!(fake.calls("session.abort").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_abort_that_is_never_answered_ends() {
    let (fake, _agent, _client, session) = open().await;
    fake.freeze();
    let begun = Instant::now();
    let error = session.abort().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "the cli did not answer `session.abort` within 10s");
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_disconnect_that_is_never_answered_closes_the_session_here() {
    let (fake, _agent, client, session) = open().await;
    let mut events = session.events();
    fake.freeze();
    let begun = Instant::now();
    let error = session.disconnect().await.unwrap_err();
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.to_string(),
        "the cli did not answer `session.detach` within 10s; the session is closed on this side \
         only"
    );
    while let Some(event) = events.next().await {
        assert!(!matches!(event.unwrap().data, EventData::SessionError(_)));
    }
    assert_eq!(session.send("late").await.unwrap_err().kind(), ErrorKind::Closed);
    session.disconnect().await.unwrap();
    fake.thaw();
    let again = client.session().session_id(session.id().as_str()).create().await.unwrap();
    assert_eq!(again.id(), session.id());
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_never_answered_ends_and_so_does_the_next_one_of_its_id() {
    let (fake, client) = connect().await;
    fake.freeze();
    for _ in 0..2 {
        let begun = Instant::now();
        // With a model of its own, nothing is asked before the session itself.
        let session = client.session().session_id("s").model("m");
        let session = session.provider(Provider::local("http://127.0.0.1:1/v1"));
        let error = session.create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.to_string(), "the copilot cli hangs: it has not answered for 30s");
        assert_eq!(begun.elapsed(), Duration::from_secs(30));
    }
    // What was asked for is given back, and then the id is free.
    fake.thaw();
    let session = client.session().session_id("s").create().await.unwrap();
    assert_eq!(session.id(), "s");
    assert_eq!(fake.calls("session.detach"), [json!({"sessionId": "s"})]);
}

#[tokio::test(start_paused = true)]
async fn a_create_that_takes_long_is_waited_for_while_the_cli_answers_otherwise() {
    let (fake, client) = connect().await;
    fake.by_hand("session.create");
    let slow = async {
        let call = fake.expect("session.create").await?;
        pass(Duration::from_secs(600)).await;
        call.reply(json!({"sessionId": "s"}))
    };
    let create = async { client.session().session_id("s").create().await };
    let (session, ()) = tokio::try_join!(create, slow).unwrap();
    assert_eq!(session.id(), "s");
}

#[tokio::test(start_paused = true)]
async fn a_stop_of_a_frozen_cli_takes_seconds() {
    let (fake, _agent, client, session) = open().await;
    fake.freeze();
    let begun = Instant::now();
    client.stop().await.unwrap();
    assert!(begun.elapsed() <= Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(session.send("late").await.unwrap_err().kind(), ErrorKind::Closed);
}

/// Lets time pass in which nothing is to be done.
async fn pass(time: Duration) {
    let _ = tokio::time::timeout(time, std::future::pending::<()>()).await;
}
