//! Mistakes that only the whole list of tools shows, all of them reported before a byte is sent.

#![expect(clippy::unused_async, reason = "the tools under test do little")]

use copilot_sdk::session::ToolSearch;
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::tool::Defer;
use copilot_sdk::{Client, Tool, data, tool, tools};
use serde_json::json;

#[expect(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
async fn problems(tools: Vec<Tool>) -> Vec<String> {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    let error = client.session().tools(tools).create().await.map(drop).unwrap_err();
    assert!(fake.calls("session.create").is_empty());
    error.problems().iter().map(ToString::to_string).collect()
}

mod crm {
    /// Search the customers.
    #[copilot_sdk::tool]
    pub(super) async fn search() {}
}

mod docs {
    /// Search the documentation.
    #[copilot_sdk::tool(name = "search")]
    pub(super) async fn find() {}
}

#[tokio::test]
async fn two_tools_of_one_name_are_named_by_their_paths() {
    assert_eq!(
        problems(tools![crm::search, docs::find]).await,
        ["two tools are named `search` (from macros::registration::crm::search and \
             macros::registration::docs::find)"]
    );
}

#[data]
struct Page {
    text: String,
    size: u8,
}

/// Collides.
#[tool]
async fn collides(text: String, #[arg(flatten)] page: Page) {
    drop((text, page));
}

type Texts = Vec<String>;

/// Flattens a list, under another name.
#[tool]
async fn flattens(#[arg(flatten)] texts: Texts) {
    drop(texts);
}

type Number = u8;

/// Limits what has no such limit.
#[tool]
async fn limits(#[arg(length(min = 1))] number: Number, #[arg(range(max = 3))] text: String) {
    let _ = (number, text);
}

type Title = String;

#[data]
struct Shelf {
    title: Title,
}

/// Finds by text that holds no integer.
#[tool]
async fn finds(#[arg(string)] title: Title, #[arg(string)] shelf: Shelf) {
    drop((title, shelf.title));
}

#[tokio::test]
async fn arguments_that_do_not_fit_together_are_named() {
    assert_eq!(
        problems(tools![collides, flattens, limits, finds]).await,
        [
            "tool `collides`: two arguments are named `text`: itself and a field of `page`",
            "tool `flattens`: argument `texts` stands for all its fields and must be a struct, but its schema is that of \
             a list",
            "tool `limits`: argument `number`: `length` does not fit its type, \"integer\"",
            "tool `limits`: argument `text`: `range` does not fit its type, \"string\"",
            "tool `finds`: argument `title`: `string` is for integers, and its type, \"string\", \
             has none: remove `string`, or take an integer such as `u64`",
            "tool `finds`: argument `shelf`: `string` is for integers, and its type, \"object\", \
             has none: remove `string`, or take an integer such as `u64`",
        ]
    );
}

/// Metadata that is no object.
#[tool(metadata = serde_json::json!([1]))]
async fn listed() {}

const EMPTY: &str = " ";

#[tool(description = EMPTY)]
async fn empty() {}

#[tokio::test]
async fn values_of_keys_are_checked_when_they_are_known() {
    assert_eq!(
        problems(tools![listed, empty]).await,
        [
            r#"tool `listed`: `metadata` must be a JSON object, such as `serde_json::json!({"key": "value"})`"#,
            "tool `empty` has no description: the model decides by it when to call the tool",
        ]
    );
}

/// Limits beyond what the types hold.
#[tool]
async fn beyond(
    #[arg(range(min = -5, max = 1000))] small: u8,
    #[arg(range(min = -9223372036854775808))] large: i64,
    #[arg(range(min = 10, max = 0.5e2))] tighter: u8,
) {
    let _ = (small, large, tighter);
}

#[tokio::test]
async fn the_tighter_limit_counts() {
    let schema = beyond::schema();
    assert_eq!(
        schema["properties"],
        json!({
            "small": {"type": "integer", "minimum": 0, "maximum": 255},
            "large": {
                "type": "integer", "minimum": i64::MIN,
                "description": "Above 9007199254740991 write a decimal string.",
            },
            "tighter": {"type": "integer", "minimum": 10, "maximum": 50.0},
        })
    );
    let refused = beyond::call(json!({"small": 300, "large": i64::MIN, "tighter": 10}))
        .await
        .text_result_for_llm;
    assert_eq!(
        refused.lines().skip(1).collect::<Vec<_>>(),
        [
            "- small: expected at most 255, given 300",
            "- large: -9223372036854775808 is beyond 9007199254740991 and may have lost digits on its way: write the integer as a string of digits",
        ]
    );
}

#[tokio::test]
async fn descriptions_that_a_provider_refuses_are_named() {
    let tool = |name: &'static str, length: usize| {
        Tool::new(name).description("ü".repeat(length)).handler(|(), _| async {})
    };
    assert_eq!(
        problems(vec![tool("long", 1_025), tool("short", 1_024)]).await,
        [
            "tool `long`: its description has 1025 characters, and model providers accept 1024: shorten it, or move a \
             part to the descriptions of the arguments",
        ]
    );
}

#[tokio::test]
async fn more_tools_than_a_provider_accepts_are_told_unless_they_are_searched_for() {
    let tools = |count: usize, defer: Defer| -> Vec<Tool> {
        let tool = |number| {
            Tool::new(format!("tool_{number}")).description("Does little").handler(|(), _| async {})
        };
        (0..count).map(|number| tool(number).defer(defer)).collect()
    };
    let too_many = "129 tools are more than model providers accept at once, which is 128 with the CLI's own: register \
                    fewer, or let the agent search for some with `Defer::Auto` (`defer = \"auto\"`) on them and \
                    `.tool_search(ToolSearch::enabled())`";
    assert_eq!(problems(tools(129, Defer::Never)).await, [too_many]);
    assert_eq!(problems(tools(129, Defer::Auto)).await, [too_many]);
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    let session = client.session().tool_search(ToolSearch::enabled());
    session.tools(tools(129, Defer::Auto)).create().await.unwrap();
    assert_eq!(fake.calls("session.create").len(), 1);
}

#[data]
struct Leaf {
    #[expect(clippy::type_complexity, reason = "too deep on purpose")]
    value: Vec<Vec<Vec<Vec<Vec<Vec<Vec<Vec<Vec<u8>>>>>>>>>,
}

/// Nests too deeply.
#[tool]
async fn deep(leaf: Leaf, other: u8) {
    drop((leaf, other));
}

#[data]
struct Options {
    #[serde(default = "ten")]
    #[schemars(range(max = 5))]
    size: u8,
}

const fn ten() -> u8 {
    10
}

/// Has defaults that do not fit.
#[tool]
async fn defaults(
    #[arg(default = 0, range(min = 1))] count: u32,
    #[arg(default = "x", length(min = 2))] word: String,
    options: Option<Options>,
) {
    drop((count, word, options));
}

#[tokio::test]
async fn schemas_too_deep_and_defaults_beyond_their_limits_are_named() {
    assert_eq!(
        problems(tools![deep, defaults]).await,
        [
            "tool `deep`: the schema of the arguments is 11 levels deep, and model providers accept 10: flatten a \
             struct, or take a part of it as text",
            "tool `defaults`: the default 0 does not fit its own limit: count: expected at least 1, given 0",
            "tool `defaults`: the default \"x\" does not fit its own limit: word: expected at least 2 characters, given 1",
            "tool `defaults`: the default 10 does not fit its own limit: size: expected at most 5, given 10",
        ]
    );
}
