//! Budgets: what the real CLI reports of its calls, and that it stops where a budget ends.

use copilot_sdk::agent::CustomAgent;
use copilot_sdk::budget::{Budget, BudgetLimit, BudgetScope, Price};
use copilot_sdk::event::EventData;
use copilot_sdk::hook::PreToolUseOutput;
use copilot_sdk::permission;
use copilot_sdk::session::{TaskStatus, WaitFor};
use copilot_sdk::testing::{Hold, ModelReply, ModelRequest, ModelToolCall};
use copilot_sdk::{Error, ErrorKind, SessionBuilder, Tool};
use copilot_sdk_tests::{PATIENCE, Stage};
use serde_json::json;

use super::hooks::Notes;

/// A tool that says that it ran.
fn note(log: &Notes) -> Tool {
    let log = log.clone();
    Tool::new("note").description("Takes a note").handler(move |(), _| {
        log.add("ran");
        async { "noted" }
    })
}

fn limit(error: &Error) -> (BudgetScope, BudgetLimit) {
    assert_eq!(error.kind(), ErrorKind::Budget, "{error}");
    let budget = error.exhausted_budget().unwrap();
    (budget.scope, budget.limit)
}

/// The model calls two tools in each of its replies, its own and a built-in one, for ever.
async fn stage() -> Stage {
    Stage::shared_answering(|_| {
        let look = ModelToolCall::new("glob", json!({"pattern": "*"}));
        ModelReply::tools([ModelToolCall::new("note", json!({})), look]).usage(900, 100)
    })
    .await
}

#[tokio::test]
async fn exactly_as_many_tools_run_as_the_session_may_call() {
    let (stage, log) = (stage().await, Notes::default());
    let session = stage.session().tool(note(&log)).permissions(permission::approve_all());
    let session = session.budget(Budget::new().tool_calls(5)).create().await.unwrap();
    let error = session.ask("go").deadline(PATIENCE).await.unwrap_err();
    assert_eq!(limit(&error), (BudgetScope::Session, BudgetLimit::ToolCalls(5)));
    let spent = &error.exhausted_budget().unwrap().spent;
    let tools: Vec<_> = spent.tools.iter().map(|tool| (&*tool.tool, tool.calls)).collect();
    assert_eq!((tools, log.all().len()), (vec![("note", 3), ("glob", 2)], 3));
    assert_eq!((spent.model_calls, spent.tokens), (3, 3000));
    assert_eq!(session.ask("again").await.unwrap_err().kind(), ErrorKind::Budget);
    stage.stop().await;
}

#[tokio::test]
async fn a_turn_may_limit_the_tools_of_a_session_without_hooks() {
    let (stage, log) = (stage().await, Notes::default());
    let session = stage.session().tool(note(&log)).permissions(permission::approve_all());
    let session = session.create().await.unwrap();
    for turn in 1..3 {
        let asked = session.ask("go").budget(Budget::new().tool_calls(1)).deadline(PATIENCE);
        let error = asked.await.unwrap_err();
        assert_eq!(limit(&error), (BudgetScope::Turn, BudgetLimit::ToolCalls(1)));
        assert_eq!(log.all().len(), turn);
    }
    stage.stop().await;
}

/// The hooks are turned on while the first turn is at work, which goes on.
#[tokio::test]
async fn a_queued_prompt_may_limit_tools_while_a_turn_runs() {
    let (hold, log) = (Hold::new(), Notes::default());
    let answer = hold.clone();
    let stage = Stage::shared_answering(move |request| {
        let is_second = request.user_texts().join("").contains("second");
        match (is_second, request.tool_results().is_empty()) {
            (false, true) => ModelReply::tool("note", json!({})).held(&answer),
            (false, false) => ModelReply::text("first done"),
            (true, _) => ModelReply::tool("note", json!({})),
        }
    })
    .await;
    let session = stage.session().tool(note(&log)).create().await.unwrap();
    let first = session.stream("first").await.unwrap();
    hold.reached().await;
    let second = session.ask("second").budget(Budget::new().tool_calls(1)).deadline(PATIENCE);
    let release = async {
        // By then the session was opened again and the second prompt is queued.
        let mut events = session.events();
        while events.next().await.unwrap().unwrap().event_type() != "pending_messages.modified" {}
        hold.release();
        first.reply().await
    };
    let (second, first) = tokio::join!(second, release);
    assert_eq!(first.unwrap().text(), "first done");
    assert_eq!(limit(&second.unwrap_err()), (BudgetScope::Turn, BudgetLimit::ToolCalls(1)));
    assert_eq!(log.all().len(), 2);
    stage.stop().await;
}

