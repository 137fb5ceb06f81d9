//! `#[tool]` functions on the real CLI: every kind of tool, called by the model.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use copilot_sdk::event::EventData;
use copilot_sdk::testing::{ModelReply, ModelToolCall};
use copilot_sdk::tool::{Binary, ToolResult};
use copilot_sdk::{ToolContext, ToolError, data, tool, tools, toolset};
use copilot_sdk_tests::Stage;
use serde_json::json;

#[data]
struct Forecast {
    summary: String,
    high_celsius: f32,
}

/// Get the weather forecast for a city.
#[tool]
async fn get_weather(
    /// City name, such as "Lisbon".
    city: String,
    /// Days ahead, 0 for today.
    #[arg(default, range(max = 14))]
    days_ahead: u8,
) -> Result<Forecast, ToolError> {
    if city == "Atlantis" {
        return Err(ToolError::new("Atlantis is under water"));
    }
    Ok(Forecast { summary: format!("sun in {city} +{days_ahead}"), high_celsius: 21.5 })
}

#[data]
struct ReadFileParams {
    /// Path to file to read
    path: std::path::PathBuf,
}

/// Read a file from the repository
#[tool(show_errors)]
fn read_file(params: ReadFileParams) -> std::io::Result<String> {
    std::fs::read_to_string(params.path)
}

/// Draw a dot.
#[tool]
async fn draw() -> Binary {
    Binary::png(vec![0x89, b'P', b'N', b'G']).description("a dot")
}

/// Say who calls.
#[tool]
async fn who(context: ToolContext) -> String {
    format!("{} in {}", context.tool_name(), context.session_id())
}

/// Finish the work.
#[tool(terminal)]
async fn finish() -> &'static str {
    "finished"
}

/// Show a file our way.
#[tool(overrides_builtin)]
async fn view(path: String) -> String {
    format!("our view of {path}")
}

/// Looked up rarely.
#[tool(defer = "never")]
const fn answer() -> u8 {
    42
}

/// Fails with an error that was not written for the model.
#[tool]
async fn fragile() -> Result<String, std::io::Error> {
    Err(std::io::Error::other("password=hunter2"))
}

struct Crm {
    calls: AtomicU32,
}

#[toolset]
impl Crm {
    /// Find a customer.
    #[tool]
    async fn find(&self, name: String) -> String {
        format!("{name} #{}", self.calls.fetch_add(1, Ordering::Relaxed))
    }

    /// Count the calls so far.
    #[tool]
    fn count(self: Arc<Self>) -> u32 {
        self.calls.load(Ordering::Relaxed)
    }
}

/// Runs `calls` as one parallel message and gives the text that the model reads back for each.
async fn results(calls: Vec<ModelToolCall>) -> Vec<String> {
    let stage = Stage::shared([ModelReply::tools(calls), ModelReply::text("done")]).await;
    std::fs::write(stage.place.work().join("note.txt"), "remember").unwrap();
    let crm = Arc::new(Crm { calls: AtomicU32::new(7) });
    let tools = tools![get_weather, read_file, draw, who, view, answer, fragile, ..crm];
    let session = stage.session().session_id("macros").tools(tools).create().await.unwrap();
    session.ask("go").await.unwrap();
    let results = stage.model.requests()[1].tool_results();
    let texts = results.into_iter().map(|result| result.text).collect();
    stage.stop().await;
    texts
}

#[tokio::test]
async fn every_kind_of_tool_answers_in_one_parallel_message() {
    let texts = results(vec![
        ModelToolCall::new("get_weather", json!({"city": "Lisbon", "days_ahead": 2})),
        ModelToolCall::new("get_weather", json!({"city": "Porto", "days_ahead": null})),
        ModelToolCall::new("who", json!({})),
        ModelToolCall::new("view", json!({"path": "x"})),
        ModelToolCall::new("answer", json!({})),
        ModelToolCall::new("find", json!({"name": "Ada"})),
    ])
    .await;
    assert_eq!(
        texts,
        [
            r#"{"summary":"sun in Lisbon +2","high_celsius":21.5}"#,
            r#"{"summary":"sun in Porto +0","high_celsius":21.5}"#,
            "who in macros",
            "our view of x",
            "42",
            "Ada #7",
        ]
    );
}

