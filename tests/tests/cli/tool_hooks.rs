//! Hooks around tool calls: each is called by the real CLI, and what it answers reaches the model.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use copilot_sdk::hook::{
    HookResult, HookSet, Hooks, PostToolUseFailureOutput, PostToolUseOutput, PreMcpToolCallOutput,
    PreToolUse, PreToolUseOutput,
};
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk::{ErrorKind, SessionBuilder, Tool, ToolError};
use copilot_sdk_tests::Stage;
use serde_json::json;

use super::hooks::{Notes, conversation, echo};
use super::mcp_server;

/// One turn in which the model calls `echo` once; what it reads back, and what was noted.
async fn echo_once(
    with_hooks: impl FnOnce(SessionBuilder) -> SessionBuilder,
) -> (Vec<ModelRequest>, Vec<String>) {
    let notes = Notes::default();
    let stage =
        Stage::shared([ModelReply::tool("echo", json!({"text": "hi"})), ModelReply::text("ok")])
            .await;
    let session = with_hooks(stage.session().tool(echo(&notes))).create().await.unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "ok", "the turn goes on");
    let requests = stage.model.requests();
    stage.stop().await;
    (requests, notes.all())
}

fn told(requests: &[ModelRequest]) -> String {
    requests[1].tool_results()[0].text.clone()
}

#[tokio::test]
async fn pre_tool_use_denies_and_the_model_reads_why() {
    let (requests, notes) = echo_once(|session| {
        session.on_pre_tool_use(|call| async move {
            assert_eq!((&*call.tool_name, &call.tool_args), ("echo", &json!({"text": "hi"})));
            PreToolUseOutput::deny("not today")
        })
    })
    .await;
    assert_eq!(told(&requests), "Denied by preToolUse hook: not today");
    assert_eq!(notes, [""; 0], "the tool did not run");
}

#[tokio::test]
async fn pre_tool_use_allows_without_a_permission_request() {
    let (requests, notes) = echo_once(|session| {
        session
            .permissions(permission::deny_all())
            .on_pre_tool_use(|_| async { PreToolUseOutput::allow() })
    })
    .await;
    assert_eq!((told(&requests).as_str(), notes), ("echo \"hi\"", vec!["ran \"hi\"".to_owned()]));
}

#[tokio::test]
async fn pre_tool_use_asks_and_the_policy_decides() {
    let (requests, notes) = echo_once(|session| {
        session.on_pre_tool_use(|_| async { PreToolUseOutput::ask("is this wise?") }).permissions(
            permission::ask(async |request| {
                assert_eq!((request.kind(), request.tool_name()), ("hook", Some("echo")));
                assert!(request.to_string().contains("is this wise?"), "{request}");
                PermissionDecision::reject("it is not")
            }),
        )
    })
    .await;
    assert!(told(&requests).contains("it is not"), "{}", told(&requests));
    assert_eq!(notes, [""; 0]);
}

#[tokio::test]
async fn pre_tool_use_changes_the_arguments_and_adds_context() {
    let (requests, notes) = echo_once(|session| {
        session
            .on_pre_tool_use(|_| async {
                PreToolUseOutput::default().modified_args(json!({"text": "changed"}))
            })
            .on_pre_tool_use(|call| async move {
                PreToolUseOutput::default()
                    .additional_context(format!("the check saw {}", call.tool_args["text"]))
            })
    })
    .await;
    assert_eq!(notes, ["ran \"changed\""]);
    assert_eq!(told(&requests), "echo \"changed\"");
    assert!(
        conversation(&requests[1]).contains("the check saw \"changed\""),
        "{}",
        conversation(&requests[1])
    );
}

#[tokio::test]
async fn a_check_that_fails_or_panics_denies() {
    let denied = "Denied by preToolUse hook: the check before this tool call failed, so the tool \
                  was not run";
    let failing = echo_once(|session| {
        session.on_pre_tool_use(|_| async { Err::<(), _>("the database is gone") })
    });
    let panicking = echo_once(|session| {
        session.on_pre_tool_use(|call| async move {
            tokio::task::yield_now().await;
            assert!(call.tool_name != "echo", "a bug in the check");
        })
    });
    let (failing, panicking) = tokio::join!(failing, panicking);
    for (requests, notes) in [failing, panicking] {
        assert_eq!((told(&requests).as_str(), notes), (denied, vec![]));
    }
}

