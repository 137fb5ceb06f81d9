//! What ends a turn for its budget: each limit, on a turn, a session and a client.

use std::future::IntoFuture as _;
use std::time::Duration;

use copilot_sdk::budget::{Budget, BudgetLimit, BudgetScope, Price, Spent};
use copilot_sdk::session::{Reply, Retry};
use copilot_sdk::testing::{FakeRuntime, FakeSession, FakeTurn};
use copilot_sdk::{Client, Error, ErrorKind, Result, Session};
use serde_json::{Value, json};
use tokio::time::advance;

use super::stage::{open, within};

/// A model call of 100 tokens that asks for so many tool calls.
fn usage(calls: u64) -> Value {
    json!({"model": "m", "inputTokens": 90, "outputTokens": 10, "cost": 0, "isByok": true,
        "numToolCalls": calls})
}

fn calls_model(agent: &FakeSession, tool_calls: u64) {
    agent.emit("assistant.usage", usage(tool_calls));
}

/// Waits until the turn is aborted, and ends it.
async fn is_aborted(turn: FakeTurn) {
    within(turn.session().expect("session.abort")).await.unwrap();
    turn.abort();
}

/// Asks within a budget while `script` plays the agent.
async fn asks(
    session: &Session,
    agent: &FakeSession,
    budget: Budget,
    script: impl AsyncFnOnce(FakeTurn),
) -> Result<Reply> {
    let script = async { script(agent.prompt().await.unwrap()).await };
    tokio::join!(session.ask("go").budget(budget).into_future(), script).0
}

/// What is known of an exhausted budget.
fn exhausted(error: &Error) -> (BudgetScope, BudgetLimit, Spent) {
    assert_eq!(error.kind(), ErrorKind::Budget, "{error}");
    let budget = error.exhausted_budget().unwrap().clone();
    (budget.scope, budget.limit, budget.spent)
}

/// The hook that the CLI calls before a tool.
async fn before_tool(fake: &FakeRuntime, session: &Session, tool: &str) -> Value {
    let input = json!({"toolName": tool, "toolArgs": {}, "timestamp": 1, "cwd": "/"});
    let hook = json!({"sessionId": session.id(), "hookType": "preToolUse", "input": input});
    within(fake.request("hooks.invoke", hook)).await.unwrap()
}

#[tokio::test]
async fn model_calls_end_a_turn_that_needs_another_one() {
    let (fake, agent, _client, session) = open().await;
    let error = asks(&session, &agent, Budget::new().model_calls(2), async |turn| {
        calls_model(&agent, 1);
        agent.emit("tool.execution_start", json!({"toolCallId": "c", "toolName": "view"}));
        assert_eq!(fake.calls("session.abort").len(), 0);
        calls_model(&agent, 1);
        is_aborted(turn).await;
    });
    let error = error.await.unwrap_err();
    let (scope, limit, spent) = exhausted(&error);
    assert_eq!((scope, limit), (BudgetScope::Turn, BudgetLimit::ModelCalls(2)));
    assert_eq!((spent.model_calls, spent.tool_calls, spent.tokens), (2, 1, 200));
    assert_eq!((&*spent.models[0].model, spent.models[0].calls), ("m", 2));
    assert_eq!((&*spent.tools[0].tool, spent.tools[0].calls), ("view", 1));
    assert_eq!(error.session_id(), Some(session.id()));
    let text = error.to_string();
    let told = "the turn's budget of 2 model calls is exhausted; spent: 2 model calls (m: 2), 1 \
                tool call (view: 1), 200 tokens, ";
    assert!(text.starts_with(told), "{text}");
    assert_eq!(fake.calls("session.abort").len(), 1);
}

