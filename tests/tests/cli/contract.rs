//! What this crate relies on of the real CLI, one test per surprise: raising the pinned version shows what changed.

use copilot_sdk::testing::{Call, Reply};
use copilot_sdk::{Tool, cli};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

/// Names that the CLI answers itself, although it offers them to no model, unless a tool overrides them.
const HIDDEN_BUILT_INS: [&str; 34] = [
    "read_file",
    "grep_search",
    "file_search",
    "apply_patch",
    "str_replace_editor",
    "update_todo",
    "semantic_search",
    "lexical_code_search",
    "rg",
    "powershell",
    "local_shell",
    "store_memory",
    "read_memories",
    "vote_memory",
    "task_complete",
    "exit_plan_mode",
    "context_board",
    "read_inbox",
    "send_inbox",
    "manage_schedule",
    "session_history",
    "session_artifacts",
    "get_context_remaining",
    "new_context",
    "session_store_sql",
    "search_code_subagent",
    "fetch_copilot_cli_documentation",
    "list_canvas_capabilities",
    "open_canvas",
    "invoke_canvas_action",
    "extensions_reload",
    "extensions_manage",
    "run_dynamic_workflow",
    "dynamic_workflows_manage",
];

#[tokio::test]
async fn every_hidden_built_in_name_reaches_the_custom_tool_of_that_name() {
    let calls = HIDDEN_BUILT_INS.iter().enumerate().map(|(n, name)| Call::new(*name, json!({})).id(format!("c{n}")));
    let stage = Stage::new([Reply::tools(calls), Reply::text("done")]).await;
    let mut session = stage.session();
    for name in HIDDEN_BUILT_INS {
        let tool = Tool::new(name).description("Answers with its own name");
        session = session.tool(tool.raw_handler(move |_| async move { format!("ours: {name}") }));
    }
    let reply = session.create().await.unwrap().ask("go").await.unwrap();
    let answers: Vec<_> = reply.tool_calls().iter().map(|call| call.output.clone()).collect();
    assert_eq!(answers, HIDDEN_BUILT_INS.map(|name| format!("ours: {name}")));
    stage.stop().await;
}

#[tokio::test]
async fn the_pinned_version_speaks_protocol_3_and_knows_connect() {
    let stage = Stage::new([]).await;
    let greeting: Value = stage.client.call("connect", json!({})).await.unwrap();
    assert_eq!((&greeting["protocolVersion"], &greeting["version"]), (&json!(3), &json!(cli::VERSION)));
    stage.stop().await;
}

#[tokio::test]
async fn without_a_token_on_stdio_a_token_is_refused() {
    let stage = Stage::new([]).await;
    let error = stage.client.call::<Value>("connect", json!({"token": "x"})).await.unwrap_err();
    assert_eq!(error.rpc_code(), Some(-32003));
    stage.stop().await;
}

#[tokio::test]
async fn an_unknown_method_has_the_code_of_the_standard() {
    let stage = Stage::new([]).await;
    let error = stage.client.call::<Value>("no.such.method", json!({})).await.unwrap_err();
    assert_eq!(error.rpc_code(), Some(-32601));
    stage.stop().await;
}

#[tokio::test]
async fn late_and_unknown_tool_answers_are_no_errors() {
    let stage = Stage::new([]).await;
    let session = stage.session().create().await.unwrap();
    let params = json!({"sessionId": session.id(), "requestId": "unknown", "result": "late"});
    let answer: Value = stage.client.call("session.tools.handlePendingToolCall", params).await.unwrap();
    assert_eq!(answer, json!({"success": false}));
    stage.stop().await;
}

#[tokio::test]
async fn abort_of_an_idle_session_succeeds() {
    let stage = Stage::new([]).await;
    let session = stage.session().create().await.unwrap();
    session.abort().await.unwrap();
    stage.stop().await;
}

#[tokio::test]
async fn detach_is_idempotent_and_true_for_unknown_sessions() {
    let stage = Stage::new([]).await;
    let answer: Value = stage.client.call("session.detach", json!({"sessionId": "unknown"})).await.unwrap();
    assert_eq!(answer["success"], json!(true));
    stage.stop().await;
}
