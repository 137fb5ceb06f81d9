//! Schemas have nothing that one of the large model providers refuses.
//!
//! OpenAI wants `items` in every array and `properties` in every object; Anthropic wants short
//! names of properties; Gemini refuses keywords that it does not know, lists of types, and most
//! formats. Each refuses the whole request.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use copilot_sdk::tool::Tool;
use copilot_sdk::{ToolContext, data};
use serde_json::{Value, json};

/// A word.
#[data]
enum Word {
    /// The first.
    One,
    Two,
}

#[data]
enum External {
    Unit,
    Newtype(u8),
    Tuple(i8, String),
    Struct { x: Option<f32> },
}

#[data]
#[serde(tag = "tag", deny_unknown_fields)]
enum Internal {
    /// Nothing more.
    Unit,
    Struct {
        x: u8,
    },
}

#[data]
#[serde(tag = "tag", content = "content")]
enum Adjacent {
    Unit,
    Tuple(i8, String),
}

#[data]
#[serde(untagged)]
enum Untagged {
    Unit,
    Number(f64),
    Struct { x: Option<Word> },
    Deeper(Box<Everything>),
}

#[data]
#[serde(tag = "more")]
enum More {
    A { a: u8 },
    B { b: u8 },
}

#[data]
struct Flat {
    own: bool,
    #[serde(flatten)]
    internal: Internal,
    #[serde(flatten)]
    more: More,
}

#[data]
struct MaybeFlat {
    own: bool,
    #[serde(flatten)]
    more: Option<More>,
    #[serde(flatten)]
    untagged: Option<Rest>,
}

#[data]
#[serde(untagged)]
enum Rest {
    C { c: u8 },
    D { d: u8 },
}

#[data]
struct Empty {}

/// Everything that a type can be made of.
#[data]
struct Everything {
    external: External,
    internal: Option<Internal>,
    adjacent: Vec<Adjacent>,
    untagged: Untagged,
    flat: Flat,
    maybe_flat: Option<MaybeFlat>,
    words: BTreeMap<String, Option<Word>>,
    by_word: Option<Vec<Option<External>>>,
    by_number: HashMap<i64, Word>,
    pairs: Vec<(u8, u8)>,
    triple: (Option<u8>, Value, Vec<Value>),
    set: BTreeSet<char>,
    any: Value,
    free: HashMap<String, Value>,
    empty: Empty,
    unit: (),
    next: Option<Box<Everything>>,
    children: Vec<Option<Everything>>,
    array: [f32; 3],
    number: std::num::NonZeroI16,
    address: std::net::IpAddr,
    duration: std::time::Duration,
    result: Result<u8, String>,
    range: std::ops::Range<u8>,
    #[schemars(extend("exclusiveMinimum" = 0.5, "multipleOf" = 0.5))]
    ratio: f64,
    #[schemars(extend("enum" = [1, 2]))]
    small: u8,
    #[schemars(extend("format" = "date-time"))]
    when: String,
    #[schemars(required, example = &"x", extend("x-own" = true, "deprecated" = true))]
    required: Option<String>,
    #[serde(default)]
    defaulted: u32,
}

const COMMON: [&str; 6] = ["type", "description", "default", "anyOf", "$ref", "$defs"];
const KEYWORDS: [&str; 12] = [
    "enum",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "items",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];
const OBJECT: [&str; 3] = ["properties", "required", "additionalProperties"];

/// What a provider would refuse, by where it stands.
fn refused(schema: &Value, path: &str, out: &mut Vec<String>) {
    let Some(node) = schema.as_object() else { return out.push(format!("{path}: is {schema}")) };
    let mut found = |what: String| out.push(format!("{path}: {what}"));
    for key in node
        .keys()
        .filter(|key| ![&COMMON[..], &KEYWORDS, &OBJECT].concat().contains(&key.as_str()))
    {
        found(format!("keyword `{key}`"));
    }
    let ty = node.get("type");
    match ty.and_then(Value::as_str) {
        Some("object") if !(schema["properties"].is_object() && schema["required"].is_array()) => {
            found("an object without properties or required".to_owned());
        }
        Some("array") if !schema["items"].is_object() => found("a list without items".to_owned()),
        None if ty.is_some() => found(format!("type {}", schema["type"])),
        _ => {}
    }
    if node.contains_key("anyOf") && node.contains_key("properties") {
        found("a choice beside properties".to_owned());
    }
    if node.get("format").is_some_and(|format| format != "date-time") {
        found(format!("format {}", schema["format"]));
    }
    if node.get("enum").is_some_and(|values| {
        values.as_array().is_none_or(|values| !values.iter().all(Value::is_string))
    }) {
        found(format!("enum {}", schema["enum"]));
    }
    for key in ["properties", "$defs"] {
        for (name, child) in node.get(key).and_then(Value::as_object).into_iter().flatten() {
            if name.is_empty()
                || name.len() > 64
                || name.contains(|c: char| !c.is_ascii_alphanumeric() && !"_.-".contains(c))
            {
                out.push(format!("{path}: name `{name}`"));
            }
            refused(child, &format!("{path}/{name}"), out);
        }
    }
    for (index, child) in
        node.get("anyOf").and_then(Value::as_array).into_iter().flatten().enumerate()
    {
        refused(child, &format!("{path}|{index}"), out);
    }
    node.get("items").into_iter().for_each(|child| refused(child, &format!("{path}[]"), out));
    if let Some(child) = node.get("additionalProperties").filter(|child| !child.is_boolean()) {
        refused(child, &format!("{path}/*"), out);
    }
}

#[test]
fn no_provider_refuses_the_schema_of_any_type() {
    let tool = Tool::new("x").description("x").handler(|_: Everything, _: ToolContext| async {});
    let schema = tool.spec().schema().unwrap();
    let mut problems = Vec::new();
    refused(schema, "", &mut problems);
    assert_eq!(problems, [""; 0], "{schema:#}");
    assert_eq!(schema["properties"].as_object().unwrap().len(), 29);
}

#[test]
fn flattened_enums_are_a_choice_of_whole_objects() {
    #[data]
    struct Outer {
        flat: Flat,
    }
    let tool = Tool::new("x").description("x").handler(|_: Outer, _: ToolContext| async {});
    let byte = json!({"type": "integer", "minimum": 0, "maximum": 255});
    let word = |word: &str| json!({"type": "string", "enum": [word]});
    let unit = |more: &str, key: &str| {
        let properties =
            json!({"own": {"type": "boolean"}, "tag": word("Unit"), "more": word(more), key: byte});
        let required = json!(["own", "tag", "more", key]);
        json!({"type": "object", "properties": properties, "required": required, "description": "Nothing more."})
    };
    let data = |more: &str, key: &str| {
        let properties = json!({"own": {"type": "boolean"}, "tag": word("Struct"), "x": byte, "more": word(more), key: byte});
        json!({"type": "object", "properties": properties, "required": ["own", "tag", "x", "more", key]})
    };
    let expected = json!([unit("A", "a"), unit("B", "b"), data("A", "a"), data("B", "b")]);
    assert_eq!(tool.spec().schema().unwrap()["properties"]["flat"]["anyOf"], expected);
}
