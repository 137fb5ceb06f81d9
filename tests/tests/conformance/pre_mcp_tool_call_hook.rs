use copilot_sdk::hook::PreMcpToolCallOutput;
use copilot_sdk::mcp::McpServer;
use copilot_sdk::permission;
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;
use serde_json::json;

#[tokio::test]
async fn should_set_meta_via_premcptoolcall_hook() {
    let stage = Stage::shared([
        ModelReply::tool("srv-echo", json!({"text": "hi"})),
        ModelReply::text("ok"),
    ])
    .await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/echo-server.mjs");
    let session = stage
        .session()
        .mcp_server("srv", McpServer::stdio("node").args([script]))
        .permissions(permission::approve_all())
        .on_pre_mcp_tool_call(|call| async move {
            assert_eq!(
                (&*call.server_name, &*call.tool_name, call.arguments),
                ("srv", "echo", json!({"text": "hi"}))
            );
            PreMcpToolCallOutput::default()
                .meta_to_use([("stamp".to_owned(), json!("approved"))].into_iter().collect())
        });
    let session = session.create().await.unwrap();
    let reply = session.ask("Call the server").await.unwrap();
    assert_eq!((reply.text(), reply.tool_calls()[0].output.as_str()), ("ok", "hi [approved]"));
    assert!(stage.model.requests()[1].tool_results()[0].text.contains("hi [approved]"));
    stage.stop().await;
}
