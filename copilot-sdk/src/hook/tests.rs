//! Hooks, invoked with what the CLI sends and checked by what it reads.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::{
    AgentStop, ErrorContext, ErrorHandling, ErrorOccurred, ErrorOccurredOutput, HookAnswer,
    HookCall, HookResult, HookSet, Hooks, PostToolUse, PostToolUseFailureOutput, PostToolUseOutput,
    PreMcpToolCallOutput, PreToolUse, PreToolUseOutput, SessionEndOutput, SessionEndReason,
    SessionStartOutput, SessionStartSource, StopOutput, SubagentStartOutput,
    UserPromptSubmittedOutput, UserPromptTransformedOutput,
};
use crate::ids::SessionId;
use crate::tool::ToolResult;

const ROOT: &str = "77777777-7777-4777-8777-000000000004";

async fn answer(hooks: &HookSet, hook_type: &str, input: Value) -> HookAnswer {
    let params = json!({"sessionId": ROOT, "hookType": hook_type, "input": input});
    invoke_raw(hooks, &params.to_string()).await
}

async fn invoke_raw(hooks: &HookSet, params: &str) -> HookAnswer {
    let call = HookCall::of(params).expect("it names its kind");
    hooks.invoke(&SessionId::from(ROOT), &call).await
}

async fn invoke(hooks: &HookSet, hook_type: &str, input: Value) -> Option<Value> {
    match answer(hooks, hook_type, input).await {
        HookAnswer::NoOpinion => None,
        HookAnswer::Output(output) => serde_json::from_str(output.get()).ok(),
        HookAnswer::StopTurn => panic!("the turn is stopped"),
    }
}

fn call() -> Value {
    json!({"sessionId": ROOT, "timestamp": 1_795_351_170_862_u64, "cwd": "/project/ws", "toolName": "get_weather",
        "toolArgs": {"city": "Paris"}})
}

#[tokio::test]
async fn no_opinion_is_none_nothing_or_an_empty_output() {
    let sets = [
        HookSet::new(),
        HookSet::new().on_pre_tool_use(async |_| None),
        HookSet::new().on_pre_tool_use(async |_| {}),
        HookSet::new().on_pre_tool_use(async |_| PreToolUseOutput::default()),
        HookSet::new().on_pre_tool_use(async |_| Ok::<(), std::io::Error>(())),
    ];
    for hooks in sets {
        assert_eq!(invoke(&hooks, "preToolUse", call()).await, None);
    }
    let all = HookSet::new().on_pre_tool_use(async |_| PreToolUseOutput::deny("x"));
    for unknown in ["preCompact", "notification", ""] {
        assert_eq!(invoke(&all, unknown, call()).await, None);
    }
}

#[tokio::test]
async fn each_hook_sees_what_the_former_ones_changed() {
    let hooks = HookSet::new()
        .on_pre_tool_use(async |call| {
            PreToolUseOutput::allow()
                .modified_args(json!({"city": "Rome", "was": call.tool_args["city"]}))
                .additional_context("one")
        })
        .on_pre_tool_use(async |_| {})
        .on_pre_tool_use(async |call| {
            PreToolUseOutput::default().additional_context(call.tool_args.to_string())
        });
    assert_eq!(
        invoke(&hooks, "preToolUse", call()).await,
        Some(
            json!({"permissionDecision": "allow", "modifiedArgs": {"city": "Rome", "was": "Paris"},
            "additionalContext": "one\n\n{\"city\":\"Rome\",\"was\":\"Paris\"}"})
        )
    );
}

#[tokio::test]
async fn the_first_that_denies_asks_or_blocks_ends_the_row() {
    let asked = Arc::new(Mutex::new(0));
    let counter = asked.clone();
    let rest = HookSet::new()
        .on_pre_tool_use({
            let counter = counter.clone();
            move |_| {
                *counter.lock().unwrap() += 1;
                async { PreToolUseOutput::allow() }
            }
        })
        .on_agent_stop(move |_| {
            *counter.lock().unwrap() += 1;
            async {}
        });
    let deny = HookSet::new()
        .on_pre_tool_use(async |_| PreToolUseOutput::deny("because"))
        .and(rest.clone());
    assert_eq!(
        invoke(&deny, "preToolUse", call()).await,
        Some(json!({"permissionDecision": "deny", "permissionDecisionReason": "because"}))
    );
    let ask =
        HookSet::new().on_pre_tool_use(async |_| PreToolUseOutput::ask("check")).and(rest.clone());
    assert_eq!(
        invoke(&ask, "preToolUse", call()).await,
        Some(json!({"permissionDecision": "ask", "permissionDecisionReason": "check"}))
    );
    let block =
        HookSet::new().on_agent_stop(async |_| StopOutput::block("keep going please")).and(rest);
    assert_eq!(
        invoke(&block, "agentStop", json!({})).await,
        Some(json!({"decision": "block", "reason": "keep going please"}))
    );
    assert_eq!(*asked.lock().unwrap(), 0);
}

