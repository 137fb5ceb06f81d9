//! Everything that reads what others wrote, as functions of bytes: for generated input and for
//! fuzzing.
//!
//! Each panics when what is promised of any input does not hold, and every future in them has to
//! finish: the clock is paused, so one that waits for ever reaches its limit at once.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use copilot_sdk::permission::{self, PermissionDecision, PermissionRequest};
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::tool::{Json, ResultType};
use copilot_sdk::{Client, ErrorKind, Event, Tool, ToolContext, data};
use serde_json::{Value, json};

/// Far more than the largest input takes.
const LIMIT: Duration = Duration::from_secs(30);

/// What reads bytes from outside.
pub type Reader = fn(&[u8]);

/// One function for each kind of input, by name.
pub const ALL: [(&str, Reader); 6] = [
    ("framing", framing),
    ("messages", messages),
    ("event", event),
    ("arguments", arguments),
    ("schema", schema),
    ("shell_line", shell_line),
];

/// Bytes of a stream, up to its end: the connection ends with a reason.
///
/// # Panics
///
/// When it does not.
pub fn framing(input: &[u8]) {
    finishes(async {
        let (fake, client) = start().await;
        fake.bytes(input);
        fake.close();
        let mut error = client.ping("still there?").await.expect_err("the stream has ended");
        if error.kind() == ErrorKind::Rpc {
            // An error that named no call, and was taken for the response to this one.
            error = client.ping("and now?").await.expect_err("the stream has ended");
        }
        assert!(is_end(error.kind()), "{error}");
        assert!(error.to_string().len() < 10_000, "{} bytes", error.to_string().len());
    });
}

/// Bodies of frames, one in each line: each costs itself, or ends the connection with a reason.
///
/// # Panics
///
/// When a call does not return, or the connection ends for another reason.
pub fn messages(input: &[u8]) {
    finishes(async {
        let (mut fake, mut client) = start().await;
        let mut events =
            client.session().session_id("s1").create().await.expect("a session").events();
        for body in input.split(|byte| *byte == b'\n') {
            fake.frame(body);
            let outcome = client.ping("still there?").await;
            let Err(error) = outcome else { continue };
            // The body may be the response to this call.
            if client.ping("and now?").await.is_err() {
                assert!(is_end(error.kind()) || error.kind() == ErrorKind::Rpc, "{error}");
                (fake, client) = start().await;
                let session = client.session().session_id("s1").create().await;
                events = session.expect("a session").events();
            }
        }
        client.stop().await.expect("the fake stops");
        while let Some(event) = events.next().await {
            let Ok(event) = event else { break };
            serde_json::to_string(&*event).expect("an event is JSON");
        }
    });
}

/// JSON of an event: what is read writes itself, and reads the same again.
///
/// # Panics
///
/// When it does not.
pub fn event(input: &[u8]) {
    let Ok(event) = serde_json::from_slice::<Event>(input) else { return };
    let written = serde_json::to_string(&event).expect("an event is JSON");
    let again: Event = serde_json::from_str(&written).expect("what was written can be read");
    assert_eq!(serde_json::to_string(&again).expect("an event is JSON"), written);
    assert_eq!(again.event_type(), event.event_type());
}

/// JSON of arguments, for a tool with arguments of every kind: it runs, or its model reads a short
/// refusal.
///
/// # Panics
///
/// When the answer is neither, or too long.
pub fn arguments(input: &[u8]) {
    let Ok(arguments) = serde_json::from_slice::<Value>(input) else { return };
    let tool = Tool::new("example").description("Takes an example.");
    let tool = tool.handler(|example: Example, _| async move { Json(example) });
    call(&tool, &arguments);
}

/// JSON of a schema in the first line, and of arguments in the second.
///
/// # Panics
///
/// As [`arguments`].
pub fn schema(input: &[u8]) {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let schema = lines.next().and_then(|line| serde_json::from_slice::<Value>(line).ok());
    let Some(schema) = schema else { return };
    let arguments = lines.next().and_then(|line| serde_json::from_slice(line).ok());
    let tool = Tool::new("any").description("Takes anything.").schema(schema);
    let tool = tool.handler(|arguments: Value, _| async move { Json(arguments) });
    call(&tool, &arguments.unwrap_or_else(|| json!({})));
}

/// A shell line: a policy of commands allows none that hides code.
///
/// What such policies allow is compared with real shells elsewhere, line by line.
///
/// # Panics
///
/// When one with hidden code is allowed.
pub fn shell_line(input: &[u8]) {
    let line = String::from_utf8_lossy(input);
    let segment = json!({"identifier": "show", "fullCommandText": line});
    let request = PermissionRequest::new(
        "s1",
        json!({"kind": "shell", "fullCommandText": line, "commandSegments": [segment]}),
    );
    let _ = request.describe();
    let policy = permission::allow_shell(["show", "list *", "FOO=* named"]);
    let decision = finishes(async { policy.decide(&request).await });
    let may_be_quoted = line.contains(['\'', '\\', '#']);
    if decision == PermissionDecision::ApproveOnce && !may_be_quoted {
        assert!(!["`", "$(", "<(", ">("].iter().any(|code| line.contains(code)), "{line:?}");
    }
}

/// A schema with the words that arguments are checked by.
pub const EXAMPLE_SCHEMA: &str = r##"{
    "type": "object",
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 20, "pattern": "^(a|b)+[a-c]{1,9}$"},
        "count": {"type": "integer", "minimum": 0, "maximum": 10},
        "share": {"type": "number", "exclusiveMinimum": 0},
        "kind": {"enum": ["first", "second", "third"]},
        "flag": {"type": "boolean"},
        "list": {"type": "array", "items": {"$ref": "#/$defs/node"}, "minItems": 1, "maxItems": 9},
        "map": {"type": "object", "additionalProperties": {"type": "integer"}},
        "either": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]}
    },
    "required": ["text"],
    "additionalProperties": false,
    "$defs": {"node": {"type": "object", "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}
    }, "required": ["name"]}}
}"##;

/// Arguments as a program declares them.
#[data]
struct Example {
    #[schemars(length(min = 1, max = 20))]
    text: String,
    #[schemars(range(min = 0, max = 10))]
    count: Option<i64>,
    share: Option<f64>,
    kind: Option<Kind>,
    flag: Option<bool>,
    list: Option<Vec<Node>>,
    map: Option<BTreeMap<String, i64>>,
    either: Option<Either>,
}

#[data]
#[serde(rename_all = "lowercase")]
enum Kind {
    First,
    Second,
    Third,
}

#[data]
struct Node {
    name: String,
    #[serde(default)]
    children: Vec<Node>,
}

#[data]
#[serde(untagged)]
enum Either {
    Text(String),
    Numbers(Vec<f64>),
}

/// Calls a tool: it runs, or its model reads a short refusal.
fn call(tool: &Tool, arguments: &Value) {
    let result = finishes(async { tool.call(arguments, ToolContext::detached(tool.name())).await });
    let text = &result.text_result_for_llm;
    if result.result_type != ResultType::Success {
        assert!(text.lines().count() < 40, "{text}");
        assert!(text.len() < 30_000, "{} bytes", text.len());
    }
}

async fn start() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.expect("the fake starts");
    (fake, client)
}

fn is_end(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Closed | ErrorKind::Protocol)
}

/// What a future resolves to; it has to, and soon.
fn finishes<F: Future>(future: F) -> F::Output {
    let begin = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let output = runtime.block_on(async { tokio::time::timeout(LIMIT, future).await });
    assert!(begin.elapsed() < LIMIT, "it took {:?}", begin.elapsed());
    output.expect("nothing waits for ever")
}
