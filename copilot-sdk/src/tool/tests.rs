//! What the session relies on: cancellation, the wire form, and the check before anything is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde_json::json;

use super::context::{SessionAccess, ToolCall};
use super::{
    Binary, CancelToken, Defer, ResultType, TimelineLevel, Tool, ToolContext, ToolResult,
    WireResult, check,
};
use crate::error::Result;

struct Silent;

impl SessionAccess for Silent {
    fn log(&self, _: TimelineLevel, _: String, _: bool) -> BoxFuture<'static, Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

fn call() -> (ToolContext, CancelToken) {
    let cancel = CancelToken::new();
    let call = ToolCall {
        session_id: "s".into(),
        request_id: "r".into(),
        tool_call_id: "t".into(),
        tool_name: "x".to_owned(),
        agent_id: None,
        working_directory: None,
        trace: None,
    };
    (ToolContext::new(call, cancel.clone(), Arc::new(Silent)), cancel)
}

fn described(name: &'static str) -> Tool {
    Tool::new(name).description("does something")
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_is_told_and_dropped_after_the_grace_period() {
    struct Dropped(Arc<AtomicBool>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let dropped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&dropped);
    let tool = described("x").handler(move |(), _| {
        let guard = Dropped(Arc::clone(&flag));
        async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        }
    });
    let (context, cancel) = call();
    let running = tokio::spawn(tool.run(None, context));
    tokio::task::yield_now().await;
    cancel.cancel();
    // Paused time: one second before the grace period ends.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(!dropped.load(Ordering::SeqCst), "it may still clean up");
    assert_eq!(running.await.unwrap(), ToolResult::failure("`x` was cancelled"));
    assert!(dropped.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_ends_by_itself_after_cancellation_keeps_its_result() {
    let tool = described("x").handler(|(), context: ToolContext| async move {
        context.cancelled().await;
        "cleaned up"
    });
    let (context, cancel) = call();
    let running = tokio::spawn(tool.run(None, context));
    cancel.cancel();
    assert_eq!(running.await.unwrap(), ToolResult::success("cleaned up"));
}

#[tokio::test]
async fn dropping_the_call_cancels_it() {
    let tool = described("x").handler(|(), _| std::future::pending::<()>());
    let (context, cancel) = call();
    drop(tool.run(None, context.clone()));
    assert!(!cancel.is_cancelled(), "it never started");
    let mut running = tool.run(None, context);
    let _ = std::future::poll_fn(|cx| Poll::Ready(running.as_mut().poll(cx))).await;
    drop(running);
    assert!(cancel.is_cancelled());
}

#[tokio::test]
async fn a_panic_while_dropping_ends_nowhere() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("boom");
        }
    }
    let tool = described("x").handler(|(), _| async {
        let _bomb = Bomb;
        std::future::pending::<()>().await;
    });
    let (context, _cancel) = call();
    let mut running = tool.run(None, context);
    let _ = std::future::poll_fn(|cx| Poll::Ready(running.as_mut().poll(cx))).await;
    drop(running);
}

#[tokio::test]
async fn a_declared_tool_answers_that_it_is_not_implemented() {
    let (context, _cancel) = call();
    assert_eq!(described("x").run(None, context).await.result_type, ResultType::Failure);
}

#[test]
fn definitions_have_the_form_of_the_wire() {
    let wire = |tool: &Tool, default| serde_json::to_value(tool.definition(default)).unwrap();
    let plain = described("x");
    let base = json!({"name": "x", "description": "does something", "overridesBuiltInTool": true});
    assert_eq!(wire(&plain, false), base);
    let mut consented = base.clone();
    consented["skipPermission"] = json!(true);
    assert_eq!(wire(&plain, true), consented);
    assert_eq!(wire(&plain.clone().ask(), true), base);
    assert_eq!(wire(&plain.clone().skip_permission(), false), consented);
    let metadata = serde_json::Map::from_iter([("a".to_owned(), json!(1))]);
    let full =
        plain.schema(json!({"type": "object"})).terminal().defer(Defer::Never).metadata(metadata);
    assert_eq!(
        wire(&full, false),
        json!({
            "name": "x", "description": "does something", "overridesBuiltInTool": true,
            "parameters": {"type": "object"}, "isTerminal": true, "defer": "never", "metadata": {"a": 1},
        })
    );
}

