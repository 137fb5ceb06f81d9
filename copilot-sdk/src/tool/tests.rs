//! What the session relies on: cancellation, the wire form, and the check before anything is sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde_json::json;

use super::context::{SessionAccess, ToolCall};
use super::{
    Binary, CallArguments, CancelToken, Defer, ResultType, TimelineLevel, Tool, ToolContext,
    ToolResult, WireResult, check,
};

struct Silent;

impl SessionAccess for Silent {
    fn log(&self, _: TimelineLevel, _: String, _: bool) -> BoxFuture<'static, crate::Result<()>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

fn call() -> (ToolContext, CancelToken) {
    let cancel = CancelToken::new();
    let call = ToolCall {
        session_id: "s".into(),
        request_id: "r".into(),
        tool_call_id: "t".into(),
        tool_name: "x".into(),
        agent_id: None,
        working_directory: None,
        trace: None,
        resumed: false,
    };
    (ToolContext::new(call, cancel.clone(), Arc::new(Silent)), cancel)
}

fn none() -> CallArguments {
    CallArguments::Own(String::new())
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
    let running = tokio::spawn(tool.run(none(), context));
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
    let running = tokio::spawn(tool.run(none(), context));
    cancel.cancel();
    assert_eq!(running.await.unwrap(), ToolResult::success("cleaned up"));
}

#[tokio::test]
async fn dropping_the_call_cancels_it() {
    let tool = described("x").handler(|(), _| std::future::pending::<()>());
    let (context, cancel) = call();
    drop(tool.run(none(), context.clone()));
    assert!(!cancel.is_cancelled(), "it never started");
    let mut running = Box::pin(tool.run(none(), context));
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
    let mut running = Box::pin(tool.run(none(), context));
    let _ = std::future::poll_fn(|cx| Poll::Ready(running.as_mut().poll(cx))).await;
    drop(running);
}

/// The thread that reads it.
struct ReadBy(std::thread::ThreadId);

impl<'de> serde::Deserialize<'de> for ReadBy {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer)?;
        Ok(Self(std::thread::current().id()))
    }
}

impl schemars::JsonSchema for ReadBy {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ReadBy".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "object"})
    }
}

#[tokio::test(flavor = "current_thread")]
async fn large_arguments_are_read_on_a_thread_of_their_own() {
    let worker = std::thread::current().id();
    let tool = described("x").handler(move |ReadBy(reader), _| async move {
        // The body runs where it always does.
        assert_eq!(std::thread::current().id(), worker);
        (reader == worker).to_string()
    });
    for (bytes, on_worker) in [(60 * 1024, "true"), (70 * 1024, "false")] {
        let arguments = json!({"text": "x".repeat(bytes)});
        let result = tool.call(&arguments, ToolContext::detached("x")).await;
        assert_eq!(result, ToolResult::success(on_worker));
    }
}

#[tokio::test]
async fn a_panic_while_large_arguments_are_read_is_an_answer() {
    let tool = described("x").handler(|ReadBy(_), _| -> std::future::Ready<()> { panic!("boom") });
    let arguments = json!({"text": "x".repeat(70 * 1024)});
    assert_eq!(
        tool.call(&arguments, ToolContext::detached("x")).await,
        ToolResult::failure("`x` stopped because of a bug in its code")
    );
}

