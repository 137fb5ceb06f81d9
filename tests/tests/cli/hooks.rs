//! Hooks: each kind is called by the real CLI, and what it answers reaches the model.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail the test")]

use std::sync::{Arc, Mutex};

use copilot_sdk::hook::{
    ErrorContext, ErrorOccurredOutput, HookResult, HookSet, Hooks, PostToolUseFailureOutput,
    PostToolUseOutput, PreMcpToolCallOutput, PreToolUse, PreToolUseOutput, SessionEndReason,
    SessionStartOutput, SessionStartSource, StopOutput, SubagentStartOutput,
    UserPromptSubmittedOutput, UserPromptTransformedOutput,
};
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk::testing::{ModelReply, ModelRequest};
use copilot_sdk::{ErrorKind, SessionBuilder, Tool, ToolError};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

use super::mcp_server;

/// What handlers noted, in order.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn add(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// A tool that echoes its arguments and notes that it ran.
fn echo(notes: &Notes) -> Tool {
    let notes = notes.clone();
    Tool::new("echo").description("Echoes").schema(json!({"type": "object"})).raw_handler(
        move |invocation| {
            let notes = notes.clone();
            async move {
                let arguments: Value = invocation.parse()?;
                notes.add(format!("ran {}", arguments["text"]));
                Ok::<_, ToolError>(format!("echo {}", arguments["text"]))
            }
        },
    )
}

/// One turn in which the model calls `echo` once; what it reads back, and what was noted.
async fn echo_once(
    with_hooks: impl FnOnce(SessionBuilder) -> SessionBuilder,
) -> (Vec<ModelRequest>, Vec<String>) {
    let notes = Notes::default();
    let stage =
        Stage::new([ModelReply::tool("echo", json!({"text": "hi"})), ModelReply::text("ok")]).await;
    let session = with_hooks(stage.session().tool(echo(&notes))).create().await.unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "ok", "the turn goes on");
    let requests = stage.model.requests();
    stage.stop().await;
    (requests, notes.all())
}

fn told(requests: &[ModelRequest]) -> String {
    requests[1].tool_results()[0].text.clone()
}

fn conversation(request: &ModelRequest) -> String {
    request.user_texts().join("\n--\n")
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
    let stage = Stage::new([ModelReply::tool("broken", json!({})), ModelReply::text("ok")]).await;
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
async fn prompts_are_changed_before_and_after_they_get_their_form() {
    let stage = Stage::new([ModelReply::text("one"), ModelReply::text("two")]).await;
    let submitted = stage.session().on_user_prompt_submitted(|prompt| async move {
        UserPromptSubmittedOutput::default()
            .modified_prompt(prompt.prompt.replace("color", "colour"))
            .additional_context("the user is British")
    });
    submitted.create().await.unwrap().ask("which color?").await.unwrap();
    let transformed = stage.session().on_user_prompt_transformed(|prompt| async move {
        assert!(prompt.transformed_prompt.ends_with("which color?"), "{prompt:?}");
        UserPromptTransformedOutput::default()
            .modified_transformed_prompt("something else entirely")
    });
    transformed.create().await.unwrap().ask("which color?").await.unwrap();
    let requests = stage.model.requests();
    let first = conversation(&requests[0]);
    assert!(first.contains("which colour?") && first.contains("the user is British"), "{first}");
    assert_eq!(requests[1].user_texts(), ["something else entirely"]);
    stage.stop().await;
}

#[tokio::test]
async fn a_session_starts_with_its_first_prompt_and_ends_with_disconnect_or_stop() {
    let notes = Notes::default();
    let stage = Stage::new([ModelReply::text("one"), ModelReply::text("two")]).await;
    let builder = |notes: &Notes| {
        let (start, end) = (notes.clone(), notes.clone());
        stage
            .session()
            .on_session_start(move |input| {
                let notes = start.clone();
                async move {
                    assert_eq!(input.source, SessionStartSource::New);
                    notes.add(format!("start {:?}", input.initial_prompt));
                    SessionStartOutput::default().additional_context("be brief")
                }
            })
            .on_session_end(move |input| {
                let notes = end.clone();
                async move {
                    assert_eq!(input.reason, SessionEndReason::UserExit);
                    tokio::task::yield_now().await;
                    notes.add("end");
                }
            })
    };
    let session = builder(&notes).create().await.unwrap();
    assert_eq!(notes.all(), [""; 0], "nothing before the first prompt");
    session.ask("hello").await.unwrap();
    assert_eq!(stage.model.requests()[0].user_texts()[0], "be brief");
    session.disconnect().await.unwrap();
    assert_eq!(notes.all(), ["start Some(\"hello\")", "end"]);
    let other = builder(&notes).create().await.unwrap();
    other.ask("hi").await.unwrap();
    stage.client.stop().await.unwrap();
    assert_eq!(notes.all()[2..], ["start Some(\"hi\")", "end"]);
}

/// The CLI asks after each failed model call, and goes by its own rules whatever the hook answers.
#[tokio::test]
async fn error_occurred_hears_of_every_failed_model_call() {
    let notes = Notes::default();
    let seen = notes.clone();
    let limited = || ModelReply::error(429, "slow down").header("retry-after", "1");
    let stage =
        Stage::new([limited(), ModelReply::text("better"), ModelReply::error(400, "too odd")])
            .await;
    let session = stage.session().on_error_occurred(move |error| {
        let text = error.error.message;
        seen.add(if text.contains("slow down") { "limit" } else { "other" });
        async move {
            assert_eq!((error.error_context, error.recoverable), (ErrorContext::ModelCall, true));
            ErrorOccurredOutput::abort().user_notification("the model failed")
        }
    });
    let session = session.create().await.unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "better");
    session.ask("again").await.unwrap_err();
    assert_eq!(notes.all(), ["limit", "other"]);
    stage.stop().await;
}

