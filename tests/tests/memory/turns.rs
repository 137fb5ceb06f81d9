//! How a turn ends: on every signal that ends it, and on no other.

use std::future::IntoFuture as _;
use std::time::Duration;

use copilot_sdk::ErrorKind;
use copilot_sdk::session::{Reply, WaitFor};
use serde_json::json;

use super::stage::{open, within};

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
    script: impl AsyncFnOnce(
        &copilot_sdk::testing::FakeRuntime,
        copilot_sdk::testing::FakeTurn,
        &copilot_sdk::Session,
    ),
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
    let error = ends_with(async |_, turn, _| turn.fail("rate_limit", "too many requests"))
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.error_type()), (ErrorKind::Session, Some("rate_limit")));
    assert_eq!(error.to_string(), "the agent failed: too many requests");
}

/// The codes that GitHub's models give need an account.
#[tokio::test]
async fn the_codes_of_an_error_are_told_apart() {
    let error = ends_with(async |_, turn, _| {
        let failure = json!({"errorType": "rate_limit", "errorCode": "too_many", "message": "slow down", "statusCode": 429,
            "providerCallId": "req-1"});
        turn.session().emit("session.error", failure);
    });
    let error = error.await.unwrap_err();
    assert_eq!((error.error_type(), error.error_code()), (Some("rate_limit"), Some("too_many")));
    assert_eq!(
        (error.status_code(), error.provider_request_id(), error.rpc_code()),
        (Some(429), Some("req-1"), None)
    );
}

#[tokio::test]
async fn a_reply_adds_up_what_its_model_calls_cost() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        for cost in [1.0, 0.5] {
            agent.emit(
                "assistant.usage",
                json!({"model": "gpt-5", "inputTokens": 10, "outputTokens": 1, "cost": cost, "duration": 250.5,
                    "copilotUsage": {"totalNanoAiu": 2e9}}),
            );
        }
        turn.say("done");
        turn.end();
        Ok(())
    };
    let (reply, ()) = tokio::try_join!(session.ask("go").into_future(), script).unwrap();
    let usage = reply.usage();
    assert_eq!((usage.model_calls, usage.input_tokens, usage.output_tokens), (2, 20, 2));
    assert_eq!(
        (usage.cost.to_string(), usage.nano_aiu.to_string()),
        ("1.5".to_owned(), "4000000000".to_owned())
    );
    assert_eq!(usage.model_time, Duration::from_millis(501));
}

/// The clock stands still while anything is to be done.
#[tokio::test(start_paused = true)]
async fn a_time_limit_names_what_runs_in_the_background() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await.unwrap();
        let start = |id: &str, tool: &str, arguments: serde_json::Value| {
            agent.emit(
                "tool.execution_start",
                json!({"toolCallId": id, "toolName": tool, "arguments": arguments}),
            );
        };
        let complete = |id: &str, success: bool| {
            agent.emit("tool.execution_complete", json!({"toolCallId": id, "success": success}));
        };
        let subagent = |what: &str, id: &str| {
            let data = json!({"toolCallId": id, "agentName": "explore", "agentDisplayName": id, "error": "no"});
            agent.emit_from(id, &format!("subagent.{what}"), data);
        };
        for id in ["looks", "done", "fails"] {
            start(id, "task", json!({"mode": "background"}));
            subagent("started", id);
            complete(id, true);
        }
        subagent("completed", "done");
        subagent("failed", "fails");
        for (id, arguments, success) in [
            ("s1", json!({"mode": "async", "description": "Serve"}), true),
            ("s2", json!({"mode": "async", "description": "Build"}), true),
            ("s3", json!({"mode": "async", "description": "Detached", "detach": true}), true),
            ("s4", json!({"mode": "sync", "description": "Quick"}), true),
            ("s5", json!({"mode": "async", "description": "Denied"}), false),
        ] {
            start(id, "bash", arguments);
            complete(id, success);
        }
        let kind = json!({"type": "shell_completed", "shellId": "1", "exitCode": 0, "description": "Build"});
        agent.emit("system.notification", json!({"content": "", "kind": kind}));
        start("t1", "view", json!({}));
        turn
    };
    let ask = session.ask("go").wait_for(WaitFor::AllTasks).idle_timeout(Duration::from_secs(1));
    let (reply, _turn) = tokio::join!(ask.into_future(), script);
    let error = reply.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let running: Vec<_> =
        error.to_string().split("; still running: ").skip(1).map(str::to_owned).collect();
    assert_eq!(
        running,
        ["agent `looks` (looks)", "shell command `Serve` (s1)", "tool `view` (t1)"]
    );
}

#[tokio::test]
async fn an_abort_ends_an_ask() {
    let error = ends_with(async |_, turn, _| turn.abort()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Interrupted, "the turn was aborted")
    );
}

