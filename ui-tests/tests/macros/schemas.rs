//! The schema that each family of types gets, as the model reads it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use copilot_sdk::tool::Tool;
use copilot_sdk::{ToolContext, data};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

/// The bytes of a definition's parameters: what `session.create` sends.
fn sent<A: copilot_sdk::tool::ToolArgument + Send + 'static>() -> Value {
    let tool = Tool::new("x").description("x").handler(|_: A, _: ToolContext| async {});
    tool.spec().schema().cloned().unwrap_or_default()
}

/// What the model reads about an integer that JSON cannot carry safely.
const LARGE: &str = "Above 9007199254740991 write a decimal string.";

#[data]
struct Numbers {
    a: u8,
    b: i64,
    c: f32,
    d: Option<u32>,
    e: u128,
}

#[test]
fn numbers_have_limits_but_no_formats() {
    assert_eq!(
        sent::<Numbers>(),
        json!({
            "type": "object",
            "properties": {
                "a": {"type": "integer", "minimum": 0, "maximum": 255},
                "b": {"type": "integer", "description": LARGE},
                "c": {"type": "number"},
                "d": {"type": "integer", "minimum": 0},
                "e": {"type": "integer", "minimum": 0, "description": LARGE},
            },
            "required": ["a", "b", "c", "e"],
        })
    );
}

/// Where to look.
#[data]
enum Place {
    Here,
    /// Far away.
    There,
}

#[data]
enum Plain {
    A,
    B,
}

#[data]
struct Enums {
    /// The place.
    place: Place,
    maybe: Option<Place>,
    plain: Option<Plain>,
}

#[test]
fn enums_are_one_list_of_words() {
    assert_eq!(
        sent::<Enums>(),
        json!({
            "type": "object",
            "properties": {
                "place": {
                    "type": "string",
                    "enum": ["Here", "There"],
                    "description": "The place.\n- `There`: Far away.",
                },
                "maybe": {
                    "type": "string",
                    "enum": ["Here", "There"],
                    "description": "Where to look.\n- `There`: Far away.",
                },
                "plain": {"type": "string", "enum": ["A", "B"]},
            },
            "required": ["place"],
        })
    );
}

#[data]
struct Node {
    name: String,
    children: Vec<Node>,
}

#[test]
fn recursive_types_keep_their_reference() {
    let node = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}},
        },
        "required": ["name", "children"],
    });
    let mut expected = node.clone();
    expected["$defs"] = json!({"Node": node});
    assert_eq!(sent::<Node>(), expected);
}

#[data]
struct Collections {
    map: HashMap<String, u8>,
    sorted: BTreeMap<String, Vec<Option<bool>>>,
    any: Value,
    pair: (u8, String),
    nested: Nested,
}

#[data]
struct Nested {
    title: String,
    format: Option<String>,
}

#[test]
fn collections_and_nested_structs_are_inlined() {
    let byte = json!({"type": "integer", "minimum": 0, "maximum": 255});
    assert_eq!(
        sent::<Collections>(),
        json!({
            "type": "object",
            "properties": {
                "map": {"type": "object", "properties": {}, "required": [], "additionalProperties": byte},
                "sorted": {
                    "type": "object",
                    "properties": {},
                    "required": [],
                    "additionalProperties": {
                        "type": "array", "items": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
                    },
                },
                "any": {},
                "pair": {
                    "type": "array", "items": {"anyOf": [byte, {"type": "string"}]}, "minItems": 2, "maxItems": 2,
                    "description": "In this order: an integer, a string.",
                },
                "nested": {
                    "type": "object",
                    "properties": {"title": {"type": "string"}, "format": {"type": "string"}},
                    "required": ["title"],
                },
            },
            "required": ["map", "sorted", "any", "pair", "nested"],
        })
    );
}

#[test]
fn no_arguments_are_an_empty_object() {
    #[data]
    struct Empty {}
    let empty = json!({"type": "object", "properties": {}, "required": []});
    assert_eq!(sent::<()>(), empty);
    assert_eq!(sent::<Empty>(), empty);
}

/// How to move.
#[data]
enum External {
    Stop,
    Go(u8),
    Turn {
        /// In degrees.
        by: i16,
    },
}

#[data]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Internal {
    /// A round one.
    Circle {
        radius: f64,
    },
    Nothing,
}

#[data]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    A(i8),
    B { x: bool },
}

#[data]
#[serde(untagged)]
enum Untagged {
    Id(u64),
    Named { name: String },
}

#[data]
struct Tagged {
    external: External,
    internal: Internal,
    adjacent: Adjacent,
    untagged: Option<Untagged>,
}

