//! What becomes of an open question of the CLI (a tool call, a permission, a question to the user)
//! when the CLI is killed and started again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::ErrorKind;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::testing::{Hold, ModelReply, ModelRequest};
use copilot_sdk_tests::restarting::{Restarting, Step, echo, last_prompt, names};
use serde_json::json;
use tokio::sync::Notify;

#[tokio::test]
async fn restart_with_an_open_tool_call_that_ends_while_no_cli_runs() {
    let step = Step::default();
    let mut cli = Restarting::with_session(echo, |session| session.tool(step.tool())).await;
    let reply = cli.begin("use the tool");
    cli.until_on_disk("external_tool.requested").await;
    cli.kill();
    cli.lifecycle.next().await;
    step.end.notify_one();
    let lost = cli.restarted().await;
    assert!(reply.await.unwrap().unwrap().text().contains("use the tool"));
    assert_eq!((lost, step.runs()), (vec![], 1));
    cli.goes_on(&["use the tool"]).await;
}

#[tokio::test]
async fn restart_with_an_open_tool_call_that_was_not_written_yet() {
    let step = Step::default();
    let mut cli = Restarting::with_session(echo, |session| session.tool(step.tool())).await;
    cli.ask_and_keep("one").await;
    let reply = cli.begin("use the tool");
    step.begun.notified().await;
    let lost = cli.kill_and_restart().await;
    // The kill came before the call was on the disk.
    let error = reply.await.unwrap().expect_err("the tool never ends");
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert_eq!(names(lost), ["external_tool.requested (step)"]);
    assert_eq!(step.runs(), 1);
    cli.goes_on(&["one"]).await;
}

#[tokio::test]
async fn restart_with_an_answer_that_was_not_written_yet() {
    let (step, hold) = (Step::default(), Hold::new());
    let script = hold.clone();
    let answer = move |request: &ModelRequest| match request.tool_results().len() {
        0 => echo(request),
        _ if last_prompt(request).contains("still there") => echo(request),
        _ => ModelReply::text("done").held(&script),
    };
    let mut cli = Restarting::with_session(answer, |session| session.tool(step.tool())).await;
    let reply = cli.begin("use the tool");
    cli.until_on_disk("external_tool.requested").await;
    step.end.notify_one();
    hold.reached().await;
    cli.kill();
    hold.release();
    cli.restarted().await;
    // Whether the answer was on the disk is chance: either way the tool ran once.
    match reply.await.unwrap() {
        Ok(reply) => assert_eq!(reply.text(), "done"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}"),
    }
    assert_eq!(step.runs(), 1);
    cli.goes_on(&["use the tool"]).await;
}

#[tokio::test]
async fn restart_with_an_open_permission() {
    let answer = |request: &ModelRequest| match request.tool_results().len() {
        0 if last_prompt(request).contains("make it") => ModelReply::tool(
            "bash",
            json!({"command": "echo made > made.txt", "description": "make"}),
        ),
        _ => echo(request),
    };
    let (asked, decide) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
    let (counted, decided) = (Arc::clone(&asked), Arc::clone(&decide));
    let policy = permission::ask(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        let decided = Arc::clone(&decided);
        async move {
            decided.notified().await;
            PermissionDecision::ApproveOnce
        }
    });
    let mut cli = Restarting::with_session(answer, |session| session.permissions(policy)).await;
    let reply = cli.begin("make it");
    cli.until_on_disk("permission.requested").await;
    let lost = cli.kill_and_restart().await;
    decide.notify_one();
    assert!(reply.await.unwrap().unwrap().text().contains("make it"));
    assert_eq!((lost, asked.load(Ordering::Relaxed)), (vec![], 1));
    let made = cli.stage.place.work().join("made.txt");
    assert_eq!(std::fs::read_to_string(made).unwrap(), "made\n");
    cli.goes_on(&["make it"]).await;
}

#[tokio::test]
async fn restart_with_an_open_question_to_the_user() {
    let answer = |request: &ModelRequest| match request.tool_results().len() {
        0 if last_prompt(request).contains("ask me") => {
            ModelReply::tool("ask_user", json!({"question": "Which?", "choices": ["a", "b"]}))
        }
        _ => echo(request),
    };
    let asked = Arc::new(Notify::new());
    let told = Arc::clone(&asked);
    let mut cli = Restarting::with_session(answer, |session| {
        session.on_user_input_request(move |question| {
            told.notify_one();
            async move {
                std::future::pending::<()>().await;
                question.answer("a")
            }
        })
    })
    .await;
    cli.ask_and_keep("one").await;
    let reply = cli.begin("ask me");
    asked.notified().await;
    let lost = cli.kill_and_restart().await;
    assert_eq!(reply.await.unwrap().unwrap_err().kind(), ErrorKind::Interrupted);
    assert_eq!(names(lost), ["userInput.request"]);
    cli.goes_on(&["one"]).await;
}
