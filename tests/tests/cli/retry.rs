//! Another attempt at a turn whose request to the model failed.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use copilot_sdk::event::EventData;
use copilot_sdk::session::Retry;
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk::{ErrorKind, Tool, permission};
use copilot_sdk_tests::Stage;
use serde_json::json;

/// The first requests of a prompt that says so fail, as many as this. The CLI does not try those
/// again.
fn failing(failures: usize) -> impl Fn(&ModelRequest) -> ModelReply + Send + Sync + 'static {
    let failed = Mutex::new(HashMap::<String, usize>::new());
    move |request| {
        let prompt = request.user_texts().pop().unwrap_or_default();
        let tool = ["count", "set", "write", "view"].into_iter().find(|tool| prompt.contains(tool));
        if let Some(tool) = tool.filter(|_| request.tool_results().is_empty()) {
            let arguments = if tool == "view" { json!({"path": "/"}) } else { json!({}) };
            return ModelReply::tool(tool, arguments);
        }
        let mut failed = failed.lock().unwrap();
        let failed = failed.entry(prompt.clone()).or_default();
        if prompt.contains("fail") && *failed < failures {
            *failed += 1;
            return ModelReply::error(503, "busy").header("x-should-retry", "false");
        }
        ModelReply::text(request.user_texts().join("+"))
    }
}

fn quick() -> Retry {
    Retry::new().first_wait(Duration::ZERO)
}

#[tokio::test]
async fn a_turn_that_failed_is_tried_again_and_the_history_holds_its_prompt_once() {
    let stage = Stage::shared_answering(failing(2)).await;
    let session = stage.session().create().await.unwrap();
    session.ask("one").await.unwrap();
    let reply = session.ask("fail").retry(quick()).await.unwrap();
    assert_eq!(reply.text(), "one+fail");
    let history = session.history().await.unwrap();
    let prompts = history.iter().filter_map(|event| match &event.data {
        EventData::UserMessage(message) => Some(message.content.as_str()),
        _ => None,
    });
    assert_eq!(prompts.collect::<Vec<_>>(), ["one", "fail"]);
    assert_eq!(session.ask("two").await.unwrap().text(), "one+fail+two");
    stage.stop().await;
}

#[tokio::test]
async fn without_a_retry_and_after_the_last_attempt_the_error_stands() {
    let stage = Stage::shared_answering(failing(4)).await;
    let session = stage.session().create().await.unwrap();
    let once = session.ask("fail").await.unwrap_err();
    let other = session.ask("fail").retry(quick().statuses([429])).await.unwrap_err();
    let twice = session.ask("fail").retry(quick().attempts(2)).await.unwrap_err();
    for error in [once, other, twice] {
        assert_eq!((error.kind(), error.status_code()), (ErrorKind::Session, Some(503)));
    }
    assert_eq!(stage.model.requests().len(), 4);
    stage.stop().await;
}

#[tokio::test]
async fn after_a_tool_that_may_have_changed_something_there_is_no_other_attempt_unless_told() {
    let stage = Stage::shared_answering(failing(1)).await;
    let tool = |name: &'static str| Tool::new(name).description("A tool").handler(|(), _| async {});
    let ask = async |prompt: &str, retry: Retry| {
        let builder = stage.session().tool(tool("write")).tool(tool("set").idempotent());
        let builder = builder.tool(tool("count").read_only());
        let session = builder.permissions(permission::approve_all()).create().await.unwrap();
        session.ask(prompt).retry(retry).await
    };
    for prompt in ["write, fail", "set, fail"] {
        let error = ask(prompt, quick()).await.unwrap_err();
        assert_eq!(error.status_code(), Some(503));
    }
    for (prompt, retry) in [
        ("count, fail", quick()),
        ("view, fail", quick()),
        ("write it nevertheless, fail", quick().after_any_tool()),
    ] {
        assert_eq!(ask(prompt, retry).await.unwrap().text(), prompt);
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_deadline_that_would_pass_before_the_next_attempt_is_not_waited_for() {
    let stage = Stage::shared_answering(failing(1)).await;
    let session = stage.session().create().await.unwrap();
    let began = Instant::now();
    let retry = Retry::new().first_wait(Duration::from_secs(600)).longest_wait(Duration::MAX);
    let limit = Duration::from_secs(60);
    let error = session.ask("fail").retry(retry).deadline(limit).await.unwrap_err();
    assert_eq!(error.status_code(), Some(503));
    assert!(began.elapsed() < limit);
    stage.stop().await;
}