#[test]
fn enums_with_data_are_a_choice_of_schemas() {
    let object = |properties: Value, required: Value| json!({"type": "object", "properties": properties, "required": required});
    let closed = |mut object: Value| {
        object["additionalProperties"] = json!(false);
        object
    };
    let word = |word: &str| json!({"type": "string", "enum": [word]});
    let byte = json!({"type": "integer", "minimum": 0, "maximum": 255});
    let turn = object(
        json!({"by": {"type": "integer", "minimum": -32768, "maximum": 32767, "description": "In degrees."}}),
        json!(["by"]),
    );
    let mut circle = object(
        json!({"kind": word("circle"), "radius": {"type": "number"}}),
        json!(["kind", "radius"]),
    );
    circle["description"] = json!("A round one.");
    assert_eq!(
        sent::<Tagged>()["properties"],
        json!({
            "external": {
                "description": "How to move.",
                "anyOf": [
                    word("Stop"),
                    closed(object(json!({"Go": byte}), json!(["Go"]))),
                    closed(object(json!({"Turn": turn}), json!(["Turn"]))),
                ],
            },
            "internal": {"anyOf": [circle, object(json!({"kind": word("nothing")}), json!(["kind"]))]},
            "adjacent": {
                "anyOf": [
                    object(
                        json!({"t": word("A"), "c": {"type": "integer", "minimum": -128, "maximum": 127}}),
                        json!(["t", "c"]),
                    ),
                    object(
                        json!({"t": word("B"), "c": object(json!({"x": {"type": "boolean"}}), json!(["x"]))}),
                        json!(["t", "c"]),
                    ),
                ],
            },
            "untagged": {
                "anyOf": [
                    {"type": "integer", "minimum": 0, "description": LARGE},
                    object(json!({"name": {"type": "string"}}), json!(["name"])),
                ],
            },
        })
    );
}

/// A day, as a user's own type describes it.
struct Day(String);

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_day = text.len() == 10 && text.split('-').all(|part| part.parse::<u16>().is_ok());
        if is_day {
            Ok(Self(text))
        } else {
            Err(serde::de::Error::custom("expected a day such as 2024-02-29"))
        }
    }
}

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date", "examples": ["2024-02-29"]})
    }
}

/// An id with a prefix, as a user's own type describes it.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct OrderId(String);

impl JsonSchema for OrderId {
    fn schema_name() -> Cow<'static, str> {
        "OrderId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^ord-[0-9]+$", "description": "The number of an order."})
    }
}

/// Move an order.
#[copilot_sdk::tool]
#[expect(clippy::unused_async, reason = "the tool under test does little")]
async fn move_order(
    id: OrderId,
    /// The new day.
    day: Day,
    others: Option<Vec<OrderId>>,
) -> String {
    format!("{} {} {}", id.0, day.0, others.map_or(0, |others| others.len()))
}

#[tokio::test]
async fn dates_and_ids_come_with_their_own_schema() {
    let id = json!({"type": "string", "pattern": "^ord-[0-9]+$", "description": "The number of an order."});
    assert_eq!(
        move_order::schema(),
        json!({
            "type": "object",
            "properties": {
                "id": id,
                "day": {
                    "type": "string",
                    "description": "The new day.\nFormat: date.\nFor example \"2024-02-29\".",
                },
                "others": {"type": "array", "items": id},
            },
            "required": ["id", "day"],
        })
    );
    let result = move_order::call(json!({"id": "ord-1", "day": "2024-02-29"})).await;
    assert_eq!(result.text_result_for_llm, "ord-1 2024-02-29 0");
    let result = move_order::call(json!({"id": "1", "day": "tomorrow", "others": ["ord-"]})).await;
    assert_eq!(
        result.text_result_for_llm.lines().skip(1).collect::<Vec<_>>(),
        [
            "- id: expected text that matches `^ord-[0-9]+$`, given \"1\"",
            "- day: expected a date such as 2024-02-29, given \"tomorrow\"",
            "- others[0]: expected text that matches `^ord-[0-9]+$`, given \"ord-\"",
        ]
    );
}

#[data]
struct Meters(f64);

#[data]
struct Single {
    meters: Meters,
    set: BTreeSet<u8>,
    by_number: BTreeMap<u32, Nested>,
    positive: std::num::NonZeroI8,
    #[schemars(extend("exclusiveMinimum" = 0, "multipleOf" = 5))]
    step: i64,
    #[schemars(extend("exclusiveMinimum" = -5, "exclusiveMaximum" = 5))]
    few: u8,
    #[schemars(extend("exclusiveMaximum" = 1.5))]
    #[serde(default = "tenth")]
    part: f32,
    at: std::net::Ipv4Addr,
}

const fn tenth() -> f32 {
    0.1
}

#[test]
fn what_has_no_common_keyword_is_told_in_the_description() {
    assert_eq!(
        sent::<Single>(),
        json!({
            "type": "object",
            "properties": {
                "meters": {"type": "number"},
                "set": {
                    "type": "array",
                    "items": {"type": "integer", "minimum": 0, "maximum": 255},
                    "description": "Nothing twice.",
                },
                "by_number": {
                    "type": "object",
                    "properties": {},
                    "required": [],
                    "additionalProperties": {
                        "type": "object",
                        "properties": {"title": {"type": "string"}, "format": {"type": "string"}},
                        "required": ["title"],
                    },
                    "description": "Each entry has a whole number as the key.",
                },
                "positive": {"type": "integer", "minimum": -128, "maximum": 127, "description": "Not 0."},
                "step": {"type": "integer", "minimum": 1, "description": format!("{LARGE}\nA multiple of 5.")},
                "few": {"type": "integer", "minimum": 0, "maximum": 4},
                "part": {"type": "number", "default": 0.1, "description": "Less than 1.5."},
                "at": {"type": "string", "description": "Format: ipv4."},
            },
            "required": ["meters", "set", "by_number", "positive", "step", "few", "at"],
        })
    );
}