#[tokio::test]
async fn a_check_that_fails_panics_or_cannot_read_lets_nothing_through() {
    let denied = json!({"permissionDecision": "deny",
        "permissionDecisionReason": "the check before this tool call failed, so the tool was not \
                                     run"});
    let failing = HookSet::new()
        .on_pre_tool_use(async |_| Err::<(), _>("the database is gone"))
        .on_pre_mcp_tool_call(async |_| Err::<(), _>("the database is gone"));
    let panicking = HookSet::new()
        .on_pre_tool_use(async |call: PreToolUse| -> () { panic!("{}", call.tool_name) })
        .on_pre_mcp_tool_call(async |_| -> () { panic!() });
    for hooks in [failing, panicking] {
        assert_eq!(invoke(&hooks, "preToolUse", call()).await, Some(denied.clone()));
        let mcp_call = json!({"serverName": "srv", "toolName": "echo"});
        assert!(matches!(answer(&hooks, "preMcpToolCall", mcp_call).await, HookAnswer::StopTurn));
        assert!(matches!(answer(&hooks, "preMcpToolCall", json!({})).await, HookAnswer::StopTurn));
    }
    let allowing = HookSet::new().on_pre_tool_use(async |_| PreToolUseOutput::allow());
    for unreadable in [json!({"toolName": 5}), json!({"toolName": null}), json!({}), json!([])] {
        assert_eq!(invoke(&allowing, "preToolUse", unreadable).await, Some(denied.clone()));
    }
}

#[tokio::test]
async fn other_hooks_that_fail_have_no_opinion_and_stop_nobody() {
    let hooks = HookSet::new()
        .on_post_tool_use(async |_| Err::<(), _>("no"))
        .on_post_tool_use(async |_| -> () { panic!("no") })
        .on_post_tool_use(async |_| PostToolUseOutput::default().additional_context("still here"));
    assert_eq!(
        invoke(&hooks, "postToolUse", call()).await,
        Some(json!({"additionalContext": "still here"}))
    );
}

#[tokio::test]
async fn hooks_with_state_are_a_type() {
    struct Budget(u32);
    impl Hooks for Budget {
        async fn pre_tool_use(&self, call: PreToolUse) -> HookResult<PreToolUseOutput> {
            let days: u32 = call.tool_args["days"].as_str().unwrap_or("0").parse()?;
            Ok((days > self.0).then(|| PreToolUseOutput::deny("too far")))
        }

        async fn agent_stop(&self, stop: AgentStop) -> HookResult<StopOutput> {
            Ok((!stop.stop_hook_active).then(|| StopOutput::block("write the tests")))
        }
    }
    let hooks = HookSet::new().hooks(Budget(3));
    let with_days = |days: &str| json!({"toolName": "w", "toolArgs": {"days": days}});
    assert_eq!(invoke(&hooks, "preToolUse", with_days("2")).await, None);
    let decision =
        |output: Option<Value>| output.map(|output| output["permissionDecisionReason"].clone());
    assert_eq!(
        decision(invoke(&hooks, "preToolUse", with_days("4")).await),
        Some(json!("too far"))
    );
    assert_eq!(
        decision(invoke(&hooks, "preToolUse", with_days("x")).await),
        Some(json!("the check before this tool call failed, so the tool was not run"))
    );
    assert_eq!(invoke(&hooks, "agentStop", json!({"stop_hook_active": true})).await, None);
    assert_eq!(
        invoke(&hooks, "agentStop", json!({"stop_hook_active": false})).await,
        Some(json!({"decision": "block", "reason": "write the tests"}))
    );
    assert_eq!(invoke(&hooks, "sessionEnd", json!({})).await, None);
}

#[tokio::test]
async fn a_hook_in_a_sub_agent_names_the_root_session_and_the_agent() {
    let agent = "6f01358d-aa85-4edd-b834-dcb00bce74a5";
    let hooks = HookSet::new().on_user_prompt_submitted(async |prompt| {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_795_351_616_940);
        assert_eq!((prompt.timestamp, prompt.cwd.to_str()), (time, Some("/project/ws")));
        assert_eq!(
            (prompt.parent_agent_id, prompt.agent_type),
            (Some(ROOT.into()), Some("helper".into()))
        );
        UserPromptSubmittedOutput::default().additional_context(format!(
            "{} {}",
            prompt.session_id,
            prompt.agent_id.unwrap()
        ))
    });
    let input = json!({"sessionId": agent, "prompt": "do \
                                                      it", "timestamp": 1_795_351_616_940_u64, "agentId": agent,
        "agentType": "helper", "parentAgentId": ROOT, "cwd": "/project/ws"});
    assert_eq!(
        invoke(&hooks, "userPromptSubmitted", input).await,
        Some(json!({"additionalContext": format!("{ROOT} {agent}")}))
    );
}