#[tokio::test]
async fn a_hook_of_the_program_sees_the_calls_within_the_budget() {
    let (stage, log, seen) = (stage().await, Notes::default(), Notes::default());
    let noted = seen.clone();
    let session = stage.session().tool(note(&log)).on_pre_tool_use(move |call| {
        noted.add(call.tool_name);
        async { PreToolUseOutput::allow() }
    });
    let session = session.create().await.unwrap();
    let asked = session.ask("go").budget(Budget::new().tool_calls(3)).deadline(PATIENCE);
    let error = asked.await.unwrap_err();
    assert_eq!(limit(&error).1, BudgetLimit::ToolCalls(3));
    assert_eq!(seen.all(), ["note", "glob", "note"]);
    stage.stop().await;
}

#[tokio::test]
async fn tokens_cost_and_model_calls_exceed_their_limit_by_one_model_call_at_most() {
    let price = Price::per_million(1000.0, 1000.0);
    for (budget, reached) in [
        (Budget::new().tokens(1500), BudgetLimit::Tokens(1500)),
        (Budget::new().model_calls(2), BudgetLimit::ModelCalls(2)),
        (Budget::new().cost(1.5).price("scripted", price), BudgetLimit::Cost(1.5)),
    ] {
        let (stage, log) = (stage().await, Notes::default());
        let session = stage.session().tool(note(&log)).create().await.unwrap();
        let asked = session.ask("go").budget(budget).deadline(PATIENCE);
        let error = asked.await.unwrap_err();
        assert_eq!(limit(&error), (BudgetScope::Turn, reached));
        // One more request may be on its way when the abort arrives.
        let asked = stage.model.requests().len();
        assert!((2..=3).contains(&asked), "{asked} model requests");
        assert_eq!(error.exhausted_budget().unwrap().spent.tokens, 2000);
        stage.stop().await;
    }
}

#[tokio::test]
async fn a_cost_without_a_price_is_a_mistake_that_names_the_setter() {
    let stage = stage().await;
    let session = stage.session().create().await.unwrap();
    let asked = session.ask("go").budget(Budget::new().cost(1.0)).deadline(PATIENCE);
    let error = asked.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(error.to_string().contains("`Budget::price(\"scripted\", ..)`"), "{error}");
    stage.stop().await;
}

fn helper(session: SessionBuilder) -> SessionBuilder {
    session.custom_agent(CustomAgent::new("helper", "HELP WITH ALL").description("Helps"))
}

fn is_helper(request: &ModelRequest) -> bool {
    request.system().contains("HELP WITH ALL")
}

/// The session's agent hands its prompt to a helper, which takes notes for ever.
async fn with_helper(mode: &'static str) -> Stage {
    Stage::shared_answering(move |request| {
        if is_helper(request) {
            return ModelReply::tool("note", json!({})).usage(900, 100);
        }
        if !request.tool_results().is_empty() {
            return ModelReply::text("started").usage(900, 100);
        }
        let task = json!({"agent_type": "helper", "name": "help", "description": "help",
            "prompt": "do it", "mode": mode});
        ModelReply::tool("task", task).usage(900, 100)
    })
    .await
}

#[tokio::test]
async fn a_sub_agent_spends_of_the_same_budget() {
    for (budget, notes) in [(Budget::new().tool_calls(3), 2), (Budget::new().tokens(3000), 1)] {
        let (stage, log) = (with_helper("sync").await, Notes::default());
        let session = helper(stage.session().tool(note(&log))).create().await.unwrap();
        let asked = session.ask("go").budget(budget).deadline(PATIENCE);
        let error = asked.await.unwrap_err();
        assert_eq!(limit(&error).0, BudgetScope::Turn);
        assert_eq!(log.all().len(), notes);
        stage.stop().await;
    }
}

#[tokio::test]
async fn an_agent_in_the_background_ends_with_the_budget() {
    for waits in [WaitFor::AllTasks, WaitFor::Reply] {
        let (stage, log) = (with_helper("background").await, Notes::default());
        let session = helper(stage.session().tool(note(&log))).budget(Budget::new().tokens(9000));
        let session = session.create().await.unwrap();
        let mut events = session.events();
        let asked = session.ask("go").wait_for(waits).deadline(PATIENCE).await;
        match waits {
            WaitFor::AllTasks => assert_eq!(limit(&asked.unwrap_err()).0, BudgetScope::Session),
            _ => assert_eq!(asked.unwrap().text(), "started"),
        }
        let ended = async {
            while let Some(event) = events.next().await {
                if matches!(event.unwrap().data, EventData::SubagentCompleted(_)) {
                    break;
                }
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.unwrap();
        // Nine spend the budget. The next one may be on its way when the abort arrives.
        let asked = stage.model.requests().len();
        assert!((9..=10).contains(&asked), "{asked} model requests");
        let tasks = session.tasks().await.unwrap();
        assert_eq!(
            tasks.iter().map(|task| &task.status).collect::<Vec<_>>(),
            [&TaskStatus::Cancelled]
        );
        assert_eq!(stage.model.requests().len(), asked, "no model is called any more");
        stage.stop().await;
    }
}