#[tokio::test]
async fn post_tool_use_changes_the_result_and_adds_context() {
    let (requests, _) = echo_once(|session| {
        session.on_post_tool_use(|call| async move {
            assert_eq!(
                (call.tool_result.text(), call.tool_result.result_type()),
                ("echo \"hi\"", "success")
            );
            let shouted = call.tool_result.text().to_uppercase();
            PostToolUseOutput::default()
                .modified_result(call.tool_result.with_text(shouted))
                .additional_context("it was loud")
        })
    })
    .await;
    let told = told(&requests);
    assert!(told.starts_with("ECHO \"HI\"") && told.contains("it was loud"), "{told}");
}

#[tokio::test]
async fn post_tool_use_failure_adds_context() {
    let broken = Tool::new("broken")
        .description("Fails")
        .raw_handler(|_| async { Err::<(), _>(ToolError::new("no")) });
    let stage =
        Stage::shared([ModelReply::tool("broken", json!({})), ModelReply::text("ok")]).await;
    let session = stage.session().tool(broken).on_post_tool_use_failure(|failure| async move {
        PostToolUseFailureOutput::default()
            .additional_context(format!("{} failed: {}", failure.tool_name, failure.error))
    });
    session.create().await.unwrap().ask("go").await.unwrap();
    let read = conversation(&stage.model.requests()[1]);
    assert!(read.contains("broken failed: no"), "{read}");
    stage.stop().await;
}

#[tokio::test]
async fn pre_mcp_tool_call_changes_the_metadata() {
    let stage = Stage::shared([
        ModelReply::tool("srv-echo", json!({"text": "hi"})),
        ModelReply::text("ok"),
    ])
    .await;
    let session = stage.session().on_pre_mcp_tool_call(|call| async move {
        assert_eq!(
            (&*call.server_name, &*call.tool_name, &call.arguments["text"]),
            ("srv", "echo", &json!("hi"))
        );
        PreMcpToolCallOutput::default()
            .meta_to_use([("stamp".to_owned(), json!("approved"))].into_iter().collect())
    });
    let session = session.permissions(permission::approve_all()).create().await.unwrap();
    let answer = r#"case "$line" in *'"stamp":"approved"'*) text stamped ;; *) text plain ;; esac"#;
    let called = mcp_server::start(&stage, &session, answer).await;
    assert_eq!(session.ask("go").await.unwrap().tool_calls()[0].output, "stamped");
    assert!(called.exists());
    stage.stop().await;
}

#[tokio::test]
async fn a_failing_check_before_an_mcp_call_stops_the_turn_and_the_tool_does_not_run() {
    let stage = Stage::shared([
        ModelReply::tool("srv-echo", json!({})),
        ModelReply::text("never"),
        ModelReply::text("after"),
    ])
    .await;
    let session =
        stage.session().on_pre_mcp_tool_call(|_| async { Err::<(), _>("the database is gone") });
    let session = session.permissions(permission::approve_all()).create().await.unwrap();
    let called = mcp_server::start(&stage, &session, "text never").await;
    let error = session.ask("go").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}");
    assert!(!called.exists(), "the tool did not run");
    assert_eq!(stage.model.requests().len(), 1, "nothing of it reached the model");
    assert_eq!(stage.model.replies_left(), 2);
    stage.stop().await;
}

#[tokio::test]
async fn hooks_by_type_by_set_and_by_closure_run_in_the_order_in_which_they_were_added() {
    struct Recorder(Notes, &'static str);
    impl Hooks for Recorder {
        async fn pre_tool_use(&self, call: PreToolUse) -> HookResult<PreToolUseOutput> {
            self.0.add(format!("{} {}", self.1, call.tool_args["text"]));
            Ok(None)
        }
    }
    let order = Notes::default();
    let last = order.clone();
    echo_once(|session| {
        session
            .hooks(Recorder(order.clone(), "first"))
            .hook_set(HookSet::new().on_pre_tool_use(|_| async {
                PreToolUseOutput::default().modified_args(json!({"text": "2"}))
            }))
            .hooks(Recorder(order.clone(), "second"))
            .on_pre_tool_use(move |_| {
                last.add("third");
                async {}
            })
    })
    .await;
    assert_eq!(order.all(), ["first \"hi\"", "second \"2\"", "third"]);
}
