//! Approvals that wait: requests that are left open, over the end of the program and of the CLI.

use std::path::Path;
use std::sync::Arc;

use copilot_sdk::agent::CustomAgent;
use copilot_sdk::event::EventData;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::session::{PendingQuestion, Reply};
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk::tool::ToolResult;
use copilot_sdk::{Client, ErrorKind, Session, SessionBuilder, Tool};
use copilot_sdk_tests::{PATIENCE, Place, Stage, carriers, kill, until_on_disk, wait_until_gone};
use serde_json::{Value, json};
use tokio::sync::Notify;

fn bash(command: &str) -> (&'static str, Value) {
    ("bash", json!({"command": command, "description": "test", "mode": "sync"}))
}

fn create(name: &str) -> (&'static str, Value) {
    ("create", json!({"path": name, "file_text": "made"}))
}

/// A model that calls these tools at once, then says what they gave.
async fn model<const N: usize>(calls: [(&'static str, Value); N]) -> ScriptedModel {
    let answer = move |request: &ModelRequest| {
        let results = request.tool_results();
        if results.is_empty() {
            return ModelReply::tools(calls.clone());
        }
        ModelReply::text(results.iter().map(|result| &*result.text).collect::<Vec<_>>().join("|"))
    };
    ScriptedModel::answering(answer).await.unwrap()
}

/// A session whose policy leaves all open but tools of the program.
fn patient(client: &Client, model: &ScriptedModel) -> SessionBuilder {
    let policy = permission::allow_own_tools().or(permission::later());
    client.session().model("scripted").provider(model.provider()).permissions(policy)
}

/// Asks, and returns the ids of the requests that were left open.
async fn left_open(session: &Session) -> Vec<String> {
    let error = session.ask("go").deadline(PATIENCE).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pending, "{error}");
    error.pending_requests().iter().map(ToString::to_string).collect()
}

async fn pending(session: &Session) -> Vec<String> {
    let pending = session.pending().await.unwrap();
    pending.into_iter().map(|request| request.request_id.to_string()).collect()
}

async fn read_on(session: &Session) -> copilot_sdk::Result<String> {
    let turn = session.resumed_turn().unwrap().deadline(PATIENCE);
    turn.reply().await.map(Reply::into_text)
}

fn exists(place: &Place, name: &str) -> bool {
    Path::new(place.work()).join(name).exists()
}

#[derive(Debug, Clone, Copy)]
enum End {
    Stop,
    ForceStop,
    Kill,
}

#[tokio::test]
async fn a_request_that_was_left_open_is_answered_by_another_program() {
    let approve = PermissionDecision::ApproveInteractively;
    let reject = || PermissionDecision::reject("not today");
    for (end, decision, said) in [
        (End::Stop, approve, "Created file"),
        (End::ForceStop, reject(), "not today"),
        (End::Kill, reject(), "not today"),
    ] {
        let (place, model) = (Place::new(), model([create("made.txt")]).await);
        let first = place.client().await.start().await.unwrap();
        let session = patient(&first, &model).session_id("work").create().await.unwrap();
        let open = left_open(&session).await;
        match end {
            End::Stop => first.stop().await.unwrap(),
            End::ForceStop => first.force_stop().await.unwrap(),
            End::Kill => {
                // The CLI writes it a moment after it is asked.
                until_on_disk(&session, "permission.requested").await;
                for pid in carriers(&place) {
                    kill(pid);
                }
                wait_until_gone(&place).await;
            }
        }
        drop((session, first));

        let second = place.client().await.start().await.unwrap();
        let session = patient(&second, &model).continue_pending_work(true);
        let session = session.resume("work").await.unwrap();
        assert_eq!(pending(&session).await, open, "{end:?}");
        let approved = decision.is_approval();
        session.answer(&*open[0], decision).await.unwrap();
        let text = read_on(&session).await.unwrap();
        assert!(text.contains(said), "{end:?}: {text}");
        assert_eq!(exists(&place, "made.txt"), approved, "{end:?}");
        assert_eq!(pending(&session).await, [""; 0], "{end:?}");
        second.stop().await.unwrap();
    }
}

#[tokio::test]
async fn what_runs_beside_an_open_request_ends_before_the_turn_does() {
    let (place, model) = (Place::new(), model([create("one.txt"), ("slow", json!({}))]).await);
    let go_on = Arc::new(Notify::new());
    let told = Arc::clone(&go_on);
    let slow = Tool::new("slow").description("Is slow").handler(move |(), _| {
        let told = Arc::clone(&told);
        async move {
            told.notified().await;
            "slow"
        }
    });
    let client = place.client().await.start().await.unwrap();
    let session = patient(&client, &model).tool(slow).create().await.unwrap();
    session.on(move |event| {
        if let EventData::PermissionLeftOpen(_) = &event.data {
            go_on.notify_one();
        }
    });
    let open = left_open(&session).await;
    assert_eq!(open.len(), 1);
    let history = session.history().await.unwrap();
    let ended = history.iter().any(|event| event.event_type() == "external_tool.completed");
    assert!(ended, "the other call is over");
    session.answer(&*open[0], PermissionDecision::ApproveOnce).await.unwrap();
    let text = read_on(&session).await.unwrap();
    assert!(text.contains("Created file") && text.ends_with("|slow"), "{text}");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn several_requests_are_answered_one_by_one_in_one_program() {
    let (place, model) = (Place::new(), model([create("a.txt"), create("b.txt")]).await);
    let client = place.client().await.start().await.unwrap();
    let session = patient(&client, &model).create().await.unwrap();
    let mut open = left_open(&session).await;
    open.sort_unstable();
    let mut listed = pending(&session).await;
    listed.sort_unstable();
    assert_eq!((open.len(), &listed), (2, &open));
    let error = session.ask("more").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pending, "{error}");

    session.answer(&*open[0], PermissionDecision::ApproveOnce).await.unwrap();
    let error = read_on(&session).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.pending_requests()[0].as_str()),
        (ErrorKind::Pending, &*open[1])
    );
    let error = session.answer(&*open[0], PermissionDecision::ApproveOnce).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let error = session.answer(&*open[1], ToolResult::success("42")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");

    session.answer(&*open[1], PermissionDecision::reject("not today")).await.unwrap();
    let text = read_on(&session).await.unwrap();
    assert!(text.contains("Created file") && text.contains("not today"), "{text}");
    assert_ne!(exists(&place, "a.txt"), exists(&place, "b.txt"));
    client.stop().await.unwrap();
}