#[tokio::test]
async fn a_turn_whose_last_model_call_reaches_the_limit_succeeds_and_the_next_is_not_sent() {
    let (fake, client) = super::stage::connect().await;
    let budget = Budget::new().tokens(150);
    let session = client.session().budget(budget).create().await.unwrap();
    let agent = fake.session(session.id());
    let reply = asks(&session, &agent, Budget::new(), async |turn| {
        calls_model(&agent, 1);
        calls_model(&agent, 0);
        turn.say("done");
        turn.end();
    });
    assert_eq!(reply.await.unwrap().text(), "done");
    let error = session.ask("again").await.unwrap_err();
    let (scope, limit, spent) = exhausted(&error);
    assert_eq!((scope, limit, spent.tokens), (BudgetScope::Session, BudgetLimit::Tokens(150), 200));
    assert_eq!(session.send("again").await.unwrap_err().kind(), ErrorKind::Budget);
    assert_eq!((fake.calls("session.send").len(), fake.calls("session.abort").len()), (1, 0));
}

#[tokio::test]
async fn a_prompt_that_was_queued_in_time_ends_when_it_calls_the_model() {
    let (fake, client) = super::stage::connect().await;
    let session = client.session().budget(Budget::new().model_calls(1)).create().await.unwrap();
    let agent = fake.session(session.id());
    fake.by_hand("session.send");
    let script = async {
        for id in ["m1", "m2"] {
            let call = within(agent.expect("session.send")).await.unwrap();
            call.reply(json!({"messageId": id})).unwrap();
        }
        let begin = |id: &str, delivery: &str| {
            let message = json!({"content": "go", "messageId": id, "delivery": delivery});
            agent.emit("user.message", message);
            agent.emit("assistant.turn_start", json!({"turnId": "0"}));
        };
        begin("m1", "idle");
        calls_model(&agent, 0);
        agent.emit("assistant.idle", json!({}));
        begin("m2", "queued");
        within(agent.expect("session.abort")).await.unwrap();
        agent.emit("abort", json!({"reason": "user_initiated"}));
        agent.emit("session.idle", json!({"aborted": true}));
    };
    let (first, second) = (session.ask("go").into_future(), session.ask("go").into_future());
    let (first, second, ()) = tokio::join!(first, second, script);
    first.unwrap();
    assert_eq!(exhausted(&second.unwrap_err()).1, BudgetLimit::ModelCalls(1));
}

#[tokio::test]
async fn tokens_of_sub_agents_count() {
    let (_fake, agent, _client, session) = open().await;
    let error = asks(&session, &agent, Budget::new().tokens(200), async |turn| {
        calls_model(&agent, 1);
        agent.emit_from("helper", "assistant.usage", usage(0));
        is_aborted(turn).await;
    });
    let (_, limit, spent) = exhausted(&error.await.unwrap_err());
    assert_eq!((limit, spent.tokens, spent.model_calls), (BudgetLimit::Tokens(200), 200, 2));
}

#[tokio::test]
async fn a_cost_needs_a_price() {
    let (_fake, agent, _client, session) = open().await;
    let paid = Price::per_million(10_000.0, 100_000.0);
    let billed = json!({"model": "m", "inputTokens": 1, "outputTokens": 1, "cost": 0.5,
        "isByok": false, "numToolCalls": 1});
    for (budget, event, cost) in [
        (Budget::new().cost(1.5).price("m", paid), usage(1), Some(1.9)),
        (Budget::new().cost(0.5), billed.clone(), Some(0.5)),
        (Budget::new().cost(0.5), usage(1), None),
        (Budget::new().cost(0.5).price("other", paid), billed, None),
    ] {
        let limit = format!("{budget:?}");
        let asked = asks(&session, &agent, budget, async |turn| {
            agent.emit("assistant.usage", event);
            is_aborted(turn).await;
        });
        let error = within(asked).await.unwrap_err();
        match cost {
            Some(cost) => {
                let spent = exhausted(&error).2.cost;
                assert_eq!(spent.to_string(), cost.to_string(), "{limit}");
            }
            None => {
                assert_eq!(error.kind(), ErrorKind::Config, "{limit}");
                assert_eq!(
                    error.to_string(),
                    "the turn's budget limits the cost, but a call of model `m` has no price: give \
                     it with `Budget::price(\"m\", ..)`, or leave out `cost`"
                );
            }
        }
    }
}