#[test]
fn a_result_has_the_form_of_the_wire() {
    let result = ToolResult::failure("a")
        .error("b")
        .session_log("c")
        .telemetry("d", 1)
        .tool_reference("e")
        .content("f")
        .binary(Binary::resource("text/plain", *b"hi").description("g").metadata("h", true));
    assert_eq!(
        serde_json::to_value(WireResult::from(&result)).unwrap(),
        json!({
            "textResultForLlm": "a", "resultType": "failure", "error": "b", "sessionLog": "c",
            "toolTelemetry": {"d": 1}, "toolReferences": ["e"], "contents": ["f"],
            "binaryResultsForLlm": [{
                "type": "resource", "data": "aGk=", "mimeType": "text/plain", "description": "g", "metadata": {"h": true},
            }],
        })
    );
    assert_eq!(
        serde_json::to_value(WireResult::from(&ToolResult::success("a"))).unwrap(),
        json!({"textResultForLlm": "a", "resultType": "success"})
    );
}

#[test]
fn required_properties_are_sent_first_and_in_their_order() {
    let tool = described("x").schema(json!({
        "type": "object",
        "properties": {"a": {}, "z": {"properties": {"q": {}, "r": {}}, "required": ["r"]}, "m": {}},
        "required": ["z", "m"],
    }));
    let sent = serde_json::to_string(&tool.definition(false)).unwrap();
    let properties =
        r#""properties":{"z":{"properties":{"r":{},"q":{}},"required":["r"]},"m":{},"a":{}}"#;
    assert!(sent.contains(properties), "{sent}");
}

#[test]
fn all_problems_are_found_before_anything_is_sent() {
    let tools = [
        Tool::new("get weather"),
        described("bash"),
        described("read_file"),
        described("tool_search_tool").overrides_builtin(),
        described("grep").overrides_builtin(),
        described("a").schema(json!([])),
        described("b").schema(json!({"oneOf": []})),
        described("c").schema(json!({"type": "array"})),
        described("d").schema(json!({"properties": {"x": {"pattern": "("}}})).handler(|(), _| async {}),
        described("raw").schema(json!({"properties": {"x": {"pattern": "^(?!a)"}}})).raw_handler(|_| async {}),
        described("names").schema(json!({"properties": {
            "fine.a-b_C1": {}, "größe": {"items": {"properties": {"a \
                                                                   b": {}, "": {}}}}, "c".repeat(65): {},
        }})),
        described("e").ask().skip_permission(),
        described("read_file"),
    ];
    let problems = check(&tools);
    let starts = [
        "tool name `get weather` contains a space",
        "tool `get weather` has no description",
        "tool `bash`: the CLI has a built-in tool of that name",
        "tool `tool_search_tool`: the name is reserved",
        "tool `a`: the schema of the arguments must be a JSON object",
        "tool `b`: the schema of the arguments has `oneOf` at the top",
        "tool `c`: the arguments must be a JSON object, but their schema is that of a list",
        "tool `d`: `(` is not a pattern",
        "tool `names`: property name `ccccc",
        "tool `names`: property name `größe` contains `ö`: use letters, digits, `_`, `.` and `-`",
        "tool `names`: a property name cannot be empty",
        "tool `names`: property name `a b` contains a space: use letters, digits, `_`, `.` and `-`",
        "tool `e`: `ask` and `skip_permission` exclude each other",
        "two tools are named `read_file` (from copilot-sdk/src/tool/tests.rs:",
    ];
    assert_eq!(problems.len(), starts.len(), "{problems:#?}");
    for (problem, start) in problems.iter().zip(starts) {
        assert!(problem.starts_with(start), "{problem}");
    }
}
