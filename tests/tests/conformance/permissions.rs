use std::sync::{Arc, Mutex};

use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::testing::ModelReply;
use copilot_sdk_tests::Stage;
use serde_json::json;

#[tokio::test]
async fn should_deny_permission_when_handler_returns_denied() {
    let command = json!({"command": "touch made-by-the-shell", "description": "make a file"});
    let stage = Stage::shared([
        ModelReply::tool("bash", command),
        ModelReply::text("I was not allowed to."),
    ])
    .await;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let notes = asked.clone();
    let policy = permission::ask(move |request| {
        notes.lock().unwrap().push(request.kind().to_owned());
        async { PermissionDecision::reject("not in this directory") }
    });
    let session = stage.session().permissions(policy).create().await.unwrap();
    let reply = session.ask("Make a file").await.unwrap();
    assert_eq!((reply.text(), reply.tool_calls()[0].success), ("I was not allowed to.", false));
    assert_eq!(*asked.lock().unwrap(), ["shell"]);
    assert!(!stage.place.work().join("made-by-the-shell").exists());
    let told = &stage.model.requests()[1].tool_results()[0].text;
    assert!(told.contains("not in this directory"), "{told}");
    stage.stop().await;
}
