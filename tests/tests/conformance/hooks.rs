use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use copilot_sdk::Tool;
use copilot_sdk::hook::PreToolUseOutput;
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;
use serde_json::json;

#[tokio::test]
async fn should_deny_tool_execution_when_pretooluse_returns_deny() {
    let ran = Arc::new(AtomicBool::new(false));
    let runs = ran.clone();
    let protected =
        Tool::new("protected").description("Changes something").handler(move |(), _| {
            runs.store(true, Ordering::SeqCst);
            async { "changed" }
        });
    let stage = Stage::shared([
        ModelReply::tool("protected", json!({})),
        ModelReply::text("It is protected."),
    ])
    .await;
    let session = stage.session().tool(protected).on_pre_tool_use(|call| async move {
        assert_eq!(call.tool_name, "protected");
        PreToolUseOutput::deny("it must stay as it is")
    });
    let reply = session.create().await.unwrap().ask("Change it").await.unwrap();
    assert_eq!((reply.text(), reply.tool_calls()[0].success), ("It is protected.", false));
    assert!(!ran.load(Ordering::SeqCst));
    let told = &stage.model.requests()[1].tool_results()[0].text;
    assert_eq!(told, "Denied by preToolUse hook: it must stay as it is");
    stage.stop().await;
}
