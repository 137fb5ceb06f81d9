//! "Session Hooks": the six of the reference, on the wire and on the real CLI.

use std::sync::{Arc, Mutex};

use copilot_sdk::hook::{
    ErrorContext, ErrorOccurred, ErrorOccurredOutput, HookSet, PostToolUse, PostToolUseOutput,
    PreToolUse, PreToolUseOutput, SessionEndOutput, SessionStartOutput, UserPromptSubmittedOutput,
};
use copilot_sdk::testing::ModelReply;
use copilot_sdk::{tool, tools};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

use super::stage::connect;

async fn on_pre_tool_use(call: PreToolUse) -> PreToolUseOutput {
    PreToolUseOutput::allow().modified_args(call.tool_args).additional_context("Extra context")
}

async fn on_post_tool_use(call: PostToolUse) -> PostToolUseOutput {
    PostToolUseOutput::default()
        .additional_context(format!("Post-execution notes on {}", call.tool_name))
}

async fn on_error_occurred(error: ErrorOccurred) -> ErrorOccurredOutput {
    assert_eq!(
        (error.error_context, &*error.error.message),
        (ErrorContext::ModelCall, "overloaded")
    );
    ErrorOccurredOutput::retry(2)
}

/// What the client answers when a session with these hooks is asked.
async fn answer(hooks: HookSet, hook: &str, input: Value) -> Value {
    let (fake, client) = connect().await;
    let session = client.session().model("gpt-5").hook_set(hooks).create().await.unwrap();
    assert_eq!(fake.calls("session.create")[0]["hooks"], true);
    let params = json!({"sessionId": session.id(), "hookType": hook, "input": input});
    fake.request("hooks.invoke", params).await.unwrap()
}

fn input(fields: Value) -> Value {
    let mut input =
        json!({"sessionId": "session-1", "timestamp": 1_760_000_000_000_u64, "cwd": "/project"});
    if let (Value::Object(input), Value::Object(fields)) = (&mut input, fields) {
        input.extend(fields);
    }
    input
}

#[tokio::test]
async fn each_of_the_six_is_asked_by_its_wire_name_and_answers_in_the_references_words() {
    let hooks = || {
        HookSet::new()
            .on_pre_tool_use(on_pre_tool_use)
            .on_post_tool_use(on_post_tool_use)
            .on_user_prompt_submitted(|input| async move {
                UserPromptSubmittedOutput::default()
                    .modified_prompt(format!("{}, please", input.prompt))
            })
            .on_session_start(|_| async {
                SessionStartOutput::default().additional_context("Be brief.")
            })
            .on_session_end(|_| async { SessionEndOutput::default().session_summary("A review.") })
            .on_error_occurred(on_error_occurred)
    };
    let call = json!({"toolName": "read_file", "toolArgs": {"path": "a.rs"}});
    let done = json!({"toolName": "read_file", "toolArgs": {}, "toolResult": {"textResultForLlm": "x", "resultType": "success"}});
    for (hook, fields, output) in [
        (
            "preToolUse",
            call,
            json!({"permissionDecision": "allow", "modifiedArgs": {"path": "a.rs"}, "additionalContext": "Extra context"}),
        ),
        ("postToolUse", done, json!({"additionalContext": "Post-execution notes on read_file"})),
        (
            "userPromptSubmitted",
            json!({"prompt": "Review"}),
            json!({"modifiedPrompt": "Review, please"}),
        ),
        ("sessionStart", json!({"source": "new"}), json!({"additionalContext": "Be brief."})),
        ("sessionEnd", json!({"reason": "complete"}), json!({"sessionSummary": "A review."})),
        (
            "errorOccurred",
            json!({"error": {"message": "overloaded", "name": "Error"}, "errorContext": "model_call", "recoverable": true}),
            json!({"errorHandling": "retry", "retryCount": 2}),
        ),
    ] {
        assert_eq!(answer(hooks(), hook, input(fields)).await, json!({"output": output}), "{hook}");
    }
}

#[tokio::test]
async fn the_other_decisions_have_their_words() {
    let call = || input(json!({"toolName": "bash", "toolArgs": {}}));
    for (output, wire) in [
        (
            PreToolUseOutput::deny("no shell"),
            json!({"permissionDecision": "deny", "permissionDecisionReason": "no shell"}),
        ),
        (
            PreToolUseOutput::ask("sure?"),
            json!({"permissionDecision": "ask", "permissionDecisionReason": "sure?"}),
        ),
    ] {
        let hooks = HookSet::new().on_pre_tool_use(move |_| std::future::ready(output.clone()));
        assert_eq!(answer(hooks, "preToolUse", call()).await["output"], wire);
    }
    let error = || input(json!({"error": "oh", "errorContext": "system"}));
    for (output, word) in
        [(ErrorOccurredOutput::skip(), "skip"), (ErrorOccurredOutput::abort(), "abort")]
    {
        let hooks = HookSet::new().on_error_occurred(move |_| std::future::ready(output.clone()));
        assert_eq!(
            answer(hooks, "errorOccurred", error()).await["output"],
            json!({"errorHandling": word})
        );
    }
}

/// Echo a text.
#[tool]
async fn echo(text: String) -> String {
    format!("echo {text}")
}

#[tokio::test]
async fn on_the_real_cli_each_runs_at_its_point_and_the_model_is_told() {
    let stage = Stage::new([
        ModelReply::tool("echo", json!({"text": "hi"})),
        ModelReply::text("done"),
        ModelReply::error(400, "too odd"),
    ])
    .await;
    let ran = Arc::new(Mutex::new(Vec::new()));
    let note = |name: &'static str| {
        let ran = ran.clone();
        move || ran.lock().unwrap().push(name)
    };
    let (pre, post, prompt) = (note("pre"), note("post"), note("prompt"));
    let (start, end, error) = (note("start"), note("end"), note("error"));
    let session = stage
        .session()
        .tools(tools![echo])
        .session_id("custom-id")
        .on_pre_tool_use(move |call| {
            pre();
            async move {
                assert_eq!((call.session_id.as_str(), &*call.tool_name), ("custom-id", "echo"));
                PreToolUseOutput::allow()
                    .modified_args(json!({"text": "changed"}))
                    .additional_context("Extra context")
            }
        })
        .on_post_tool_use(move |call| {
            post();
            assert_eq!(call.session_id, "custom-id");
            on_post_tool_use(call)
        })
        .on_user_prompt_submitted(move |submitted| {
            prompt();
            assert_eq!(submitted.session_id, "custom-id");
            async {}
        })
        .on_session_start(move |started| {
            start();
            assert_eq!(started.session_id, "custom-id");
            async { SessionStartOutput::default().additional_context("Be brief.") }
        })
        .on_session_end(move |ended| {
            assert_eq!(ended.session_id, "custom-id");
            end();
            async {}
        })
        .on_error_occurred(move |failed| {
            assert_eq!(failed.session_id, "custom-id");
            error();
            async { ErrorOccurredOutput::abort() }
        });
    let session = session.create().await.unwrap();
    session.ask("go").await.unwrap();
    session.ask("again").await.unwrap_err();
    session.disconnect().await.unwrap();
    assert_eq!(*ran.lock().unwrap(), ["start", "prompt", "pre", "post", "prompt", "error", "end"]);
    let requests = stage.model.requests();
    assert!(requests[0].user_texts().concat().contains("Be brief."));
    let body = requests[1].body().to_string();
    for told in ["echo changed", "Extra context", "Post-execution notes on echo"] {
        assert!(body.contains(told), "{told}: {body}");
    }
    stage.stop().await;
}