#[tokio::test]
async fn inputs_read_what_was_recorded() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = |text: String| seen.lock().unwrap().push(text);
    let hooks = HookSet::new()
        .on_error_occurred(async |error: ErrorOccurred| {
            assert_eq!(error.error_context, ErrorContext::ModelCall);
            assert!(error.recoverable);
            ErrorOccurredOutput::abort().user_notification(error.error.message)
        })
        .on_post_tool_use(async |call: PostToolUse| {
            assert_eq!(
                (call.tool_result.text(), call.tool_result.result_type()),
                ("Sunny", "success")
            );
            PostToolUseOutput::default().modified_result(call.tool_result.with_text("MODIFIED"))
        })
        .on_session_start(async |start| {
            assert_eq!(start.source, SessionStartSource::New);
            SessionStartOutput::default()
                .additional_context(start.initial_prompt.unwrap_or_default())
        })
        .on_session_end(async |end| {
            assert_eq!(end.reason, SessionEndReason::UserExit);
            SessionEndOutput::default().cleanup_actions(["a".to_owned()])
        })
        .on_subagent_start(async |start| {
            SubagentStartOutput::default().additional_context(start.agent_name)
        });
    let error = json!({"error": {"name": "Error", "message": "bad request xyz", "stack": "at x"},
        "errorContext": "model_call", "recoverable": true});
    assert_eq!(
        invoke(&hooks, "errorOccurred", error).await,
        Some(json!({"errorHandling": "abort", "userNotification": "bad request xyz"}))
    );
    let text = json!({"error": "bad", "errorContext": "model_call", "recoverable": true});
    note(invoke(&hooks, "errorOccurred", text).await.unwrap()["userNotification"].to_string());
    assert_eq!(*seen.lock().unwrap(), ["\"bad\""]);
    let result = json!({"toolName": "get_weather", "toolArgs": {"city": "Paris"},
        "toolResult": {"textResultForLlm": "Sunny", "resultType": "success", "toolTelemetry": {"metrics": {"a": 1}}}});
    assert_eq!(
        invoke(&hooks, "postToolUse", result).await,
        Some(json!({"modifiedResult": {"textResultForLlm": "MODIFIED", "resultType": "success",
            "toolTelemetry": {"metrics": {"a": 1}}}}))
    );
    assert_eq!(
        invoke(&hooks, "sessionStart", json!({"source": "new", "initialPrompt": "weather?"})).await,
        Some(json!({"additionalContext": "weather?"}))
    );
    assert_eq!(
        invoke(&hooks, "sessionEnd", json!({"reason": "user_exit", "finalMessage": null})).await,
        Some(json!({"cleanupActions": ["a"]}))
    );
    assert_eq!(
        invoke(&hooks, "subagentStart", json!({"agentName": "helper", "agentId": "x"})).await,
        Some(json!({"additionalContext": "helper"}))
    );
}

#[tokio::test]
async fn every_output_has_its_wire_form() {
    let hooks = HookSet::new()
        .on_pre_mcp_tool_call(async |call| {
            assert_eq!(
                (&*call.server_name, &*call.tool_name, &call.arguments["t"]),
                ("srv", "echo", &json!("hey"))
            );
            PreMcpToolCallOutput::default()
                .meta_to_use([("a".to_owned(), json!(1))].into_iter().collect())
        })
        .on_pre_mcp_tool_call(async |call| {
            (call.meta.is_none())
                .then(|| PreMcpToolCallOutput::default().meta_to_use(serde_json::Map::new()))
        })
        .on_user_prompt_transformed(async |prompt| {
            UserPromptTransformedOutput::default()
                .modified_transformed_prompt(prompt.transformed_prompt.to_uppercase())
        })
        .on_error_occurred(async |_| {
            ErrorOccurredOutput::retry(2)
                .suppress_output(true)
                .error_handling(ErrorHandling::from("later"))
        })
        .on_post_tool_use(async |_| {
            PostToolUseOutput::default().modified_result(ToolResult::failure("no"))
        })
        .on_post_tool_use_failure(async |failure| {
            PostToolUseFailureOutput::default().additional_context(failure.error)
        });
    for (kind, input, output) in [
        (
            "preMcpToolCall",
            json!({"toolCallId": "call_1_0", "serverName": "srv", "toolName": "echo", "arguments": {"t": "hey"}}),
            json!({"metaToUse": {"a": 1}}),
        ),
        (
            "userPromptTransformed",
            json!({"prompt": "a", "transformedPrompt": "ab"}),
            json!({"modifiedTransformedPrompt": "AB"}),
        ),
        (
            "errorOccurred",
            json!({}),
            json!({"errorHandling": "later", "retryCount": 2, "suppressOutput": true}),
        ),
        (
            "postToolUse",
            json!({}),
            json!({"modifiedResult": {"resultType": "failure", "textResultForLlm": "no"}}),
        ),
        (
            "postToolUseFailure",
            json!({"error": "Tool execution failed"}),
            json!({"additionalContext": "Tool execution failed"}),
        ),
    ] {
        assert_eq!(invoke(&hooks, kind, input).await, Some(output), "{kind}");
    }
    let without_meta = HookSet::new().on_pre_mcp_tool_call(async |_| {
        PreMcpToolCallOutput::default().meta_to_use(serde_json::Map::new())
    });
    assert_eq!(
        invoke(&without_meta, "preMcpToolCall", json!({"serverName": "srv", "toolName": "echo"}))
            .await,
        Some(json!({"metaToUse": null}))
    );
}

