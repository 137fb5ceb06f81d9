//! Permissions: what runs, what is denied, and what the model is told.

use copilot_sdk::Tool;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::testing::Reply;
use copilot_sdk_tests::Stage;
use serde_json::json;

fn hello() -> Tool {
    Tool::new("hello").description("Greets").raw_handler(|_| async { "hi" })
}

fn shell(command: &str) -> Reply {
    Reply::tool("bash", json!({"command": command, "description": "test", "mode": "sync"}))
}

#[tokio::test]
async fn by_default_own_tools_run_and_everything_else_is_denied_with_an_answer() {
    let stage =
        Stage::new([Reply::tool("hello", json!({})), shell("touch made-by-the-agent"), Reply::text("ok")]).await;
    let session = stage.session().tool(hello()).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    let outcomes: Vec<_> = reply.tool_calls().iter().map(|call| (call.name.as_str(), call.success)).collect();
    assert_eq!(outcomes, [("hello", true), ("bash", false)]);
    assert!(!stage.place.work().join("made-by-the-agent").exists());
    assert_eq!(reply.text(), "ok", "the turn went on");
    stage.stop().await;
}

#[tokio::test]
async fn approve_all_lets_the_agent_work() {
    let stage = Stage::new([shell("touch made-by-the-agent"), Reply::text("made")]).await;
    let session = stage.session().permissions(permission::approve_all()).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert!(reply.tool_calls()[0].success, "{:?}", reply.tool_calls());
    assert!(stage.place.work().join("made-by-the-agent").exists());
    stage.stop().await;
}

#[tokio::test]
async fn a_policy_sees_own_tools_too_and_its_feedback_reaches_the_model() {
    let stage = Stage::new([Reply::tool("hello", json!({})), Reply::text("understood")]).await;
    let policy = permission::ask(|request| async move {
        assert_eq!((request.kind(), request.tool_name()), ("custom-tool", Some("hello")));
        PermissionDecision::reject("not on a Sunday")
    });
    let session = stage.session().tool(hello()).permissions(policy).create().await.unwrap();
    session.ask("go").await.unwrap();
    let told = &stage.model.requests()[1].tool_results()[0].text;
    assert!(told.contains("not on a Sunday"), "{told}");
    stage.stop().await;
}

#[tokio::test]
async fn a_panicking_policy_denies_and_the_turn_goes_on() {
    let stage = Stage::new([Reply::tool("hello", json!({})), Reply::text("understood")]).await;
    let policy = permission::allow_when(|_| panic!("a bug in the policy"));
    let session = stage.session().tool(hello()).permissions(policy).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert_eq!((reply.tool_calls()[0].success, reply.text()), (false, "understood"));
    stage.stop().await;
}

#[tokio::test]
async fn a_tool_that_asks_is_denied_by_the_default_policy() {
    let stage = Stage::new([Reply::tool("hello", json!({})), Reply::text("understood")]).await;
    let session = stage.session().tool(hello().ask()).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert!(!reply.tool_calls()[0].success);
    stage.stop().await;
}
