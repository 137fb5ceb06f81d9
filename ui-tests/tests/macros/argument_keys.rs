//! Each key of `#[arg(..)]`, in the schema and on the call.

#![expect(
    clippy::unused_async,
    clippy::many_single_char_names,
    reason = "the tools under test do little"
)]

use copilot_sdk::{ToolResult, data, tool};
use serde_json::{Value, json};

/// The lines that the model reads about arguments that do not fit.
fn problems(result: &ToolResult) -> Vec<&str> {
    result.text_result_for_llm.lines().skip(1).collect()
}

fn limit() -> u32 {
    40 + 2
}

/// Defaults.
#[tool]
async fn defaults(
    #[arg(default)] of_type: u32,
    #[arg(default = 7)] literal: u32,
    #[arg(default = limit())] computed: u32,
    #[arg(default = "celsius")] text: String,
    #[arg(default = 0.1)] short: f32,
) -> String {
    format!("{of_type} {literal} {computed} {text} {short}")
}

#[tokio::test]
async fn a_default_takes_the_place_of_absent_and_null() {
    let expected = ToolResult::success("0 7 42 celsius 0.1");
    assert_eq!(defaults::call(json!({})).await, expected);
    assert_eq!(
        defaults::call(json!({"of_type": null, "literal": null, "computed": null, "text": null}))
            .await,
        expected
    );
    let given = json!({"of_type": 1, "literal": 2, "computed": 3, "text": "kelvin"});
    assert_eq!(defaults::call(given).await, ToolResult::success("1 2 3 kelvin 0.1"));
    let schema = defaults::schema();
    assert_eq!(schema["required"], json!([]));
    let shown: Vec<&Value> = ["of_type", "literal", "computed", "text", "short"]
        .map(|name| &schema["properties"][name]["default"])
        .to_vec();
    // A value that is computed may be another one on each call: the model is not told.
    assert_eq!(shown, [&json!(0), &json!(7), &Value::Null, &json!("celsius"), &json!(0.1)]);
}

/// Renamed.
#[tool]
async fn renamed(#[arg(rename = "type")] kind: String, _unused: Option<u8>) -> String {
    kind
}

#[tokio::test]
async fn rename_is_the_name_that_the_model_uses() {
    assert_eq!(renamed::schema()["required"], json!(["type"]));
    assert_eq!(renamed::call(json!({"type": "a"})).await, ToolResult::success("a"));
    assert_eq!(problems(&renamed::call(json!({"kind": "a"})).await), ["- type: missing"]);
}

const DOC: &str = "From a constant.";

/// Described.
#[tool]
async fn described(
    /// From a comment.
    a: u32,
    #[arg(description = "From a key.")] b: u32,
    /// Loses.
    #[arg(description = DOC)]
    c: u32,
    #[doc = concat!("From ", "an attribute.")] d: u32,
    e: u32,
) -> u32 {
    a + b + c + d + e
}

#[test]
fn the_description_of_an_argument_may_come_from_anywhere() {
    let schema = described::schema();
    let told =
        ["a", "b", "c", "d", "e"].map(|name| schema["properties"][name]["description"].clone());
    let expected = [
        json!("From a comment."),
        json!("From a key."),
        json!("From a constant."),
        json!("From an attribute."),
        json!(null),
    ];
    assert_eq!(
        told.map(|text| text.as_str().map_or(json!(null), |text| json!(text.trim()))),
        expected
    );
}

#[data]
struct Paging {
    page: u32,
    #[schemars(range(max = 50))]
    size: u32,
}

/// Flattened.
#[tool]
async fn flattened(text: String, #[arg(flatten)] paging: Paging) -> String {
    format!("{text} {} {}", paging.page, paging.size)
}

#[tokio::test]
async fn flatten_puts_the_fields_beside_the_others() {
    assert_eq!(flattened::schema()["required"], json!(["text", "page", "size"]));
    let given = json!({"text": "a", "page": 1, "size": 2});
    assert_eq!(flattened::call(given).await, ToolResult::success("a 1 2"));
    let told = flattened::call(json!({"page": "x", "size": 51})).await;
    assert_eq!(
        problems(&told),
        [
            "- text: missing",
            "- page: expected an integer, given \"x\"",
            "- size: expected at most 50, given 51"
        ]
    );
}

/// Limited.
#[tool]
async fn limited(
    #[arg(range(min = -1, max = 5))] number: i8,
    #[arg(range(max = 0.5))] fraction: f64,
    #[arg(length(min = 1, max = 2))] list: Vec<u8>,
    #[arg(length(max = 3), pattern = "^[a-z]*$")] text: String,
) -> String {
    format!("{number} {fraction} {list:?} {text}")
}

#[tokio::test]
async fn range_length_and_pattern_are_told_and_enforced() {
    let byte = json!({"type": "integer", "minimum": 0, "maximum": 255});
    assert_eq!(
        limited::schema()["properties"],
        json!({
            "number": {"type": "integer", "minimum": -1, "maximum": 5},
            "fraction": {"type": "number", "maximum": 0.5},
            "list": {"type": "array", "items": byte, "minItems": 1, "maxItems": 2},
            "text": {"type": "string", "maxLength": 3, "pattern": "^[a-z]*$"},
        })
    );
    let given = json!({"number": 5, "fraction": 0.5, "list": [1, 2], "text": "abc"});
    assert_eq!(limited::call(given).await, ToolResult::success("5 0.5 [1, 2] abc"));
    let told =
        limited::call(json!({"number": -2, "fraction": 1, "list": [], "text": "ABCD"})).await;
    assert_eq!(
        problems(&told),
        [
            "- number: expected at least -1, given -2",
            "- fraction: expected at most 0.5, given 1",
            "- list: expected at least 1 item, given 0",
            "- text: expected at most 3 characters, given 4",
            "- text: expected text that matches `^[a-z]*$`, given \"ABCD\"",
        ]
    );
}

/// Keys in several attributes.
#[tool]
async fn several(
    #[arg(range(min = 1))]
    #[arg(range(max = 2), default = 1)]
    number: u8,
    #[arg(length(min = 2), length(max = 3))]
    #[arg(rename = "name", pattern = "^[a-z]+$")]
    text: String,
) -> String {
    format!("{number} {text}")
}

#[tokio::test]
async fn the_keys_of_several_attributes_are_all_in_force() {
    assert_eq!(
        several::schema()["properties"],
        json!({
            "number": {"type": "integer", "minimum": 1, "maximum": 2, "default": 1},
            "name": {"type": "string", "minLength": 2, "maxLength": 3, "pattern": "^[a-z]+$"},
        })
    );
    assert_eq!(several::call(json!({"name": "abc"})).await, ToolResult::success("1 abc"));
    for wrong in [json!({"number": 0, "name": "abcd"}), json!({"number": 3, "name": "a"})] {
        let result = several::call(wrong).await;
        assert_eq!(problems(&result).len(), 2, "{result:?}");
    }
}
