//! Each key of `#[tool(..)]`, as it reaches the CLI or the model.

#![expect(clippy::unused_async, reason = "the tools under test do little")]

use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::{Client, Tool, ToolResult, permission, tool, tools};
use serde_json::{Map, Value, json};

/// The definitions that the CLI is sent, without what all tools have in common.
#[expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what goes wrong here ends the test"
)]
async fn sent(tools: Vec<Tool>, policy: bool) -> Value {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    let session = client.session().tools(tools);
    let session = if policy { session.permissions(permission::deny_all()) } else { session };
    let _session = session.create().await.unwrap();
    let mut sent = fake.calls("session.create").remove(0)["tools"].take();
    for definition in sent.as_array_mut().unwrap() {
        let definition = definition.as_object_mut().unwrap();
        assert_eq!(definition.remove("overridesBuiltInTool"), Some(json!(true)));
        assert_eq!(
            definition.remove("parameters"),
            Some(json!({"type": "object", "properties": {}, "required": []}))
        );
    }
    sent
}

/// Nothing special.
#[tool]
async fn plain() {}

/// Named.
#[tool(name = "other-name")]
async fn named() {}

#[tokio::test]
async fn the_name_is_the_functions_or_the_keys() {
    assert_eq!((plain::NAME, named::NAME), ("plain", "other-name"));
    assert_eq!(
        sent(tools![plain, named], true).await,
        json!([{"name": "plain", "description": "Nothing special."}, {"name": "other-name", "description": "Named."}])
    );
}

const TEXT: &str = "From a constant.";

#[tool(description = TEXT)]
async fn from_constant() {}

#[tool(description = concat!("From ", "pieces."))]
async fn from_pieces() {}

#[tool(description = include_str!("description.txt"))]
async fn from_file() {}

/// From an attribute:
#[doc = include_str!("description.txt")]
#[tool]
async fn from_doc_file() {}

#[tokio::test]
async fn the_description_may_come_from_anywhere() {
    assert_eq!(
        sent(tools![from_constant, from_pieces, from_file, from_doc_file], true).await,
        json!([
            {"name": "from_constant", "description": "From a constant."},
            {"name": "from_pieces", "description": "From pieces."},
            {"name": "from_file", "description": "From a file."},
            {"name": "from_doc_file", "description": "From an attribute:\nFrom a file."},
        ])
    );
}

mod handled {
    /// In a module of its own name.
    #[copilot_sdk::tool(handle = HandledTool)]
    pub(super) async fn handled() {}
}
use handled::{HandledTool, handled};

#[tokio::test]
async fn the_handle_names_the_type_and_nothing_else() {
    handled().await;
    assert_eq!(HandledTool::NAME, "handled");
    assert_eq!(tools![HandledTool][0].name(), "handled");
}

/// Instead of the CLI's.
#[tool(overrides_builtin)]
async fn bash() {}

#[tokio::test]
async fn a_built_in_tool_is_replaced_only_on_purpose() {
    let expected = json!([{"name": "bash", "description": "Instead of the CLI's."}]);
    assert_eq!(sent(tools![bash], true).await, expected);
    let (_fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    let error =
        client.session().tool(Tool::new("bash").description("x")).create().await.unwrap_err();
    assert!(error.to_string().contains("the CLI has a built-in tool of that name"), "{error}");
}

/// Asks.
#[tool(ask)]
async fn asks() {}

/// Never asks.
#[tool(skip_permission)]
async fn skips() {}

#[tokio::test]
async fn permission_is_asked_as_the_policy_and_the_keys_say() {
    let skipping =
        |name: &str, text: &str| json!({"name": name, "description": text, "skipPermission": true});
    let asking = |name: &str, text: &str| json!({"name": name, "description": text});
    assert_eq!(
        sent(tools![plain, asks, skips], false).await,
        json!([
            skipping("plain", "Nothing special."),
            asking("asks", "Asks."),
            skipping("skips", "Never asks.")
        ])
    );
    assert_eq!(
        sent(tools![plain, asks, skips], true).await,
        json!([
            asking("plain", "Nothing special."),
            asking("asks", "Asks."),
            skipping("skips", "Never asks.")
        ])
    );
}

/// Looks only.
#[tool(read_only)]
fn looks() {}

#[test]
fn a_reader_says_so_to_this_program_only() {
    assert!(looks::tool().spec().read_only() && !plain::tool().spec().read_only());
}

/// May run again.
#[tool(idempotent)]
fn sets() {}

#[tokio::test]
async fn an_idempotent_tool_says_so_to_this_program_only() {
    let flags = |tool: &Tool| (tool.spec().idempotent(), tool.spec().read_only());
    assert_eq!(flags(&sets::tool()), (true, false));
    assert_eq!([flags(&plain::tool()), flags(&looks::tool())], [(false, false), (false, true)]);
    let expected = json!([{"name": "sets", "description": "May run again."}]);
    assert_eq!(sent(tools![sets], true).await, expected);
}

/// Ends the turn.
#[tool(terminal)]
async fn ends() {}

/// Known from the start.
#[tool(defer = "never")]
async fn known() {}

/// Kept back.
#[tool(defer = "auto")]
async fn kept() {}

fn labels() -> Map<String, Value> {
    Map::from_iter([("team".to_owned(), json!("search"))])
}

/// Labelled.
#[tool(metadata = labels())]
async fn labelled() {}

#[tokio::test]
async fn terminal_defer_and_metadata_travel_with_the_definition() {
    assert_eq!(
        sent(tools![ends, known, kept, labelled], true).await,
        json!([
            {"name": "ends", "description": "Ends the turn.", "isTerminal": true},
            {"name": "known", "description": "Known from the start.", "defer": "never"},
            {"name": "kept", "description": "Kept back.", "defer": "auto"},
            {"name": "labelled", "description": "Labelled.", "metadata": {"team": "search"}},
        ])
    );
}

/// Takes an hour.
#[tool(timeout = "2min")]
async fn slow() {
    // Paused time: the timeout comes first.
    tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
}

#[tokio::test(start_paused = true)]
async fn the_timeout_is_what_the_key_says() {
    assert_eq!(slow::call(()).await, ToolResult::timeout("`slow` did not finish within 120s"));
}

/// Fails.
#[tool]
async fn fails() -> Result<(), String> {
    Err("the reason".to_owned())
}

/// Fails and says so.
#[tool(show_errors)]
async fn fails_openly() -> Result<(), String> {
    Err("the reason".to_owned())
}

#[tokio::test]
async fn errors_are_shown_only_on_purpose() {
    let hidden =
        ToolResult::failure("`fails` failed; the reason is in the log of the program that runs it");
    assert_eq!(fails::call(()).await, hidden);
    assert_eq!(fails_openly::call(()).await, ToolResult::failure("the reason"));
}

mod sdk {
    pub(crate) use copilot_sdk::*;
}

/// Elsewhere.
#[tool(crate = crate::tool_keys::sdk)]
async fn elsewhere(number: u8) -> u8 {
    number
}

#[tokio::test]
async fn the_crate_may_be_elsewhere() {
    assert_eq!(elsewhere::call(json!({"number": 3})).await, ToolResult::success("3"));
}