#[tokio::test]
async fn tokens_that_the_server_does_not_report_are_no_budget() {
    let (_fake, agent, _client, session) = open().await;
    let error = asks(&session, &agent, Budget::new().tokens(10), async |turn| {
        agent.emit("assistant.usage", json!({"model": "m", "numToolCalls": 0}));
        is_aborted(turn).await;
    });
    let error = error.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(
        error.to_string(),
        "the turn's budget counts tokens, but the server of model `m` does not report any: limit \
         `model_calls` instead"
    );
}

#[tokio::test(start_paused = true)]
async fn time_ends_a_turn_in_between_two_events() {
    let (fake, agent, _client, session) = open().await;
    let wall = Duration::from_secs(60);
    let error = asks(&session, &agent, Budget::new().wall(wall), async |turn| {
        advance(Duration::from_secs(59)).await;
        assert_eq!(fake.calls("session.abort").len(), 0);
        fake.timeout(Duration::from_secs(600));
        turn.session().expect("session.abort").await.unwrap();
        turn.abort();
    });
    let (scope, limit, spent) = exhausted(&error.await.unwrap_err());
    assert_eq!(
        (scope, limit, spent.wall.as_secs()),
        (BudgetScope::Turn, BudgetLimit::Wall(wall), 60)
    );
}

#[tokio::test(start_paused = true)]
async fn the_time_of_a_session_begins_with_its_first_turn() {
    let (fake, client) = super::stage::connect().await;
    let wall = Duration::from_secs(60);
    let session = client.session().budget(Budget::new().wall(wall)).create().await.unwrap();
    let agent = fake.session(session.id());
    advance(Duration::from_secs(100)).await;
    let first = asks(&session, &agent, Budget::new(), async |turn| turn.end()).await;
    first.unwrap();
    advance(Duration::from_secs(60)).await;
    let error = session.ask("late").await.unwrap_err();
    assert_eq!(exhausted(&error).1, BudgetLimit::Wall(wall));
    assert_eq!(fake.calls("session.abort").len(), 0, "no turn was running");
}

#[tokio::test]
async fn the_tool_call_beyond_the_limit_is_denied_and_the_turn_aborted() {
    let (fake, client) = super::stage::connect().await;
    let budget = Budget::new().tool_calls(2);
    let session = client.session().budget(budget).create().await.unwrap();
    assert_eq!(fake.calls("session.create")[0]["hooks"], true);
    let agent = fake.session(session.id());
    let error = asks(&session, &agent, Budget::new(), async |turn| {
        for tool in ["view", "bash"] {
            let start = json!({"toolCallId": tool, "toolName": tool});
            agent.emit("tool.execution_start", start);
            assert_eq!(before_tool(&fake, &session, tool).await, json!({}));
        }
        let denied = before_tool(&fake, &session, "bash").await;
        assert_eq!(
            denied["output"],
            json!({"permissionDecision": "deny", "permissionDecisionReason":
                "the budget of this conversation is used up, so the tool was not run"})
        );
        before_tool(&fake, &session, "view").await;
        assert_eq!(fake.calls("session.abort").len(), 0, "the others may end");
        agent.emit("assistant.turn_start", json!({"turnId": "1"}));
        is_aborted(turn).await;
    });
    let (scope, limit, spent) = exhausted(&error.await.unwrap_err());
    assert_eq!((scope, limit), (BudgetScope::Session, BudgetLimit::ToolCalls(2)));
    let tools: Vec<_> = spent.tools.iter().map(|tool| (&*tool.tool, tool.calls)).collect();
    assert_eq!((spent.tool_calls, tools), (2, vec![("view", 1), ("bash", 1)]));
    assert_eq!(fake.calls("session.abort").len(), 1);
}

