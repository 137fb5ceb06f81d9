//! An approval that is left open on one machine and given on another.

use std::path::Path;

use copilot_sdk::ErrorKind;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::testing::{ModelReply, ModelRequest, ScriptedModel};
use copilot_sdk_tests::{TempDir, carriers, kill, wait_until_gone};
use serde_json::json;

use crate::machine::{Machine, stop_hearts, store};

#[tokio::test]
async fn a_request_left_open_on_a_machine_that_was_killed_is_answered_on_another() {
    let (directory, work) = (TempDir::new(), TempDir::new());
    let made = work.path().join("made.txt");
    let create = json!({"path": made, "file_text": "made"});
    let answer = move |request: &ModelRequest| match request.tool_results().last() {
        None => ModelReply::tool("create", create.clone()),
        Some(result) => ModelReply::text(result.text.clone()),
    };
    let model = ScriptedModel::answering(answer).await.unwrap();
    let policy = || permission::allow_read_only().or(permission::later());
    let here = Machine::new(store(directory.path(), "here")).await;
    let session = here.session(&model).cwd(work.path()).permissions(policy()).session_id("moving");
    let session = session.create().await.unwrap();
    let error = session.ask("go").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Pending, "{error}");
    // `ask` has returned: the request is stored.
    for pid in carriers(&here.place) {
        kill(pid);
    }
    wait_until_gone(&here.place).await;
    stop_hearts(directory.path());

    let there = Machine::new(store(directory.path(), "there")).await;
    let resumed = there.session(&model).cwd(work.path()).permissions(policy());
    let resumed = resumed.continue_pending_work(true).resume("moving").await.unwrap();
    let pending = resumed.pending().await.unwrap();
    assert_eq!(pending[0].request_id, error.pending_requests()[0]);
    assert!(pending[0].describe().starts_with("write: "), "{}", pending[0].describe());
    let decision = PermissionDecision::ApproveInteractively;
    resumed.answer(&pending[0].request_id, decision).await.unwrap();
    let reply = resumed.resumed_turn().unwrap().reply().await.unwrap();
    assert!(reply.text().contains("Created file"), "{reply}");
    assert!(Path::new(&made).exists());
    there.client.stop().await.unwrap();
    drop(session);
    here.client.force_stop().await.unwrap();
}