#[tokio::test]
async fn a_context_of_the_callers_own_reaches_the_tool() {
    let (lines, mut received) = tokio::sync::mpsc::unbounded_channel();
    let tool = described("x").handler(|(), context: ToolContext| async move {
        context.log(TimelineLevel::Warning, "careful").await?;
        context.progress("half").await?;
        let ids = [context.session_id().as_str(), context.request_id().as_str()].join(" ");
        let trace = context.trace_context().map(|trace| trace.traceparent().to_owned());
        let directory = context.cwd().map(std::path::Path::to_owned);
        Ok::<_, crate::Error>(format!(
            "{ids} {} {} {:?} {directory:?} {trace:?}",
            context.tool_call_id(),
            context.tool_name(),
            context.agent_id(),
        ))
    });
    let context = ToolContext::builder("x")
        .session_id("s")
        .request_id("r")
        .tool_call_id("t")
        .agent_id("a")
        .cwd("/w")
        .trace_context(crate::trace::TraceContext::new("00-1-2-01"))
        .on_log(move |level, message| lines.send((level, message.to_owned())).unwrap())
        .build();
    let result = tool.call((), context).await;
    assert_eq!(result.text_result_for_llm, r#"s r t x Some("a") Some("/w") Some("00-1-2-01")"#);
    assert_eq!(received.recv().await, Some((TimelineLevel::Warning, "careful".to_owned())));
    assert_eq!(received.recv().await, Some((TimelineLevel::Info, "half".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_caller_cancels_its_own_call() {
    let tool = described("x").handler(|(), context: ToolContext| async move {
        context.cancelled().await;
        "cleaned up"
    });
    let context = ToolContext::builder("x").build();
    let running = tokio::spawn(tool.call((), context.clone()));
    context.cancel();
    assert_eq!(running.await.unwrap(), ToolResult::success("cleaned up"));
}

#[test]
fn a_spec_tells_every_setting() {
    let plain = described("x");
    let spec = plain.spec();
    assert_eq!((spec.name(), spec.description()), ("x", Some("does something")));
    assert_eq!((spec.schema(), spec.defer(), spec.metadata()), (None, None, None));
    let flags = |tool: &Tool| {
        let spec = tool.spec();
        [spec.has_handler(), spec.overrides_builtin(), spec.skip_permission(), spec.ask()]
            .into_iter()
            .chain([spec.terminal(), spec.show_errors(), spec.timeout().is_some()])
            .chain([spec.read_only(), spec.idempotent()])
            .collect::<Vec<_>>()
    };
    assert_eq!(flags(&plain), [false; 9]);
    let full = described("x")
        .schema(json!({"type": "object"}))
        .handler(|(), _| async {})
        .overrides_builtin()
        .skip_permission()
        .ask()
        .terminal()
        .read_only()
        .idempotent()
        .show_errors()
        .timeout(Duration::from_secs(1))
        .defer(Defer::Auto)
        .metadata(json!({"a": 1}));
    assert_eq!(flags(&full), [true; 9]);
    let spec = full.spec();
    assert_eq!(spec.schema(), Some(&json!({"type": "object"})));
    assert_eq!((spec.defer(), spec.metadata()), (Some(Defer::Auto), Some(&json!({"a": 1}))));
    assert_eq!(spec.timeout(), Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn a_declared_tool_answers_that_it_is_not_implemented() {
    let (context, _cancel) = call();
    assert_eq!(described("x").run(none(), context).await.result_type, ResultType::Failure);
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
            "textResultForLlm": "a\n\ng:\nhi", "resultType": "failure", "error": "b", "sessionLog": "c",
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
fn files_that_reach_no_model_are_put_into_the_text() {
    let text = |result: ToolResult| {
        let wire = serde_json::to_value(WireResult::from(&result)).unwrap();
        wire["textResultForLlm"].as_str().unwrap().to_owned()
    };
    let only = |binary: Binary| text(ToolResult::default().binary(binary));
    let csv = || Binary::resource("text/csv; charset=utf-8", *b"a,b\n1,2");
    assert_eq!(only(csv()), "a,b\n1,2");
    assert_eq!(only(csv().description("numbers")), "numbers:\na,b\n1,2");
    assert_eq!(only(Binary::image("image/svg+xml", *b"<svg/>")), "<svg/>");
    let pdf = || Binary::resource("application/pdf", *b"%PDF").description("paper");
    assert_eq!(only(pdf()), "[file (application/pdf, 4 bytes: paper), which cannot be shown]");
    assert_eq!(
        only(Binary::resource("text/plain", [0xff])),
        "[file (text/plain, 1 bytes), which cannot be shown]"
    );
    assert_eq!(
        only(Binary::png([1, 2])),
        "[image (image/png, 2 bytes), shown to models with vision]"
    );
    let all = ToolResult::success("done").binary(csv()).binary(Binary::png([1])).binary(pdf());
    assert_eq!(
        text(all),
        "done\n\na,b\n1,2\n\n[file (application/pdf, 4 bytes: paper), which cannot be shown]"
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