#[tokio::test]
async fn disconnecting_ends_an_ask() {
    let error =
        ends_with(async |_, _turn, session| session.disconnect().await.unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(error.to_string(), "the session is over before the turn ended: it was disconnected");
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
    let error = reply.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(
        error.to_string(),
        "the session is over before the turn ended: the client was stopped"
    );
}

#[tokio::test]
async fn a_session_that_the_cli_shuts_down_ends_an_ask() {
    let end = async |_: &_, turn: copilot_sdk::testing::FakeTurn, _: &_| {
        turn.session().emit("session.shutdown", json!({"shutdownType": "routine"}));
    };
    let error = ends_with(end).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert_eq!(error.to_string(), "the session was shut down before the turn ended");
}

#[tokio::test]
async fn a_turn_that_fails_before_its_prompt_is_taken_up_ends_with_the_error() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        agent.expect("session.send").await.unwrap();
        agent.emit("pending_messages.modified", json!({}));
        agent.emit("session.error", json!({"errorType": "query", "message": "no token"}));
        agent.emit("assistant.idle", json!({}));
    };
    let (reply, ()) = within(async { tokio::join!(session.ask("go").into_future(), script) }).await;
    let error = reply.unwrap_err();
    assert_eq!((error.kind(), error.error_type()), (ErrorKind::Session, Some("query")));
    assert_eq!(error.to_string(), "the agent failed: no token");
}

#[tokio::test]
async fn the_error_of_another_turn_does_not_end_a_prompt_that_is_queued() {
    let (fake, agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let script = async {
        let call = agent.expect("session.send").await?;
        agent.emit("pending_messages.modified", json!({}));
        let named =
            json!({"errorType": "query", "message": "no", "originatingMessageId": "another"});
        agent.emit("session.error", named);
        agent.emit("session.error", json!({"errorType": "query", "message": "no"}));
        agent.emit(
            "user.message",
            json!({"content": "x", "messageId": "another", "delivery": "queued"}),
        );
        agent.emit("assistant.idle", json!({}));
        agent.emit(
            "user.message",
            json!({"content": "go", "messageId": "ours", "delivery": "queued"}),
        );
        let said = json!({"messageId": "a", "originatingMessageId": "ours", "content": "here", "model": "fake"});
        agent.emit("assistant.message", said);
        agent.emit("assistant.idle", json!({}));
        call.reply(json!({"messageId": "ours"}))
    };
    let (reply, ()) =
        within(async { tokio::try_join!(session.ask("go").into_future(), script) }).await.unwrap();
    assert_eq!(reply.text(), "here");
}

#[tokio::test(start_paused = true)]
async fn a_deadline_counts_from_the_ask_on_and_covers_a_prompt_that_is_never_taken() {
    let (fake, _agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let error = session.ask("go").deadline(Duration::from_secs(5)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "the deadline of 5s passed before the cli took the prompt");
}

#[tokio::test(start_paused = true)]
async fn events_that_never_stop_do_not_hide_a_deadline() {
    let (_fake, agent, client, session) = open().await;
    let mut turn = session.stream("go").await.unwrap().deadline(Duration::from_secs(5));
    let running = agent.prompt().await.unwrap();
    for _ in 0..100 {
        running.say("more");
    }
    client.ping("everything is said").await.unwrap();
    turn.next().await.unwrap().unwrap();
    tokio::time::advance(Duration::from_secs(6)).await;
    let error = turn.next().await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(turn.next().await.is_none());
    running.end();
}

#[tokio::test(start_paused = true)]
async fn limits_beyond_every_clock_are_no_limits() {
    let (_fake, agent, _client, session) = open().await;
    let script = async {
        let turn = agent.prompt().await?;
        turn.say("yes");
        turn.end();
        Ok(())
    };
    let ask = session.ask("go").deadline(Duration::MAX).idle_timeout(Duration::MAX);
    let (reply, ()) = tokio::try_join!(ask.into_future(), script).unwrap();
    assert_eq!(reply.text(), "yes");
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
    assert_eq!(
        (one.messages(), two.messages()),
        (&["one".to_owned()][..], &["two".to_owned()][..])
    );
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
        agent.emit_from(
            "sub",
            "user.message",
            json!({"content": "x", "messageId": "m", "delivery": "idle"}),
        );
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
    let failure =
        |text: &str| agent.emit("session.error", json!({"errorType": "query", "message": text}));
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
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Session, "the agent failed: no tools")
    );
}

#[tokio::test]
async fn a_prompt_that_the_cli_refuses_fails_at_once() {
    let (fake, _agent, _client, session) = open().await;
    fake.refuse("session.send", -32603, "not now");
    let error = session.ask("go").await.unwrap_err();
    assert_eq!((error.kind(), error.session_id()), (ErrorKind::Rpc, Some(session.id())));
    assert_eq!(error.to_string(), "the cli refused `session.send`: not now");
}