#[tokio::test]
async fn hooks_with_state_may_be_shared_or_boxed() {
    #[derive(Default)]
    struct Counted(Mutex<Vec<String>>);
    impl Hooks for Counted {
        async fn pre_tool_use(&self, call: PreToolUse) -> HookResult<PreToolUseOutput> {
            self.0.lock().expect("nothing panics here").push(call.tool_name);
            Ok(Some(PreToolUseOutput::deny("counted")))
        }
    }
    let shared = Arc::new(Counted::default());
    let sets = [
        HookSet::new().hooks(Arc::clone(&shared)),
        HookSet::new().hooks(Arc::clone(&shared)),
        HookSet::new().hooks(Box::new(Counted::default())),
    ];
    for set in sets {
        let denied = invoke(&set, "preToolUse", call()).await;
        assert_eq!(denied.expect("it has an opinion")["permissionDecision"], "deny");
    }
    assert_eq!(*shared.0.lock().expect("nothing panics here"), ["get_weather", "get_weather"]);
}

#[test]
fn debug_of_an_output_shows_no_arguments_and_no_texts_for_the_model() {
    let arguments = json!({"city": "secret"});
    let output = PreToolUseOutput::deny("no").modified_args(arguments).additional_context("secret");
    assert_eq!(
        format!("{output:?}"),
        "PreToolUseOutput { verdict: Some(Deny { reason: \"no\" }), modified_args: {\"city\": <8 \
         bytes>}, additional_context: <6 bytes>, suppress_output: None }"
    );
    let meta = serde_json::Map::from_iter([("token".to_owned(), json!("secret"))]);
    let output = PreMcpToolCallOutput::default().meta_to_use(meta);
    let shown = "PreMcpToolCallOutput { meta_to_use: {\"token\": <8 bytes>} }";
    assert_eq!(format!("{output:?}"), shown);
}

#[tokio::test]
async fn a_call_is_read_whatever_the_order_and_the_session_of_its_input() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    let hooks = HookSet::new().on_pre_tool_use(move |call: PreToolUse| {
        let record = Arc::clone(&record);
        async move { record.lock().unwrap().push((call.session_id.to_string(), call.tool_name)) }
    });
    let own = format!(r#""sessionId":"{ROOT}""#);
    for params in [
        format!(r#"{{{own},"hookType":"preToolUse","input":{{{own},"toolName":"a"}}}}"#),
        format!(r#"{{{own},"hookType":"preToolUse","input":{{{own},"toolName":"a","cwd":null}}}}"#),
        format!(r#"{{{own},"hookType":"preToolUse","input":{{"sessionId":"b","toolName":"a"}}}}"#),
        format!(r#"{{{own},"hookType":"preToolUse","input":{{"toolName":"a"}},"more":[{{}}]}}"#),
        format!(r#"{{"input":{{{own},"toolName":"a"}},"hookType":"pre\u0054oolUse",{own}}}"#),
        format!(r#"{{{own}, "hookType":"preToolUse","input":{{{own},"toolName":"a"}}}}"#),
    ] {
        assert!(matches!(invoke_raw(&hooks, &params).await, HookAnswer::NoOpinion), "{params}");
        assert_eq!(std::mem::take(&mut *seen.lock().unwrap()), [(ROOT.to_owned(), "a".to_owned())]);
    }
    let no_json = [r#"{"toolName":"a"}}"#, r#"{"toolName":"a""#, r#"{"toolName":"a"},"#, ""];
    for input in ["null", "[]", r#"["a"]"#, r#"{"toolName":7}"#].into_iter().chain(no_json) {
        let params = format!(r#"{{{own},"hookType":"preToolUse","input":{input}}}"#);
        let answer = invoke_raw(&hooks, &params).await;
        assert!(matches!(answer, HookAnswer::Output(_)), "{params} is denied: {answer:?}");
    }
    assert!(seen.lock().unwrap().is_empty());
}
