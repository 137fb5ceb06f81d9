//! What a retry waits for, and when there is none.

use std::future::IntoFuture as _;
use std::time::Duration;

use copilot_sdk::session::Retry;
use copilot_sdk::testing::{FakeRuntime, FakeTurn};
use serde_json::json;
use tokio::time::Instant;

use crate::stage::open;

fn fail(turn: FakeTurn) {
    let error = json!({"errorType": "rate_limit", "message": "slow down", "statusCode": 429});
    turn.session().emit("session.error", error);
    turn.end();
}

fn rewinds(fake: &FakeRuntime) -> usize {
    fake.calls("session.history.rewind").len()
}

#[tokio::test(start_paused = true)]
async fn the_time_that_the_server_tells_is_waited_for() {
    let (fake, agent, _client, session) = open().await;
    fake.answer("session.history.rewind", json!({"outcome": "success"}));
    let begun = Instant::now();
    let script = async {
        let turn = agent.prompt().await?;
        let limit = json!({"requestId": "r", "retryAfterSeconds": 120});
        agent.emit("auto_mode_switch.requested", limit);
        fail(turn);
        fake.timeout(Duration::from_secs(600));
        let turn = agent.prompt().await?;
        assert_eq!((begun.elapsed(), rewinds(&fake)), (Duration::from_secs(120), 1));
        turn.say("now");
        turn.end();
        Ok(())
    };
    let asked = session.ask("go").retry(Retry::new()).into_future();
    let (reply, ()) = tokio::try_join!(asked, script).unwrap();
    assert_eq!(reply.text(), "now");
}

#[tokio::test(start_paused = true)]
async fn when_another_prompt_follows_nothing_is_taken_back() {
    let (fake, agent, _client, session) = open().await;
    let script = async {
        let first = agent.prompt().await?;
        let error = json!({"errorType": "query", "message": "busy", "statusCode": 503});
        agent.emit("session.error", error);
        agent.emit("assistant.idle", json!({}));
        let second = agent.prompt().await?;
        second.say("second");
        drop(first);
        second.end();
        Ok(())
    };
    let retried = session.ask("first").retry(Retry::new()).into_future();
    let other = session.ask("second").into_future();
    let (first, second, script) = tokio::join!(retried, other, script);
    script.map_err(|error: copilot_sdk::Error| error).unwrap();
    assert_eq!(first.unwrap_err().status_code(), Some(503));
    assert_eq!((second.unwrap().text(), rewinds(&fake)), ("second", 0));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_go_back_keeps_the_error_of_the_turn() {
    let (fake, agent, _client, session) = open().await;
    fake.answer("session.history.rewind", json!({"outcome": "session-busy"}));
    let script = async {
        fail(agent.prompt().await.unwrap());
    };
    let (reply, ()) = tokio::join!(session.ask("go").retry(Retry::new()).into_future(), script);
    let error = reply.unwrap_err();
    assert_eq!((error.status_code(), rewinds(&fake)), (Some(429), 1));
}
