//! Approvals that wait: requests that are left open, over the end of the program and of the CLI.

use std::path::Path;
use std::time::Duration;

use copilot_sdk::agent::CustomAgent;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::{Client, ErrorKind, SessionBuilder, Tool, permission};
use copilot_sdk_tests::{PATIENCE, Place, Stage};
use serde_json::{Value, json};

fn bash(command: &str) -> (&'static str, Value) {
    ("bash", json!({"command": command, "description": "test", "mode": "sync"}))
}

fn builder(client: &Client, model: &ScriptedModel) -> SessionBuilder {
    client.session().model("scripted").provider(model.provider())
}

/// A model that calls these tools at once, then says what they gave.
async fn model(calls: Vec<(&'static str, Value)>) -> ScriptedModel {
    let answer = move |request: &copilot_sdk::testing::ModelRequest| {
        let results = request.tool_results();
        match results.is_empty() {
            true => ModelReply::tools(calls.clone()),
            false => {
                let texts: Vec<_> = results.iter().map(|result| result.text.clone()).collect();
                ModelReply::text(texts.join("|"))
            }
        }
    };
    ScriptedModel::answering(answer).await.unwrap()
}

fn slow() -> Tool {
    Tool::new("slow").description("Is slow").handler(|(), _| async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        "slow"
    })
}

fn exists(place: &Place, name: &str) -> bool {
    Path::new(place.work()).join(name).exists()
}

#[tokio::test]
async fn what_runs_beside_an_open_request_ends_first_and_the_next_program_goes_on() {
    let place = Place::new();
    let model = model(vec![bash("echo one > one.txt"), ("slow", json!({}))]).await;
    let first = place.client().await.start().await.unwrap();
    let policy = permission::allow_own_tools().or(permission::later());
    let session = builder(&first, &model).session_id("work").tool(slow()).permissions(policy);
    let session = session.create().await.unwrap();
    let error = session.ask("go").deadline(PATIENCE).await.unwrap_err();
    assert_eq!((error.kind(), error.pending_requests().len()), (ErrorKind::Pending, 1), "{error}");
    let history = session.history().await.unwrap();
    let ended = history.iter().any(|event| event.event_type() == "external_tool.completed");
    assert!(ended, "the other call is over");
    first.stop().await.unwrap();

    let second = place.client().await.start().await.unwrap();
    let session = builder(&second, &model).permissions(permission::approve_all());
    let session = session.continue_pending_work(true).resume("work").await.unwrap();
    let turn = session.resumed_turn().unwrap().deadline(PATIENCE);
    let reply = turn.reply().await.unwrap();
    assert!(reply.text().ends_with("|slow"), "{reply}");
    assert!(exists(&place, "one.txt"));
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_sub_agent_is_told_that_it_cannot_wait() {
    let task = json!({"agent_type": "helper", "name": "help", "description": "help",
        "prompt": "do it", "mode": "sync"});
    let stage = Stage::shared_answering(move |request| {
        let is_helper = request.system().contains("HELP WITH ALL");
        match (is_helper, request.tool_results().last()) {
            (true, None) => ModelReply::tools([bash("echo sub > sub.txt")]),
            (false, None) => ModelReply::tool("task", task.clone()),
            (_, Some(result)) => ModelReply::text(result.text.clone()),
        }
    })
    .await;
    let helper = CustomAgent::new("helper", "HELP WITH ALL").description("Helps");
    let session = stage.session().custom_agent(helper).permissions(permission::later());
    let session = session.create().await.unwrap();
    let reply = session.ask("go").deadline(PATIENCE).await.unwrap();
    assert!(reply.text().contains("leave it to the main agent"), "{reply}");
    stage.stop().await;
}
