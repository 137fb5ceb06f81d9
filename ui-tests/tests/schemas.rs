//! The schema that each family of types gets, as the model reads it.

use std::collections::{BTreeMap, HashMap};

use copilot_sdk::tool::Tool;
use copilot_sdk::{ToolContext, data};
use serde_json::{Value, json};

/// The bytes of a definition's parameters: what `session.create` sends.
fn sent<A: copilot_sdk::tool::ToolArgument + Send + 'static>() -> Value {
    let tool = Tool::new("x").description("x").handler(|_: A, _: ToolContext| async {});
    tool.parameters().cloned().unwrap_or_default()
}

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
                "b": {"type": "integer"},
                "c": {"type": "number"},
                "d": {"type": "integer", "minimum": 0},
                "e": {"type": "integer", "minimum": 0},
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
                "map": {"type": "object", "additionalProperties": byte},
                "sorted": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": ["boolean", "null"]}},
                },
                "any": true,
                "pair": {
                    "type": "array", "prefixItems": [byte, {"type": "string"}], "minItems": 2, "maxItems": 2,
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
