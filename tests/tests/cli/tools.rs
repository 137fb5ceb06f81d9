//! Tools: what the agent calls, and what it reads back.

use copilot_sdk::model::CapabilityOverride;
use copilot_sdk::session::LargeOutput;
use copilot_sdk::testing::{ModelReply, ModelToolCall};
use copilot_sdk::tool::{Binary, ToolResult};
use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::{Tool, ToolError, data};
use copilot_sdk_tests::{Log, Stage};
use serde_json::json;

/// The reference's own low-level example.
fn read_file() -> Tool {
    Tool::new("read_file")
        .description("Read a file from the repository")
        .schema(json!({
            "type": "object",
            "properties": {"path": {"type": "string", "description": "Path to file"}},
            "required": ["path"],
        }))
        .raw_handler(|invocation| async move {
            let arguments: serde_json::Value = invocation.parse()?;
            let path = arguments["path"].as_str().unwrap_or_default().to_owned();
            Ok::<_, ToolError>(
                ToolResult::success(format!("contents of {path}"))
                    .session_log(format!("Read {path}")),
            )
        })
}

#[tokio::test]
async fn a_low_level_tool_gets_its_call_and_the_model_its_result() {
    let stage = Stage::shared([
        ModelReply::tool("read_file", json!({"path": "README.md"})),
        ModelReply::text("It is a readme."),
    ])
    .await;
    let session = stage.session().tool(read_file()).create().await.unwrap();
    let reply = session.ask("What is in README.md?").await.unwrap();
    assert_eq!(reply.text(), "It is a readme.");
    let [call] = reply.tool_calls() else { panic!("one call: {:?}", reply.tool_calls()) };
    assert_eq!(
        (call.name.as_str(), call.success, call.output.as_str()),
        ("read_file", true, "contents of README.md")
    );
    assert_eq!(call.arguments.as_ref().unwrap().get(), r#"{"path":"README.md"}"#);
    let requests = stage.model.requests();
    assert_eq!(requests[0].tool_schema("read_file").unwrap()["required"], json!(["path"]));
    assert_eq!(requests[1].tool_results()[0].text, "contents of README.md");
    stage.stop().await;
}

#[tokio::test]
async fn a_panicking_tool_is_answered_and_the_session_lives_on() {
    let boom = Tool::new("boom").description("Panics").raw_handler(|_| async {
        let nothing: Option<u8> = None;
        nothing.map(|byte| byte.to_string()).ok_or_else(|| ToolError::new(panic_now()))
    });
    let stage = Stage::shared([
        ModelReply::tool("boom", json!({})),
        ModelReply::text("I see."),
        ModelReply::text("Still here."),
    ])
    .await;
    let session = stage.session().tool(boom).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert_eq!(reply.text(), "I see.");
    assert!(!reply.tool_calls()[0].success);
    let told = &stage.model.requests()[1].tool_results()[0].text;
    assert!(!told.contains("secret"), "{told}");
    assert_eq!(session.ask("again").await.unwrap().text(), "Still here.");
    stage.stop().await;
}

fn panic_now() -> String {
    panic!("a secret of the program")
}

#[tokio::test]
async fn parallel_calls_run_at_once_and_answer_in_call_order() {
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(3));
    let meet = Tool::new("meet")
        .description("Waits for the others")
        .schema(json!({"type": "object"}))
        .raw_handler(move |invocation| {
            let barrier = barrier.clone();
            async move {
                barrier.wait().await;
                let arguments: serde_json::Value = invocation.parse()?;
                Ok::<_, ToolError>(arguments["n"].to_string())
            }
        });
    let calls = (0..3).map(|n| ModelToolCall::new("meet", json!({ "n": n })));
    let stage = Stage::shared([ModelReply::tools(calls), ModelReply::text("done")]).await;
    let session = stage.session().tool(meet).create().await.unwrap();
    session.ask("go").await.unwrap();
    let results = stage.model.requests()[1].tool_results();
    let texts: Vec<_> = results.iter().map(|result| result.text.as_str()).collect();
    assert_eq!(texts, ["0", "1", "2"]);
    stage.stop().await;
}

#[tokio::test]
async fn a_declared_tool_is_handed_out_as_an_event_and_answered_by_hand() {
    use copilot_sdk::event::EventData;
    let stage =
        Stage::shared([ModelReply::tool("oracle", json!({"q": 1})), ModelReply::text("so be it")])
            .await;
    let oracle = Tool::new("oracle").description("Knows").schema(json!({"type": "object"}));
    let session = stage.session().tool(oracle).create().await.unwrap();
    let mut turn = session.stream("ask the oracle").await.unwrap();
    while let Some(event) = turn.next().await {
        if let EventData::ExternalToolRequested(call) = &event.unwrap().data {
            session.answer_tool(&call.request_id, ToolResult::success("42")).unwrap();
        }
    }
    assert_eq!(turn.reply().await.unwrap().tool_calls()[0].output, "42");
    stage.stop().await;
}