#[tokio::test]
async fn pre_mcp_tool_call_changes_the_metadata() {
    let stage =
        Stage::new([ModelReply::tool("srv-echo", json!({"text": "hi"})), ModelReply::text("ok")])
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
    let stage = Stage::new([
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
async fn agent_stop_sends_the_agent_back_to_work_once() {
    let notes = Notes::default();
    let seen = notes.clone();
    let stage = Stage::new([ModelReply::text("done"), ModelReply::text("tested")]).await;
    let session = stage.session().on_agent_stop(move |stop| {
        seen.add(format!("{} {}", stop.stop_reason, stop.stop_hook_active));
        async move { (!stop.stop_hook_active).then(|| StopOutput::block("write the tests")) }
    });
    let session = session.create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert_eq!(reply.messages(), ["done", "tested"], "all of it is one turn");
    assert_eq!(
        stage.model.requests()[1].user_texts().last().map(String::as_str),
        Some("write the tests")
    );
    assert_eq!(notes.all(), ["end_turn false", "end_turn true"]);
    stage.stop().await;
}

/// The guard of `agent_stop` looks at the agent: after a sub-agent was sent back, its flag is down
/// again.
#[tokio::test]
async fn subagent_stop_sends_the_sub_agent_back_to_work_once() {
    let notes = Notes::default();
    let (below, above) = (notes.clone(), notes.clone());
    let task = json!({"agent_type": "general-purpose", "name": "helper", "description": "help", "prompt": "do it",
        "mode": "sync"});
    let stage = Stage::new([
        ModelReply::tool("task", task),
        ModelReply::text("first try"),
        ModelReply::text("second try"),
        ModelReply::text("all done"),
    ])
    .await;
    let session = stage
        .session()
        .permissions(permission::approve_all())
        .on_subagent_stop(move |stop| {
            below.add(format!("below {} {}", stop.response, stop.stop_hook_active));
            async move { (!stop.stop_hook_active).then(|| StopOutput::block("try harder")) }
        })
        .on_agent_stop(move |stop| {
            above.add(format!("agent {} {}", stop.agent_id.is_some(), stop.stop_hook_active));
            async {}
        });
    let reply = session.create().await.unwrap().ask("delegate this").await.unwrap();
    assert_eq!(reply.text(), "all done", "{:?}", stage.model.problems());
    assert_eq!(
        notes.all(),
        [
            "agent true false",
            "below first try false",
            "agent true false",
            "below second try true",
            "agent false false",
        ]
    );
    assert_eq!(
        stage.model.requests()[2].user_texts().last().map(String::as_str),
        Some("try harder")
    );
    stage.stop().await;
}

#[tokio::test]
async fn a_resumed_session_starts_as_one() {
    let notes = Notes::default();
    let stage = Stage::new([ModelReply::text("one"), ModelReply::text("two")]).await;
    let started = |notes: &Notes| {
        let notes = notes.clone();
        HookSet::new().on_session_start(move |input| {
            notes.add(input.source.as_str());
            async {}
        })
    };
    let session =
        stage.session().session_id("again").hook_set(started(&notes)).create().await.unwrap();
    session.ask("hello").await.unwrap();
    session.disconnect().await.unwrap();
    let session = stage.session().hook_set(started(&notes)).resume("again").await.unwrap();
    session.ask("hello again").await.unwrap();
    assert_eq!(notes.all(), ["new", "resume"]);
    stage.stop().await;
}

#[tokio::test]
async fn hooks_of_a_sub_agent_name_the_root_session_and_the_agent() {
    let notes = Notes::default();
    let (start, stop, tool) = (notes.clone(), notes.clone(), notes.clone());
    let stage = Stage::answering(|request| {
        let texts = request.user_texts();
        let is_sub_agent = !texts.iter().any(|text| text.contains("delegate this"));
        match (is_sub_agent, request.tool_results().is_empty()) {
            (true, true) => ModelReply::tool("echo", json!({"text": "from below"})),
            (true, false) => ModelReply::text("the answer from below"),
            (false, true) => ModelReply::tool(
                "task",
                json!({"agent_type": "general-purpose", "name": "helper", "description": "help", "prompt": "do it",
                    "mode": "sync"}),
            ),
            (false, false) => ModelReply::text("all done"),
        }
    })
    .await;
    let session = stage
        .session()
        .tool(echo(&notes))
        .permissions(permission::approve_all())
        .on_subagent_start(move |input| {
            start.add(format!("start {}", input.agent_name));
            async { SubagentStartOutput::default().additional_context("mind the gap") }
        })
        .on_subagent_stop(move |input| {
            stop.add(format!("stop {} {}", input.agent_name, input.response));
            async {}
        })
        .on_pre_tool_use(move |call| {
            tool.add(format!("{} {} {}", call.session_id, call.tool_name, call.agent_id.is_some()));
            async {}
        });
    let session = session.session_id("root").create().await.unwrap();
    let reply = session.ask("delegate this").await.unwrap();
    assert_eq!(reply.text(), "all done", "{:?}", stage.model.problems());
    assert_eq!(
        notes.all(),
        [
            "root task false",
            "start general-purpose",
            "root echo true",
            "ran \"from below\"",
            "stop general-purpose the answer from below",
        ]
    );
    let below = stage.model.requests()[1].clone();
    assert!(conversation(&below).contains("mind the gap"), "{}", conversation(&below));
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
