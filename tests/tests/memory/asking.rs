//! The futures of a prompt: where they can stand, their limits, and what dropping them does.

use std::future::IntoFuture as _;
use std::time::Duration;

use copilot_sdk::budget::Budget;
use copilot_sdk::session::{Ask, AskAs, StartTurn};
use copilot_sdk::testing::{FakeRuntime, FakeSession, FakeTurn};
use copilot_sdk::{Client, ErrorKind, Session};
use serde_json::json;

use super::stage::{open, within};

#[tokio::test]
async fn an_ask_stands_wherever_a_future_does() {
    fn is_future<F: Future + Unpin + Send + 'static>() {}
    is_future::<Ask>();
    is_future::<StartTurn>();
    is_future::<AskAs<String>>();

    let (_fake, agent, _client, session) = open().await;
    let mut asks = tokio::task::JoinSet::new();
    asks.spawn(session.ask("in a task"));
    agent.prompt().await.unwrap().end();
    asks.join_next().await.unwrap().unwrap().unwrap();

    let pinned = &mut session.ask("by reference");
    tokio::select! {
        biased;
        ended = &mut *pinned => panic!("it ended before the agent did: {ended:?}"),
        turn = agent.prompt() => turn.unwrap().end(),
    }
    pinned.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_stream_has_its_limits_as_an_ask_has() {
    let (fake, agent, _client, session) = open().await;
    let second = Duration::from_secs(1);
    fake.by_hand("session.send");
    let error = session.stream("go").deadline(second).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Timeout, "the deadline of 1s passed before the cli took the prompt")
    );
    fake.expect("session.send").await.unwrap();
    let started = async { agent.prompt().await.unwrap() };
    let (turn, _running) = tokio::join!(session.stream("go").deadline(second * 2), started);
    let error = turn.unwrap().reply().await.unwrap_err();
    assert!(error.to_string().starts_with("the deadline of 2s passed before the turn ended"));
}

/// A prompt that the agent works on, and the future that waits for it.
async fn running(ask: impl FnOnce(&Session) -> Ask) -> (Stage, Ask) {
    let (fake, agent, client, session) = open().await;
    let (mut ask, mut events) = (ask(&session), session.events());
    let turn = tokio::select! {
        biased;
        _ = &mut ask => panic!("it ended before the agent did"),
        turn = agent.prompt() => turn.unwrap(),
    };
    while events.next().await.unwrap().unwrap().event_type() != "assistant.turn_start" {}
    // Once more, so that the beginning is seen.
    tokio::select! {
        biased;
        _ = &mut ask => panic!("it ended before the agent did"),
        () = std::future::ready(()) => {}
    }
    (Stage { fake, agent, _client: client, session, turn }, ask)
}

struct Stage {
    fake: FakeRuntime,
    agent: FakeSession,
    _client: Client,
    session: Session,
    turn: FakeTurn,
}

#[tokio::test]
async fn a_turn_that_is_dropped_aborts_the_agent_when_it_was_told_to() {
    let (stage, ask) = running(|session| session.ask("go").abort_on_drop(true)).await;
    drop(ask);
    within(stage.agent.expect("session.abort")).await.unwrap();
    assert_eq!(stage.fake.calls("session.queue.withdrawMessage"), [json!(null); 0]);
}

#[tokio::test]
async fn a_prompt_after_the_drop_is_sent_when_the_agent_is_aborted() {
    let (stage, ask) = running(|session| session.ask("go").abort_on_drop(true)).await;
    stage.fake.by_hand("session.abort");
    drop(ask);
    let mut next = stage.session.ask("next");
    let abort = tokio::select! {
        biased;
        _ = &mut next => panic!("it ended before the agent did"),
        abort = stage.agent.expect("session.abort") => abort.unwrap(),
    };
    assert_eq!(stage.fake.calls("session.send").len(), 1, "only the one that was dropped");
    abort.reply(json!({"success": true})).unwrap();
    stage.turn.abort();
    let script = async {
        stage.agent.prompt().await?.end();
        Ok(())
    };
    tokio::try_join!(next, script).unwrap();
}