#[tokio::test]
async fn a_turn_that_limits_tool_calls_turns_hooks_on_once() {
    let (fake, agent, _client, session) = open().await;
    fake.answer_with("session.resume", |params| json!({"sessionId": params["sessionId"]}));
    let mut events = session.events();
    agent.emit("user.message", json!({"content": "before"}));
    within(events.next()).await.unwrap().unwrap();
    for _ in 0..2 {
        let error = asks(&session, &agent, Budget::new().tool_calls(0), async |turn| {
            let denied = before_tool(&fake, &session, "view").await;
            assert_eq!(denied["output"]["permissionDecision"], "deny");
            agent.emit("assistant.turn_start", json!({"turnId": "1"}));
            is_aborted(turn).await;
        });
        let (scope, limit, _) = exhausted(&error.await.unwrap_err());
        assert_eq!((scope, limit), (BudgetScope::Turn, BudgetLimit::ToolCalls(0)));
    }
    let resumed = fake.calls("session.resume");
    assert_eq!((resumed.len(), &resumed[0]["hooks"]), (1, &json!(true)));
    let free = asks(&session, &agent, Budget::new(), async |turn| {
        assert_eq!(before_tool(&fake, &session, "view").await, json!({}));
        turn.end();
    });
    free.await.unwrap();
}

#[tokio::test]
async fn a_clients_budget_is_that_of_all_its_sessions() {
    let (fake, transport) = FakeRuntime::new();
    let budget = Budget::new().tokens(300);
    let client = Client::builder().transport(transport).budget(budget).start().await.unwrap();
    let first = client.session().create().await.unwrap();
    let second = client.session().create().await.unwrap();
    let agents = [fake.session(first.id()), fake.session(second.id())];
    let script = async {
        let turns = [agents[0].prompt().await.unwrap(), agents[1].prompt().await.unwrap()];
        for agent in [&agents[0], &agents[1], &agents[0]] {
            calls_model(agent, 1);
        }
        for turn in turns {
            is_aborted(turn).await;
        }
    };
    let asked = (first.ask("go").into_future(), second.ask("go").into_future());
    let (one, two, ()) = tokio::join!(asked.0, asked.1, script);
    for error in [one.unwrap_err(), two.unwrap_err()] {
        let (scope, _, spent) = exhausted(&error);
        assert_eq!((scope, spent.tokens), (BudgetScope::Client, 300));
    }
    let third = client.session().create().await.unwrap();
    assert_eq!(third.ask("go").await.unwrap_err().kind(), ErrorKind::Budget);
}

#[tokio::test]
async fn of_two_budgets_the_first_exhausted_is_named() {
    for (calls, tokens, named) in
        [(1, 1000, BudgetScope::Session), (9, 100, BudgetScope::Turn), (1, 100, BudgetScope::Turn)]
    {
        let (fake, client) = super::stage::connect().await;
        let budget = Budget::new().model_calls(calls);
        let session = client.session().budget(budget).create().await.unwrap();
        let agent = fake.session(session.id());
        let asked = asks(&session, &agent, Budget::new().tokens(tokens), async |turn| {
            calls_model(&agent, 1);
            is_aborted(turn).await;
        });
        assert_eq!(exhausted(&asked.await.unwrap_err()).0, named);
    }
}

#[tokio::test(start_paused = true)]
async fn the_attempts_of_a_retry_share_a_budget() {
    let (fake, agent, _client, session) = open().await;
    fake.answer("session.history.rewind", json!({"outcome": "success"}));
    let budget = Budget::new().tokens(200);
    let script = async {
        let turn = agent.prompt().await.unwrap();
        calls_model(&agent, 1);
        let error = json!({"errorType": "query", "message": "busy", "statusCode": 503});
        agent.emit("session.error", error);
        turn.end();
        fake.timeout(Duration::from_secs(600));
        let turn = agent.prompt().await.unwrap();
        calls_model(&agent, 1);
        is_aborted(turn).await;
    };
    let asked = session.ask("go").budget(budget).retry(Retry::new()).into_future();
    let (reply, ()) = tokio::join!(asked, script);
    assert_eq!(exhausted(&reply.unwrap_err()).2.tokens, 200);
}

