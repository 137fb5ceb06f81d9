//! Moves constraints without a common keyword into the description of a schema.

use serde_json::{Map, Value, json};

use super::scalar;

/// Moves constraints without a common keyword from `node` to its description.
pub(super) fn put_into_words(node: &mut Map<String, Value>) {
    let mut lines = Vec::new();
    keys(node, &mut lines);
    tuple(node, &mut lines);
    numbers(node, &mut lines);
    let is_string = node.get("type").is_some_and(|ty| ty == "string");
    if let Some(Value::Array(values)) = node.get("enum").filter(|_| !is_string) {
        lines.extend((!values.is_empty()).then(|| format!("Only {}.", list(values))));
    }
    if let Some(Value::String(format)) = node.get("format").filter(|format| *format != "date-time")
    {
        lines.push(format!("Format: {format}."));
        node.remove("format");
    }
    if node.get("uniqueItems").is_some_and(|unique| *unique == true) {
        lines.push("Nothing twice.".to_owned());
    }
    if let Some(Value::Array(examples)) = node.get("examples") {
        lines.push(format!("For example {}.", list(examples)));
    }
    if let Some(value) = node.get("not").and_then(|not| not.get("const")) {
        lines.push(format!("Not {value}."));
    }
    if !lines.is_empty() {
        let own = node.get("description").and_then(Value::as_str).map(str::to_owned);
        let text: Vec<String> = own.into_iter().chain(lines).collect();
        node.insert("description".to_owned(), text.join("\n").into());
    }
}

/// Describes the key pattern of a map.
fn keys(node: &mut Map<String, Value>, lines: &mut Vec<String>) {
    let Some(Value::Object(patterns)) = node.remove("patternProperties") else { return };
    let others = node.remove("additionalProperties").filter(|others| *others != false);
    if others.is_none() {
        lines.push(format!(
            "Each entry has {}.",
            patterns.keys().map(|key| scalar::keys(key)).collect::<Vec<_>>().join(" or ")
        ));
    }
    let values = patterns.into_iter().map(|(_, schema)| schema).chain(others);
    node.insert("additionalProperties".to_owned(), any_of(values));
}

/// Turns a tuple into a list and describes the order of its items.
fn tuple(node: &mut Map<String, Value>, lines: &mut Vec<String>) {
    let Some(Value::Array(first)) = node.remove("prefixItems") else { return };
    let names: Vec<String> = first.iter().map(what).collect();
    if names.iter().any(|name| Some(name) != names.first()) {
        lines.push(format!("In this order: {}.", names.join(", ")));
    }
    let others = node.remove("items").filter(|others| *others != false);
    node.insert("items".to_owned(), any_of(first.into_iter().chain(others)));
}

fn what(schema: &Value) -> String {
    let by_name =
        schema.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next());
    match (schema.get("type"), by_name) {
        (Some(ty), _) => scalar::name(ty),
        (None, Some(name)) => name.to_owned(),
        (None, None) => "any value".to_owned(),
    }
}

/// Turns exclusive limits of numbers into inclusive ones or text.
fn numbers(node: &mut Map<String, Value>, lines: &mut Vec<String>) {
    let integer = node.get("type").is_some_and(|ty| ty == "integer");
    for (key, included, step, words) in [
        ("exclusiveMinimum", "minimum", 1, "More than"),
        ("exclusiveMaximum", "maximum", -1, "Less than"),
    ] {
        let Some(limit) = node.remove(key) else { continue };
        match limit.as_i64().filter(|_| integer).and_then(|limit| limit.checked_add(step)) {
            Some(limit) => {
                // The tighter of two limits applies.
                let own = node.get(included).and_then(Value::as_i64).unwrap_or(limit);
                node.insert(
                    included.to_owned(),
                    if step > 0 { own.max(limit) } else { own.min(limit) }.into(),
                );
            }
            None => lines.push(format!("{words} {limit}.")),
        }
    }
    if let Some(step) = node.get("multipleOf") {
        lines.push(format!("A multiple of {step}."));
    }
}

/// A schema that accepts what any of `schemas` accepts.
fn any_of(schemas: impl Iterator<Item = Value>) -> Value {
    let mut distinct: Vec<Value> = Vec::new();
    for schema in schemas {
        if !distinct.contains(&schema) {
            distinct.push(schema);
        }
    }
    match distinct.pop() {
        Some(only) if distinct.is_empty() => only,
        last => json!({ "anyOf": distinct.into_iter().chain(last).collect::<Vec<_>>() }),
    }
}

fn list(values: &[Value]) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}
