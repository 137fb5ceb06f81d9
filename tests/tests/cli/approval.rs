//! Decisions on permissions: what is asked again after each of them, and what becomes of the turn.

use std::sync::{Arc, Mutex};

use copilot_sdk::permission::{self, Approval, PermissionDecision, PermissionRequest, Policy};
use copilot_sdk::testing::ModelReply;
use copilot_sdk::{ErrorKind, Tool};
use copilot_sdk_tests::Stage;
use serde_json::json;

/// What was asked, in order.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<String>>>);

impl Asked {
    /// A policy that notes each request down and decides it.
    fn deciding(
        &self,
        decide: impl Fn(&PermissionRequest) -> PermissionDecision + Send + Sync + 'static,
    ) -> Policy {
        let asked = self.clone();
        permission::ask(move |request| {
            asked.0.lock().unwrap().push(request.to_string());
            std::future::ready(decide(&request))
        })
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn shell(command: &str) -> ModelReply {
    ModelReply::tool("bash", json!({"command": command, "description": "test", "mode": "sync"}))
}

fn create(path: &str) -> ModelReply {
    ModelReply::tool("create", json!({"path": path, "file_text": "x"}))
}

#[tokio::test]
async fn what_is_approved_for_the_session_is_not_asked_again() {
    let view = |path: &str| ModelReply::tool("view", json!({"path": path}));
    let fetch = |url: &str| ModelReply::tool("web_fetch", json!({"url": url}));
    let stage = Stage::shared([
        view("/etc/hosts"),
        view("/etc/hosts"),
        view("/etc/passwd"),
        create("a"),
        create("b"),
        ModelReply::tool("hello", json!({})),
        ModelReply::tool("hello", json!({})),
        fetch("http://localhost:9/a"),
        fetch("http://localhost:9/b"),
        fetch("https://example.invalid:8443/a"),
        fetch("https://example.invalid:8443/b"),
        shell("echo one"),
        shell("echo one"),
        shell("echo two"),
        ModelReply::text("ok"),
    ])
    .await;
    let asked = Asked::default();
    let policy = asked.deciding(|request| match request.command() {
        Some(line) => {
            PermissionDecision::ApproveForSession(Approval::Commands(vec![line.to_owned()]))
        }
        None => PermissionDecision::for_session(request),
    });
    let hello = Tool::new("hello").description("Greets").raw_handler(|_| async { "hi" });
    let session = stage.session().tool(hello).permissions(policy).create().await.unwrap();
    session.ask("go").await.unwrap();
    let work = stage.place.work().canonicalize().unwrap();
    assert_eq!(
        asked.take(),
        [
            "read outside of the workspace: /etc/hosts",
            "read: /etc/hosts",
            // Reading is approved, but not yet there.
            "read outside of the workspace: /etc/passwd",
            &format!("write: {}", work.join("a").display()),
            "call the tool hello",
            "fetch: http://localhost:9/a",
            "fetch: https://example.invalid:8443/a",
            "run: echo one",
            "run: echo two",
        ]
    );
    stage.stop().await;
}

#[tokio::test]
async fn directories_approved_for_reading_are_asked_about_again_and_no_question_stays_open() {
    let view = || ModelReply::tool("view", json!({"path": "/etc/hosts"}));
    let stage = Stage::shared([view(), view(), ModelReply::text("ok")]).await;
    let asked = Asked::default();
    let policy = asked.deciding(|_| PermissionDecision::ApproveReadOnlyForSession {
        directories: vec!["/etc".to_owned()],
    });
    let session = stage.session().permissions(policy).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert!(reply.tool_calls().iter().all(|call| call.success), "{:?}", reply.tool_calls());
    let once = ["read outside of the workspace: /etc/hosts", "read: /etc/hosts"];
    assert_eq!(asked.take(), [once, once].concat());
    stage.stop().await;
}

#[tokio::test]
async fn what_is_approved_for_a_location_is_not_asked_in_later_sessions_there() {
    let stage = Stage::shared([
        create("a"),
        create("b"),
        ModelReply::text("ok"),
        create("c"),
        ModelReply::text("ok"),
    ])
    .await;
    let asked = Asked::default();
    for expected in [1, 0] {
        let policy = asked.deciding(|_| PermissionDecision::ApproveForLocation(Approval::Write));
        let session = stage.session().permissions(policy).create().await.unwrap();
        let reply = session.ask("go").await.unwrap();
        assert!(reply.tool_calls().iter().all(|call| call.success), "{:?}", reply.tool_calls());
        assert_eq!(asked.take().len(), expected);
        session.disconnect().await.unwrap();
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_request_that_nobody_decides_fails_its_tool_and_the_turn_goes_on() {
    // Over stdio nobody else could answer what is left to others.
    for decision in [PermissionDecision::UserNotAvailable, PermissionDecision::LeaveToAnotherClient]
    {
        let stage = Stage::new([create("a"), ModelReply::text("understood")]).await;
        let asked = Asked::default();
        let policy = asked.deciding(move |_| decision.clone());
        let session = stage.session().permissions(policy).create().await.unwrap();
        let reply = session.ask("go").await.unwrap();
        assert_eq!((reply.tool_calls()[0].success, reply.text()), (false, "understood"));
        assert!(!stage.place.work().join("a").exists());
        stage.stop().await;
    }
}

#[tokio::test]
async fn a_rejection_that_stops_the_turn_calls_the_model_no_more() {
    let stage = Stage::shared([create("a"), ModelReply::text("never said")]).await;
    let policy = Asked::default().deciding(|_| PermissionDecision::RejectAndStopTurn);
    let session = stage.session().permissions(policy).create().await.unwrap();
    let error = session.ask("go").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert_eq!((stage.model.requests().len(), stage.model.replies_left()), (1, 1));
    stage.stop().await;
}