#[tokio::test]
async fn a_turn_that_goes_on_after_the_abort_is_aborted_again() {
    let (fake, agent, _client, session) = open().await;
    let error = asks(&session, &agent, Budget::new().model_calls(1), async |turn| {
        calls_model(&agent, 1);
        within(agent.expect("session.abort")).await.unwrap();
        // What follows stands behind the answer, which the fake runtime has given.
        agent.emit("assistant.turn_start", json!({"turnId": "1"}));
        is_aborted(turn).await;
    });
    assert_eq!(error.await.unwrap_err().kind(), ErrorKind::Budget);
    assert_eq!(fake.calls("session.abort").len(), 2);
}

#[tokio::test]
async fn a_turn_that_begins_before_its_prompt_is_answered_has_its_budget() {
    // What the CLI does first: it answers the prompt, begins the model call, or ends it.
    for answered in 0..3 {
        let (fake, agent, _client, session) = open().await;
        fake.by_hand("session.send");
        let script = async {
            let send = within(agent.expect("session.send")).await.unwrap();
            let mut send = Some(send);
            let mut answer = |now| {
                if let Some(send) = send.take_if(|_| now == answered) {
                    send.reply(json!({"messageId": "m1"})).unwrap();
                }
            };
            let message = json!({"content": "go", "messageId": "m1", "delivery": "idle",
                "parentAgentTaskId": "t1"});
            agent.emit("user.message", message);
            answer(0);
            agent.emit("assistant.turn_start", json!({"turnId": "0"}));
            answer(1);
            calls_model(&agent, 1);
            within(agent.expect("session.abort")).await.unwrap();
            answer(2);
            agent.emit("abort", json!({"reason": "user_initiated"}));
            agent.emit("session.idle", json!({"aborted": true}));
        };
        let asked = session.ask("go").budget(Budget::new().model_calls(1)).into_future();
        let (reply, ()) = tokio::join!(asked, script);
        assert_eq!(exhausted(&reply.unwrap_err()).1, BudgetLimit::ModelCalls(1), "{answered}");
    }
}

#[tokio::test]
async fn a_prompt_that_is_answered_after_its_turn_leaves_no_budget_behind() {
    let (fake, agent, _client, session) = open().await;
    fake.by_hand("session.send");
    let script = async {
        let send = within(agent.expect("session.send")).await.unwrap();
        let begin = |id: &str, text: &str| {
            let message = json!({"content": text, "messageId": id, "delivery": "idle"});
            agent.emit("user.message", message);
        };
        begin("m1", "go");
        calls_model(&agent, 0);
        agent.emit("session.idle", json!({}));
        send.reply(json!({"messageId": "m1"})).unwrap();
        begin("of another client", "and");
        calls_model(&agent, 1);
        agent.emit("assistant.turn_start", json!({"turnId": "1"}));
    };
    let asked = session.ask("go").budget(Budget::new().model_calls(1)).into_future();
    let (reply, ()) = tokio::join!(asked, script);
    reply.unwrap();
    // Behind every event: what was posted by now has arrived.
    session.history().await.unwrap();
    assert_eq!(fake.calls("session.abort").len(), 0);
}

#[tokio::test]
async fn a_budget_that_limits_nothing_is_a_mistake_at_every_level() {
    let (_fake, _agent, client, session) = open().await;
    let wrong = || Budget::new().cost(-1.0);
    let problem = "a budget of cost -1 is no limit: write a number from 0 upwards";
    let (_, transport) = FakeRuntime::new();
    for error in [
        session.ask("go").budget(wrong()).await.unwrap_err(),
        session.stream("go").budget(wrong()).await.unwrap_err(),
        client.session().budget(wrong()).create().await.unwrap_err(),
        Client::builder().transport(transport).budget(wrong()).build().unwrap_err(),
    ] {
        assert_eq!(
            (error.kind(), error.problems()),
            (ErrorKind::Config, &[problem.to_owned()][..])
        );
    }
}

#[tokio::test]
async fn an_answer_that_is_quicker_than_the_abort_is_over_budget_all_the_same() {
    let (_fake, agent, _client, session) = open().await;
    let error = asks(&session, &agent, Budget::new().model_calls(1), async |turn| {
        calls_model(&agent, 1);
        turn.say("done");
        turn.end();
    });
    assert_eq!(error.await.unwrap_err().kind(), ErrorKind::Budget);
}
