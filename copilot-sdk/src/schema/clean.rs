//! Removes redundant keywords and merges what schemars splits.

use serde_json::{Map, Value};

use super::integer;
use super::walk::each_child_mut;

/// Cleans `schema` and all its subschemas. Walks by keyword, because a property may be *named*
/// `title` or `format`.
pub(super) fn clean(schema: &mut Value) {
    each_child_mut(schema, &mut clean);
    let Value::Object(node) = schema else { return };
    node.remove("title");
    node.remove("$schema");
    if node.get("default").is_some_and(Value::is_null) {
        node.remove("default");
    }
    if is_numeric(node.get("type")) {
        let format = node.get("format").cloned();
        shorten_default(node, format.as_ref());
        remove_float_format(node);
    }
    merge_variants(node);
    remove_null_from_optional(node);
}

/// Whether `null` is a value of this schema.
pub(super) fn allows_null(schema: &Value) -> bool {
    match schema {
        Value::Bool(all) => *all,
        Value::Object(node) => match node.get("type") {
            Some(Value::Array(types)) => types.iter().any(|ty| ty == "null"),
            Some(ty) => ty == "null",
            None => !["$ref", "enum", "const", "oneOf", "anyOf", "allOf"]
                .iter()
                .any(|key| node.contains_key(*key)),
        },
        _ => false,
    }
}

/// Shortens defaults from `f32`: 0.1 would otherwise be 0.10000000149011612.
fn shorten_default(node: &mut Map<String, Value>, format: Option<&Value>) {
    let default = node.get("default").filter(|_| format.is_some_and(|format| format == "float"));
    #[expect(clippy::cast_possible_truncation, reason = "it was an f32 before")]
    let short = default
        .and_then(Value::as_f64)
        .and_then(|long| (long as f32).to_string().parse::<f64>().ok());
    if let Some(short) = short.filter(|short| short.fract() != 0.0) {
        node.insert("default".to_owned(), short.into());
    }
}

fn is_numeric(ty: Option<&Value>) -> bool {
    let numeric = |ty: &Value| ty == "integer" || ty == "number" || ty == "null";
    match ty {
        Some(Value::Array(types)) => types.iter().all(numeric),
        Some(ty) => numeric(ty),
        None => false,
    }
}

/// Merges a `oneOf` of constants, which schemars generates if a variant has a doc comment, back
/// into a string enum.
fn merge_variants(node: &mut Map<String, Value>) {
    let Some(key) = ["oneOf", "anyOf"].into_iter().find(|key| node.contains_key(*key)) else {
        return;
    };
    let Some(Value::Array(branches)) = node.get(key) else { return };
    let (mut values, mut lines) = (Vec::new(), Vec::new());
    for branch in branches {
        if branch.get("type").is_none_or(|ty| ty != "string") {
            return;
        }
        let described = branch.get("description").and_then(Value::as_str);
        match (branch.get("const"), branch.get("enum")) {
            (Some(value), None) => {
                let line =
                    described.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
                lines.extend(
                    line.map(|text| format!("- `{}`: {text}", value.as_str().unwrap_or_default())),
                );
                values.push(value.clone());
            }
            (None, Some(Value::Array(several))) => values.extend(several.iter().cloned()),
            _ => return,
        }
    }
    if !lines.is_empty() {
        let own = node.get("description").and_then(Value::as_str).map(str::to_owned);
        let text: Vec<String> = own.into_iter().chain(lines).collect();
        node.insert("description".to_owned(), text.join("\n").into());
    }
    node.remove(key);
    node.insert("type".to_owned(), "string".into());
    node.insert("enum".to_owned(), values.into());
}

/// Removes `null` from optional properties: not being required says enough.
fn remove_null_from_optional(node: &mut Map<String, Value>) {
    let required: Vec<Value> =
        node.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(Value::Object(properties)) = node.get_mut("properties") else { return };
    for (name, property) in properties {
        if !required.iter().any(|required| required == name.as_str()) {
            remove_null(property);
        }
    }
}

/// Removes `null` from a type: `["string", "null"]`, an enum with `null`, or a choice between a
/// schema and null.
pub(super) fn remove_null(schema: &mut Value) {
    let Value::Object(node) = schema else { return };
    if let Some(Value::Array(types)) = node.get_mut("type") {
        types.retain(|ty| ty != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            node.insert("type".to_owned(), one);
        }
    }
    if let Some(Value::Array(values)) = node.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for key in ["anyOf", "oneOf"] {
        let Some(Value::Array(branches)) = node.get_mut(key) else { continue };
        branches.retain(|branch| branch.get("type").is_none_or(|ty| ty != "null"));
        if let [Value::Object(only)] = branches.as_slice() {
            let only = only.clone();
            node.remove(key);
            merge_into(node, only);
        }
    }
    if is_numeric(node.get("type")) {
        remove_float_format(node);
    }
}

/// Removes the formats of floats. Those of integers are kept until the schema is sent, because they
/// carry the range of the type.
fn remove_float_format(node: &mut Map<String, Value>) {
    let format = node.get("format").and_then(Value::as_str);
    if !format.is_some_and(integer::is_format) {
        node.remove("format");
    }
}

/// Merges `other` into `node`. The field's own keywords take precedence; lists of variants are
/// appended to its description.
fn merge_into(node: &mut Map<String, Value>, other: Map<String, Value>) {
    for (key, value) in other {
        let own = node.get("description").and_then(Value::as_str);
        match (key.as_str(), own, value.as_str()) {
            ("description", Some(own), Some(theirs)) => {
                let variants: Vec<&str> =
                    theirs.lines().skip_while(|line| !line.starts_with("- `")).collect();
                let text = std::iter::once(own).chain(variants).collect::<Vec<_>>().join("\n");
                node.insert(key, text.into());
            }
            _ => {
                node.entry(key).or_insert(value);
            }
        }
    }
}
