//! How a turn ends: on every signal that ends it, and on no other.

use std::future::IntoFuture as _;

use copilot_sdk::ErrorKind;
use copilot_sdk::session::{Reply, WaitFor};
use serde_json::json;

use super::stage::open;

#[tokio::test]
async fn an_ask_ends_when_the_agent_has_answered() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        turn.stream(["Take", " a coat."]);
        turn.end();
        Ok(())
    };
    let (reply, ()) = tokio::try_join!(session.ask("Coat?").into_future(), script).unwrap();
    assert_eq!(reply.text(), "Take a coat.");
}

#[tokio::test]
async fn without_assistant_idle_an_ask_ends_with_session_idle() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        turn.say("yes");
        agent.emit("session.idle", json!({"mode": "interactive"}));
        Ok(turn)
    };
    let (reply, _) = tokio::try_join!(session.ask("Coat?").into_future(), script).unwrap();
    assert_eq!(reply.text(), "yes");
}

#[tokio::test]
async fn waiting_for_all_tasks_goes_on_after_the_answer() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        turn.say("started");
        agent.emit("assistant.idle", json!({}));
        turn.say("done");
        agent.emit("session.idle", json!({}));
        Ok(turn)
    };
    let ask = session.ask("go").wait_for(WaitFor::AllTasks).into_future();
    let (reply, _) = tokio::try_join!(ask, script).unwrap();
    assert_eq!(reply.messages(), ["started", "done"]);
}

/// Asks, lets `script` play the agent, and returns how the ask ended.
async fn ends_with(
    script: impl AsyncFnOnce(&copilot_sdk::testing::FakeRuntime, copilot_sdk::testing::FakeTurn, &copilot_sdk::Session),
) -> copilot_sdk::Result<Reply> {
    let (fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await.unwrap();
        script(&fake, turn, &session).await;
    };
    tokio::join!(session.ask("go").into_future(), script).0
}

#[tokio::test]
async fn an_error_of_the_agent_ends_an_ask_with_its_details() {
    let error = ends_with(async |_, turn, _| turn.fail("rate_limit", "too many requests")).await.unwrap_err();
    assert_eq!((error.kind(), error.error_type()), (ErrorKind::Session, Some("rate_limit")));
    assert_eq!(error.to_string(), "the agent failed: too many requests");
}

#[tokio::test]
async fn an_abort_ends_an_ask() {
    let error = ends_with(async |_, turn, _| turn.abort()).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Interrupted, "the turn was aborted"));
}

#[tokio::test]
async fn disconnecting_ends_an_ask() {
    let error = ends_with(async |_, _turn, session| session.disconnect().await.unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(error.to_string(), "the session was disconnected before the turn ended");
}

#[tokio::test]
async fn the_end_of_the_connection_ends_an_ask() {
    let error = ends_with(async |fake, _turn, _| fake.close()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(error.to_string(), "the other side closed the connection");
}

#[tokio::test]
async fn the_death_of_the_cli_ends_an_ask() {
    let error = ends_with(async |fake, _turn, _| fake.kill()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(error.to_string(), "the connection ended in the middle of a frame");
}

#[tokio::test]
async fn stopping_the_client_ends_an_ask() {
    let (_fake, agent, client, session) = open().await;
    let script = async {
        let _turn = agent.prompt().await.unwrap();
        client.stop().await.unwrap();
    };
    let (reply, ()) = tokio::join!(session.ask("go").into_future(), script);
    assert_eq!(reply.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_later_prompt_ends_the_turn_before_it_and_takes_no_event_of_it() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let first = agent.prompt().await?;
        first.say("one");
        let second = agent.prompt().await?;
        second.say("two");
        second.end();
        Ok(())
    };
    let (one, two) = (session.ask("one").into_future(), session.ask("two").into_future());
    let (one, two, ()) = tokio::try_join!(one, two, script).unwrap();
    assert_eq!((one.messages(), two.messages()), (&["one".to_owned()][..], &["two".to_owned()][..]));
}

#[tokio::test]
async fn a_steering_message_ends_nothing() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        turn.say("one");
        let steering = json!({"content": "faster", "messageId": "steer", "delivery": "steering"});
        agent.emit("user.message", steering);
        turn.say("two");
        turn.end();
        Ok(())
    };
    let (reply, ()) = tokio::try_join!(session.ask("go").into_future(), script).unwrap();
    assert_eq!(reply.messages(), ["one", "two"]);
}

#[tokio::test]
async fn the_ends_and_errors_of_a_sub_agent_end_nothing() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        agent.emit_from("sub", "user.message", json!({"content": "x", "messageId": "m", "delivery": "idle"}));
        agent.emit_from("sub", "session.error", json!({"errorType": "query", "message": "no"}));
        agent.emit_from("sub", "abort", json!({"reason": "x"}));
        agent.emit_from("sub", "assistant.idle", json!({}));
        agent.emit_from("sub", "session.idle", json!({}));
        turn.say("still here");
        turn.end();
        Ok(())
    };
    let (reply, ()) = tokio::try_join!(session.ask("go").into_future(), script).unwrap();
    assert_eq!(reply.text(), "still here");
}

#[tokio::test]
async fn a_prompt_whose_turn_fails_before_it_begins_fails_when_the_session_goes_idle() {
    let (fake, agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let failure = |text: &str| agent.emit("session.error", json!({"errorType": "query", "message": text}));
    let script = async {
        let send = agent.expect("session.send").await?;
        // What is left of a former prompt.
        failure("something else");
        agent.emit("session.idle", json!({}));
        send.reply(json!({"messageId": "m"}))?;
        agent.emit("pending_messages.modified", json!({}));
        failure("no tools");
        agent.emit("session.idle", json!({}));
        Ok::<_, copilot_sdk::Error>(())
    };
    let (reply, script) = tokio::join!(session.ask("go").into_future(), script);
    script.unwrap();
    let error = reply.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Session, "the agent failed: no tools"));
}

#[tokio::test]
async fn a_prompt_that_the_cli_refuses_fails_at_once() {
    let (fake, _agent, _client, session) = open().await;
    fake.refuse("session.send", -32603, "not now");
    let error = session.ask("go").await.unwrap_err();
    assert_eq!((error.kind(), error.session_id()), (ErrorKind::Rpc, Some(session.id())));
    assert_eq!(error.to_string(), "the cli refused `session.send`: not now");
}