#[tokio::test]
async fn a_call_of_a_declared_tool_is_answered_by_another_program() {
    let (place, model) = (Place::new(), model([("sign", json!({"amount": 7}))]).await);
    let sign = || Tool::new("sign").description("Signs");
    let first = place.client().await.start().await.unwrap();
    let session = patient(&first, &model).tool(sign()).session_id("work").create().await.unwrap();
    let mut turn = session.stream("go").await.unwrap();
    while turn.next().await.unwrap().unwrap().event_type() != "external_tool.requested" {}
    first.stop().await.unwrap();

    let second = place.client().await.start().await.unwrap();
    let session = patient(&second, &model).tool(sign()).continue_pending_work(true);
    let session = session.resume("work").await.unwrap();
    let pending = session.pending().await.unwrap();
    let PendingQuestion::ToolCall(call) = &pending[0].question else { panic!("{pending:?}") };
    assert_eq!((&*call.tool_name, &call.arguments), ("sign", &Some(json!({"amount": 7}))));
    session.answer(&pending[0].request_id, ToolResult::success("signed")).await.unwrap();
    assert_eq!(read_on(&session).await.unwrap(), "signed");
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_session_resumed_without_its_pending_work_has_nothing_to_answer() {
    let (place, model) = (Place::new(), model([create("made.txt")]).await);
    let first = place.client().await.start().await.unwrap();
    let session = patient(&first, &model).session_id("work").create().await.unwrap();
    let open = left_open(&session).await;
    first.stop().await.unwrap();
    let second = place.client().await.start().await.unwrap();
    let session = patient(&second, &model).resume("work").await.unwrap();
    assert_eq!(pending(&session).await, [""; 0]);
    let error = session.answer(&*open[0], PermissionDecision::ApproveOnce).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(session.ask("go on").await.unwrap().text().contains("interrupted"));
    assert!(!exists(&place, "made.txt"));
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_turn_that_waits_is_given_up_by_an_abort_also_after_a_resume() {
    let (place, model) = (Place::new(), model([create("made.txt")]).await);
    let first = place.client().await.start().await.unwrap();
    let session = patient(&first, &model).session_id("work").create().await.unwrap();
    left_open(&session).await;
    first.stop().await.unwrap();
    let second = place.client().await.start().await.unwrap();
    let session = patient(&second, &model).continue_pending_work(true);
    let session = session.resume("work").await.unwrap();
    let turn = session.resumed_turn().unwrap();
    assert_eq!(turn.reply().await.unwrap_err().kind(), ErrorKind::Pending);
    session.abort().await.unwrap();
    assert_eq!(pending(&session).await, [""; 0]);
    let reply = session.ask("go on").deadline(PATIENCE).await.unwrap();
    assert!(!reply.text().contains("Created"), "{reply}");
    assert!(!exists(&place, "made.txt"));
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