#[tokio::test]
async fn abort_cancels_a_running_tool_and_nothing_is_sent_for_it() {
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let waiting = Tool::new("waiting").description("Waits").raw_handler(move |invocation| {
        let say = say.clone();
        async move {
            let _ = say.send("started");
            invocation.context.cancelled().await;
            let _ = say.send("cancelled");
        }
    });
    let stage = Stage::shared([ModelReply::tool("waiting", json!({}))]).await;
    let session = stage.session().tool(waiting).create().await.unwrap();
    let abort = async {
        assert_eq!(heard.recv().await, Some("started"));
        session.abort().await.unwrap();
        assert_eq!(heard.recv().await, Some("cancelled"));
    };
    let (reply, ()) = tokio::join!(session.ask("go").into_future(), abort);
    assert_eq!(reply.unwrap_err().kind(), copilot_sdk::ErrorKind::Interrupted);
    stage.stop().await;
}

#[tokio::test]
async fn a_prompt_and_a_result_of_megabytes_arrive_whole() {
    let large = (0..120_000).map(|number| format!("{number} µ")).collect::<Vec<_>>().join("\n");
    let result = large.clone();
    let read = Tool::new("read_all").description("Reads").handler(move |(), _| {
        let result = result.clone();
        async move { result }
    });
    let stage =
        Stage::shared([ModelReply::tool("read_all", json!({})), ModelReply::text("ok")]).await;
    let limits = CapabilityOverride::new()
        .max_context_window_tokens(10_000_000)
        .max_prompt_tokens(10_000_000);
    let session = stage.session().tool(read).model_capabilities(limits);
    let session = session.large_output(LargeOutput::disabled()).create().await.unwrap();
    assert_eq!(session.ask(&*large).await.unwrap().text(), "ok");
    let requests = stage.model.requests();
    assert!(requests[0].user_texts().last() == Some(&large), "the prompt");
    assert!(requests[1].tool_results()[0].text == large, "the result");
    stage.stop().await;
}

#[tokio::test]
async fn a_large_result_reaches_a_model_that_cannot_open_files() {
    let stage =
        Stage::shared([ModelReply::tool("fill", json!({})), ModelReply::text("read")]).await;
    let large = "line of text\n".repeat(2_000);
    let result = large.clone();
    let fill = Tool::new("fill").description("Fills").handler(move |(), _| {
        let result = result.clone();
        async move { result }
    });
    let session = stage.session().tool(fill).available_tools([ToolFilter::all_custom()]);
    session.create().await.unwrap().ask("go").await.unwrap();
    assert_eq!(stage.model.requests()[1].tool_results()[0].text, large);
    stage.stop().await;
}

#[tokio::test]
async fn files_that_a_tool_returns_are_read_or_named() {
    let files = Tool::new("files").description("Returns files").handler(|(), _| async {
        vec![
            Binary::resource("text/csv", *b"a,b\n1,2"),
            Binary::resource("application/pdf", *b"%PDF").description("the invoice"),
        ]
    });
    let stage =
        Stage::shared([ModelReply::tool("files", json!({})), ModelReply::text("read")]).await;
    let session = stage.session().tool(files).create().await.unwrap();
    session.ask("go").await.unwrap();
    assert_eq!(
        stage.model.requests()[1].tool_results()[0].text,
        "a,b\n1,2\n\n[file (application/pdf, 4 bytes: the invoice), which cannot be shown]"
    );
    stage.stop().await;
}

#[tokio::test]
async fn no_call_runs_with_an_id_that_lost_digits() {
    const ID: &str = "2512292042121000001";
    let find = Tool::new("find_order")
        .description("Finds an order")
        .handler(|order: Order, _| async move { order.id.to_string() });
    let number: serde_json::Value = serde_json::from_str(&format!(r#"{{"id": {ID}}}"#)).unwrap();
    let calls = (0..40).map(|_| ModelToolCall::new("find_order", number.clone()));
    let calls = calls.chain([ModelToolCall::new("find_order", json!({"id": ID}))]);
    let stage = Stage::shared([ModelReply::tools(calls), ModelReply::text("found")]).await;
    let session = stage.session().tool(find).create().await.unwrap();
    session.ask("go").await.unwrap();
    let results = stage.model.requests()[1].tool_results();
    let (last, refused) = results.split_last().unwrap();
    assert_eq!(last.text, ID);
    assert_eq!(refused.len(), 40);
    for result in refused {
        assert!(result.text.contains("may have lost digits"), "{}", result.text);
    }
    stage.stop().await;
}

#[data]
struct Order {
    id: u64,
}

#[tokio::test]
async fn an_own_tool_that_is_excluded_is_not_offered_and_the_log_says_so() {
    let log = Log::capture_all();
    let tool =
        |name| Tool::new(name).description("Says something").handler(|(), _| async { "said" });
    let stage = Stage::new([ModelReply::text("one"), ModelReply::text("two")]).await;
    let session =
        stage.session().tools(vec![tool("greet"), tool("wave")]).excluded_tools(["greet"]);
    let session = session.create().await.unwrap();
    session.ask("go").await.unwrap();
    session.set_tools(vec![tool("greet"), tool("nod")]).await.unwrap();
    session.ask("go").await.unwrap();
    let requests = stage.model.requests();
    for (request, offered) in requests.iter().zip(["wave", "nod"]) {
        let own = request.tool_names();
        let own: Vec<_> =
            own.iter().filter(|name| ["greet", "wave", "nod"].contains(name)).collect();
        assert_eq!(own, [&offered]);
    }
    let told = |line: &&String| line.contains("excluded_tools names a tool of this program");
    let told: Vec<_> = log.complaints().iter().filter(told).cloned().collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|line| line.contains("tool=\"greet\"")), "{told:?}");
    stage.stop().await;
}