#[tokio::test]
async fn what_the_model_reads_of_failures() {
    let texts = results(vec![
        ModelToolCall::new("get_weather", json!({"city": "Atlantis"})),
        ModelToolCall::new("fragile", json!({})),
        ModelToolCall::new("read_file", json!({"path": "/no/such/file"})),
        ModelToolCall::new("get_weather", json!({"city": 7, "days_ahead": 300})),
    ])
    .await;
    assert_eq!(texts[0], "Atlantis is under water");
    assert!(!texts[1].contains("hunter2"), "{}", texts[1]);
    assert!(texts[2].contains("No such file"), "{}", texts[2]);
    for part in ["city", "days_ahead", "300", "14"] {
        assert!(texts[3].contains(part), "{}", texts[3]);
    }
}

#[tokio::test]
async fn the_model_corrects_its_arguments_after_reading_what_was_wrong() {
    let stage = Stage::shared_answering(|request| match request.tool_results().last() {
        None => ModelReply::tool("get_weather", json!({"town": "Lisbon"})),
        Some(result) if result.text.contains("city") && result.text.contains("missing") => {
            ModelReply::tool("get_weather", json!({"city": "Lisbon"}))
        }
        Some(result) => ModelReply::text(result.text.clone()),
    })
    .await;
    let session = stage.session().tools(tools![get_weather]).create().await.unwrap();
    let reply = session.ask("weather?").await.unwrap();
    assert_eq!(reply.text(), r#"{"summary":"sun in Lisbon +0","high_celsius":21.5}"#);
    let outcomes: Vec<_> = reply.tool_calls().iter().map(|call| call.success).collect();
    assert_eq!(outcomes, [false, true]);
    stage.stop().await;
}

#[tokio::test]
async fn an_image_arrives_as_an_image() {
    let stage =
        Stage::shared([ModelReply::tool("draw", json!({})), ModelReply::text("a dot")]).await;
    let session = stage.session().tools(tools![draw]).create().await.unwrap();
    let reply = session.ask("draw").await.unwrap();
    let image = reply.events().iter().find_map(|event| match &event.data {
        EventData::ToolExecutionComplete(done) => {
            done.result.as_ref()?.binary_results_for_llm.first().cloned()
        }
        _ => None,
    });
    let image: serde_json::Value = serde_json::from_str(image.unwrap().get()).unwrap();
    assert_eq!(
        image,
        json!({"type": "image", "data": "iVBORw==", "mimeType": "image/png", "description": "a dot"})
    );
    stage.stop().await;
}

#[tokio::test]
async fn a_terminal_tool_ends_the_turn() {
    let stage = Stage::shared([ModelReply::tool("finish", json!({}))]).await;
    let session = stage.session().tools(tools![finish]).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    assert_eq!(reply.tool_calls()[0].output, "finished");
    assert_eq!(stage.model.requests().len(), 1);
    stage.stop().await;
}

#[tokio::test]
async fn the_schema_that_the_model_reads_is_the_documented_one() {
    let stage = Stage::shared([ModelReply::text("hi")]).await;
    let session = stage.session().tools(tools![get_weather]).create().await.unwrap();
    session.ask("hi").await.unwrap();
    let requests = stage.model.requests();
    assert_eq!(
        requests[0].tool_schema("get_weather").unwrap(),
        &json!({
            "type": "object",
            "properties": {
                "city": {"type": "string", "description": "City name, such as \"Lisbon\"."},
                // The CLI tells the model of bounds in words.
                "days_ahead": {
                    "type": "integer", "description": "Days ahead, 0 for today.\n\n{minimum: 0, \
                                                       maximum: 14}",
                    "default": 0
                },
            },
            "required": ["city"],
        })
    );
    assert_eq!(
        requests[0].tool_description("get_weather"),
        Some("Get the weather forecast for a city.")
    );
    stage.stop().await;
}

#[tokio::test]
async fn own_results_may_carry_a_session_log() {
    /// Note something.
    #[tool]
    async fn note(text: String) -> ToolResult {
        ToolResult::success("noted").session_log(format!("note: {text}"))
    }
    let stage =
        Stage::shared([ModelReply::tool("note", json!({"text": "x"})), ModelReply::text("ok")])
            .await;
    let session = stage.session().tools(tools![note]).create().await.unwrap();
    let reply = session.ask("go").await.unwrap();
    let detail = reply.events().iter().find_map(|event| match &event.data {
        EventData::ToolExecutionComplete(done) => done.result.as_ref()?.detailed_content.clone(),
        _ => None,
    });
    assert_eq!(detail.as_deref(), Some("note: x"));
    stage.stop().await;
}

#[data]
enum Step {
    Stop,
    /// Forward.
    Go(u8),
}

#[data]
#[serde(tag = "kind")]
enum Target {
    Point { at: (i8, String) },
    Name { name: String },
}

#[data]
struct Plan {
    steps: Vec<Option<Step>>,
    target: Target,
    sizes: std::collections::BTreeMap<u32, f64>,
    extra: Option<serde_json::Value>,
    then: Option<Box<Plan>>,
}

/// Carry out a plan.
#[tool]
async fn carry_out(plan: Plan) -> String {
    let steps =
        plan.steps.iter().flatten().map(|step| if let Step::Go(far) = step { *far } else { 0 });
    let target = match plan.target {
        Target::Point { at } => at.1,
        Target::Name { name } => name,
    };
    format!(
        "{} to {target}, {:?}, {:?}, {}",
        steps.sum::<u8>(),
        plan.sizes,
        plan.extra,
        plan.then.is_some()
    )
}

#[tokio::test]
async fn what_has_no_common_keyword_reaches_the_model_in_words() {
    let plan = json!({
        "steps": ["Stop", null, {"Go": 2}], "target": {"kind": "Point", "at": [1, "a"]}, "sizes": {"7": 0.5}, "extra": [1],
        "then": {"steps": [], "target": {"kind": "Name", "name": "b"}, "sizes": {}, "then": null},
    });
    let stage =
        Stage::shared([ModelReply::tool("carry_out", plan), ModelReply::text("done")]).await;
    let session = stage.session().tools(tools![carry_out]).create().await.unwrap();
    session.ask("go").await.unwrap();
    let requests = stage.model.requests();
    // Bounds are put into words by the CLI itself.
    let place = json!({
        "type": "array", "items": {"anyOf": [
            {"type": "integer", "description": "{minimum: -128, maximum: 127}"}, {"type": "string"},
        ]},
        "description": "In this order: an integer, a string.\n\n{minItems: 2, maxItems: 2}",
    });
    let far = json!({"type": "integer", "description": "{minimum: 0, maximum: 255}"});
    let kind = |name: &str| json!({"type": "string", "enum": [name]});
    let mut plan = json!({
        "type": "object",
        "properties": {
            "steps": {"type": "array", "items": {"anyOf": [
                {"type": "string", "enum": ["Stop"]},
                {
                    "type": "object", "properties": {"Go": far}, "required": ["Go"], "additionalProperties": false,
                    "description": "Forward.",
                },
                {"type": "null"},
            ]}},
            "target": {"anyOf": [
                {"type": "object", "properties": {"kind": kind("Point"), "at": place}, "required": ["kind", "at"]},
                {
                    "type": "object", "properties": {"kind": kind("Name"), "name": {"type": "string"}},
                    "required": ["kind", "name"],
                },
            ]},
            "sizes": {
                "type": "object", "properties": {}, "required": [], "additionalProperties": {"type": "number"},
                "description": "Each entry has a whole number as the key.",
            },
            "extra": {},
            "then": {"$ref": "#/$defs/Plan"},
        },
        "required": ["steps", "target", "sizes"],
    });
    plan["$defs"] = json!({"Plan": plan});
    assert_eq!(requests[0].tool_schema("carry_out"), Some(&plan));
    assert_eq!(
        requests[1].tool_results()[0].text,
        "2 to a, {7: 0.5}, Some(Array [Number(1)]), true"
    );
    stage.stop().await;
}