#[tokio::test]
async fn an_ask_whose_prompt_is_withdrawn_ends_as_interrupted_and_the_others_do_not() {
    let (fake, agent, _client, session) = open().await;
    fake.answer("session.queue.withdrawMessage", json!({"removed": true, "interrupted": false}));
    let other = session.stream("stays").await.unwrap();
    let turn = session.stream("goes").await.unwrap();
    session.withdraw(turn.message_id(), "goes").await.unwrap();
    let error = within(turn.reply()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert_eq!(error.to_string(), "the prompt was withdrawn");
    agent.prompt().await.unwrap().end();
    within(other.reply()).await.unwrap();
}

#[tokio::test]
async fn a_prompt_that_is_queued_is_taken_back_and_what_runs_goes_on() {
    let (_fake, agent, _client, session) = open().await;
    let turn = session.stream("not yet").abort_on_drop(true).await.unwrap();
    let id = turn.message_id().clone();
    drop(turn);
    let withdrawn = within(agent.expect("session.queue.withdrawMessage")).await.unwrap();
    assert_eq!(withdrawn.params()["messageId"], id.as_str());
    assert_eq!(withdrawn.params()["expectedPrompt"], "not yet");
    session.abort().await.unwrap();
    agent.expect("session.abort").await.unwrap();
    let none = tokio::time::timeout(Duration::ZERO, agent.expect("session.abort")).await;
    assert!(none.is_err(), "nothing that runs was aborted");
}

#[tokio::test]
async fn a_prompt_that_the_queue_no_longer_has_is_aborted() {
    let (fake, agent, _client, session) = open().await;
    fake.answer("session.queue.withdrawMessage", json!({"removed": false}));
    drop(session.stream("begun by now").abort_on_drop(true).await.unwrap());
    within(agent.expect("session.abort")).await.unwrap();
}

#[tokio::test]
async fn a_prompt_that_is_dropped_while_it_is_sent_is_taken_back() {
    let (fake, agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let mut ask = session.ask("on its way").abort_on_drop(true);
    let sent = tokio::select! {
        biased;
        _ = &mut ask => panic!("it ended before the agent did"),
        sent = agent.expect("session.send") => sent.unwrap(),
    };
    drop(ask);
    sent.reply(json!({"messageId": "m-1"})).unwrap();
    let withdrawn = within(agent.expect("session.queue.withdrawMessage")).await.unwrap();
    assert_eq!(withdrawn.params()["messageId"], "m-1");
}

#[tokio::test(start_paused = true)]
async fn a_turn_whose_time_is_up_is_aborted_too() {
    let (stage, ask) =
        running(|session| session.ask("go").deadline(Duration::from_secs(1)).abort_on_drop(true))
            .await;
    assert_eq!(ask.await.unwrap_err().kind(), ErrorKind::Timeout);
    stage.agent.expect("session.abort").await.unwrap();
    drop(stage.turn);
}

#[tokio::test]
async fn a_turn_that_has_ended_or_was_not_told_to_aborts_nothing() {
    let (stage, ask) = running(|session| session.ask("go").abort_on_drop(true)).await;
    stage.turn.say("done");
    stage.turn.end();
    ask.await.unwrap();
    let (other, ask) = running(|session| session.ask("go")).await;
    drop(ask);
    for (fake, session) in [(stage.fake, stage.session), (other.fake, other.session)] {
        session.disconnect().await.unwrap();
        fake.expect("session.detach").await.unwrap();
        for method in ["session.abort", "session.queue.withdrawMessage"] {
            assert_eq!(fake.calls(method), [json!(null); 0]);
        }
    }
}

#[tokio::test]
async fn a_turn_that_ends_with_its_connection_leaves_no_task_behind() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let (fake, agent, client, session) = open().await;
    let hour = Budget::new().wall(Duration::from_secs(3600));
    let script = async {
        let _turn = agent.prompt().await.unwrap();
        fake.close();
    };
    let (reply, ()) = tokio::join!(session.ask("go").budget(hour).into_future(), script);
    reply.unwrap_err();
    drop((session, client, agent, fake));
    let ended = async {
        while tasks() > before {
            tokio::task::yield_now().await;
        }
    };
    within(ended).await;
}
