//! Integers beyond 2^53 - 1, which may lose digits on their way from the model.

#![expect(clippy::unused_async, reason = "the tools under test do little")]

use std::collections::BTreeMap;

use copilot_sdk::tool::{ResultType, Tool, ToolInvocation};
use copilot_sdk::{ToolContext, ToolResult, data, tool};
use serde_json::{Value, json};

const LOST: &str = "2512292042121000000";
const WRITTEN: &str = "2512292042121000001";
const LARGE: &str = "Above 9007199254740991 write a decimal string.";

/// The places in `result` that are said to have lost digits.
fn lost(result: &ToolResult) -> Vec<&str> {
    assert_eq!(result.result_type, ResultType::Failure, "{result:?}");
    let lines = result.text_result_for_llm.lines().skip(1);
    lines
        .map(|line| {
            assert!(line.contains("write the integer as a string of digits"), "{line}");
            line.trim_start_matches("- ").split(": ").next().unwrap_or_default()
        })
        .collect()
}

/// Find an order.
#[tool]
async fn find_order(id: u64) -> String {
    id.to_string()
}

#[tokio::test]
async fn a_tool_never_runs_with_an_id_that_the_model_did_not_write() {
    assert_eq!(lost(&find_order::call(format!(r#"{{"id": {LOST}}}"#)).await), ["id"]);
    let found = find_order::call(json!({"id": WRITTEN})).await;
    assert_eq!(found, ToolResult::success(WRITTEN));
    let found = find_order::call(json!({"id": 9_007_199_254_740_991_u64})).await;
    assert_eq!(found, ToolResult::success("9007199254740991"));
}

#[data]
#[serde(untagged)]
enum Key {
    Id(i64),
    Named { name: String },
}

#[data]
struct Deep {
    id: Option<u64>,
    #[serde(alias = "other_id")]
    other: Option<i64>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// Takes integers everywhere.
#[expect(clippy::too_many_arguments, reason = "one for each place an integer may stand in")]
#[tool]
async fn everywhere(
    list: Vec<u64>,
    map: BTreeMap<u64, i128>,
    any: Value,
    key: Key,
    deep: Deep,
    pair: (u64, f64),
    ratio: f64,
    size: usize,
) -> String {
    let key = match key {
        Key::Id(id) => id.to_string(),
        Key::Named { name } => name,
    };
    let Deep { id, other, rest } = deep;
    format!("{list:?} {map:?} {any} {key} {id:?} {other:?} {rest:?} {pair:?} {ratio} {size}")
}

#[tokio::test]
async fn large_integers_are_refused_wherever_they_are_not_read_as_floats() {
    let text = format!(
        r#"{{"list": [1, {LOST}], "map": {{"1": {LOST}}}, "any": {{"a": [-{LOST}]}}, "key": {LOST},
            "deep": {{"id": {LOST}, "x": {LOST}}}, "pair": [{LOST}, {LOST}], "ratio": {LOST},
            "size": {LOST}}}"#
    );
    assert_eq!(
        lost(&everywhere::call(text).await),
        ["list[1]", "map.1", "any.a[0]", "key", "deep.id", "deep.x", "pair[0]", "size"]
    );
    let alias = format!(
        r#"{{"list": [], "map": {{}}, "any": 1, "key": 1, "deep": {{"other_id": {LOST}}},
            "pair": [1, 1], "ratio": 1, "size": 1}}"#
    );
    assert_eq!(lost(&everywhere::call(alias).await), ["deep.other_id"]);
}

#[tokio::test]
async fn strings_of_digits_are_integers_wherever_they_are_expected() {
    let result = everywhere::call(json!({
        "list": [1, WRITTEN], "map": {"1": "-170141183460469231731687303715884105728"}, "any": "12",
        "key": WRITTEN, "deep": {"id": WRITTEN, "x": "12"}, "pair": [WRITTEN, 0.5], "ratio": 1,
        "size": "3",
    }));
    assert_eq!(
        result.await.text_result_for_llm,
        format!(
            "[1, {WRITTEN}] {{1: -170141183460469231731687303715884105728}} \"12\" {WRITTEN} \
             Some({WRITTEN}) None {{\"x\": String(\"12\")}} ({WRITTEN}, 0.5) 1 3"
        )
    );
}

/// Takes limited integers.
#[tool]
async fn limited(
    #[arg(range(min = 1, max = 10))] few: u64,
    #[arg(range(min = -9_007_199_254_740_991, max = 9_007_199_254_740_991))] exact: i64,
    #[arg(range(min = 0))] open: i64,
    small: u32,
) -> String {
    format!("{few} {exact} {open} {small}")
}

#[tokio::test]
async fn a_string_of_digits_has_the_limits_of_its_integer() {
    let told = limited::call(
        json!({"few": "11", "exact": "9007199254740992", "open": "-1", "small": "1"}),
    );
    assert_eq!(
        told.await.text_result_for_llm.lines().skip(1).collect::<Vec<_>>(),
        [
            "- few: expected at most 10, given \"11\"",
            "- exact: expected at most 9007199254740991, given \"9007199254740992\"",
            "- open: expected at least 0, given \"-1\"",
            "- small: expected an integer, given \"1\"",
        ]
    );
    let told = limited::call(
        json!({"few": 1, "exact": 1, "open": "9223372036854775808", "small": 4_294_967_296_u64}),
    );
    assert_eq!(
        told.await.text_result_for_llm.lines().skip(1).collect::<Vec<_>>(),
        [
            "- open: expected at most 9223372036854775807, given \"9223372036854775808\"",
            "- small: expected at most 4294967295, given 4294967296",
        ]
    );
}

#[test]
fn the_schema_says_how_to_write_a_large_integer_where_one_may_be_large() {
    let description = |name: &str| limited::schema()["properties"][name]["description"].clone();
    assert_eq!(description("few"), Value::Null);
    assert_eq!(description("exact"), Value::Null);
    assert_eq!(description("open"), LARGE);
    assert_eq!(description("small"), Value::Null);
    let schema = everywhere::schema();
    assert_eq!(schema["properties"]["list"]["items"]["description"], LARGE);
    assert_eq!(schema["properties"]["size"]["description"], Value::Null);
    assert_eq!(schema["properties"]["deep"]["properties"]["id"]["description"], LARGE);
    assert_eq!(find_order::schema()["properties"]["id"]["type"], "integer");
}

/// Find an order by its id.
#[tool]
async fn by_id(
    /// The order.
    #[arg(string, length(max = 20))]
    id: u64,
    #[arg(string)] others: Option<Vec<i128>>,
    #[arg(string, default = 7)] first: u32,
) -> String {
    format!("{id} {others:?} {first}")
}

#[tokio::test]
async fn an_id_is_text_in_the_schema_and_an_integer_in_the_function() {
    assert_eq!(
        by_id::schema()["properties"],
        json!({
            "id": {"type": "string", "description": "The order.", "pattern": "^[0-9]+$",
                "maxLength": 20},
            "others": {"type": "array", "items": {"type": "string", "pattern": "^-?[0-9]+$"}},
            "first": {"type": "string", "pattern": "^[0-9]+$", "default": "7"},
        })
    );
    let found = by_id::call(json!({"id": WRITTEN, "others": ["-3", 4]})).await;
    assert_eq!(found, ToolResult::success(format!("{WRITTEN} Some([-3, 4]) 7")));
    let found = by_id::call(json!({"id": 12, "first": "8"})).await;
    assert_eq!(found, ToolResult::success("12 None 8"));
    assert_eq!(lost(&by_id::call(format!(r#"{{"id": {LOST}}}"#)).await), ["id"]);
    let told = by_id::call(json!({"id": "12a", "first": "4294967296"})).await;
    assert_eq!(
        told.text_result_for_llm.lines().skip(1).collect::<Vec<_>>(),
        [
            "- id: expected text that matches `^[0-9]+$`, given \"12a\"",
            "- first: expected at most 4294967295, given \"4294967296\"",
        ]
    );
}

#[tokio::test]
async fn handlers_that_read_the_arguments_themselves_get_no_such_integer_either() {
    let raw = |tool: Tool| {
        tool.raw_handler(|call: ToolInvocation| async move { call.arguments.to_string() })
    };
    let schema = json!({"type": "object", "properties": {"id": {"type": "string"}, "x": {"type": "number"}}});
    for tool in [raw(Tool::new("x")), raw(Tool::new("x").schema(schema.clone()))] {
        let refused = tool.call(format!(r#"{{"id": {LOST}}}"#), ToolContext::detached("x"));
        assert_eq!(lost(&refused.await), ["id"]);
        let read = tool.call(json!({"id": WRITTEN}), ToolContext::detached("x"));
        assert_eq!(read.await, ToolResult::success(json!({"id": WRITTEN}).to_string()));
    }
    let float = raw(Tool::new("x").schema(schema));
    let read = float.call(format!(r#"{{"x": {LOST}}}"#), ToolContext::detached("x")).await;
    assert_eq!(read.result_type, ResultType::Success);
}

type OrderId = u64;
type Ids = Option<Vec<OrderId>>;

#[data]
#[serde(transparent)]
struct CustomerId(i64);

/// Find by ids whose types have names of their own.
#[tool]
async fn by_named_ids(
    #[arg(string)] order: OrderId,
    #[arg(string)] orders: Ids,
    #[arg(string)] customer: CustomerId,
) -> String {
    format!("{order} {orders:?} {}", customer.0)
}

#[tokio::test]
async fn an_id_is_text_whatever_its_type_is_called() {
    let digits = json!({"type": "string", "pattern": "^[0-9]+$"});
    assert_eq!(
        by_named_ids::schema()["properties"],
        json!({
            "order": digits,
            "orders": {"type": "array", "items": digits},
            "customer": {"type": "string", "pattern": "^-?[0-9]+$"},
        })
    );
    let ids = json!({"order": WRITTEN, "orders": [WRITTEN], "customer": "-7"});
    let found = by_named_ids::call(ids).await;
    assert_eq!(found, ToolResult::success(format!("{WRITTEN} Some([{WRITTEN}]) -7")));
}
