//! Reduces a schema to the keywords accepted by OpenAI, Anthropic and Gemini.
//!
//! Gemini refuses a whole request because of one unknown keyword, so everything else goes into the
//! description. Arguments are still checked against the exact schema.

use serde_json::{Map, Value, json};

use super::in_words::put_into_words;
use super::scalar;

/// Keywords allowed for every type.
const COMMON: [&str; 6] = ["type", "description", "default", "anyOf", "$ref", "$defs"];

/// Additional keywords allowed for type `ty`.
fn keywords(ty: &str) -> &'static [&'static str] {
    match ty {
        "string" => &["enum", "format", "pattern", "minLength", "maxLength"],
        "integer" | "number" => &["minimum", "maximum"],
        "array" => &["items", "minItems", "maxItems"],
        "object" => {
            &["properties", "required", "additionalProperties", "minProperties", "maxProperties"]
        }
        _ => &[],
    }
}

/// Converts a cleaned schema to the form in which it is sent.
pub(super) fn fit(schema: Value) -> Value {
    // `true` accepts any value.
    let Value::Object(mut node) = schema else { return json!({}) };
    merge_parts(&mut node);
    merge_choices(&mut node);
    name_type(&mut node);
    if let Some(types) = node.get("type").and_then(Value::as_array).cloned() {
        split(&mut node, &types);
    }
    put_into_words(&mut node);
    let ty = node.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    match ty.as_str() {
        "object" => {
            node.entry("properties").or_insert_with(|| json!({}));
            node.entry("required").or_insert_with(|| json!([]));
        }
        "array" => {
            node.entry("items").or_insert_with(|| json!({}));
        }
        _ => {}
    }
    node.retain(|key, _| COMMON.contains(&key.as_str()) || keywords(&ty).contains(&key.as_str()));
    fit_children(&mut node);
    Value::Object(node)
}

fn fit_children(node: &mut Map<String, Value>) {
    for (key, child) in node {
        match (key.as_str(), &mut *child) {
            ("properties" | "$defs", Value::Object(children)) => {
                children.values_mut().for_each(|child| *child = fit(child.take()));
            }
            ("anyOf", Value::Array(children)) => {
                for child in &mut *children {
                    *child = fit(child.take());
                }
                flatten(children);
            }
            ("additionalProperties", Value::Bool(_)) => {}
            ("items" | "additionalProperties", _) => *child = fit(child.take()),
            _ => {}
        }
    }
}

/// Flattens nested choices.
fn flatten(branches: &mut Vec<Value>) {
    for branch in std::mem::take(branches) {
        match branch {
            Value::Object(mut node) if node.len() == 1 => {
                match node.remove("anyOf").or_else(|| node.remove("oneOf")) {
                    Some(Value::Array(mut several)) => {
                        flatten(&mut several);
                        branches.append(&mut several);
                    }
                    _ => branches.push(Value::Object(node)),
                }
            }
            other => branches.push(other),
        }
    }
}

/// Merges the parts of an `allOf`.
fn merge_parts(node: &mut Map<String, Value>) {
    let Some(Value::Array(parts)) = node.remove("allOf") else { return };
    for part in parts {
        let Value::Object(mut part) = part else { continue };
        merge_parts(&mut part);
        merge_choices(node);
        merge_choices(&mut part);
        merge(node, part);
    }
}

/// Turns `oneOf` into `anyOf`, and moves keywords next to a choice of objects into each of them,
/// because Gemini requires `anyOf` to stand alone.
fn merge_choices(node: &mut Map<String, Value>) {
    if let Some(branches) = node.remove("oneOf") {
        let mut choice = Map::new();
        choice.insert("anyOf".to_owned(), branches);
        merge(node, choice);
    }
    if !node.contains_key("properties") {
        return;
    }
    let Some(Value::Array(branches)) = node.get_mut("anyOf") else { return };
    flatten(branches);
    let is_object = |branch: &Value| branch.get("properties").is_some() || branch == &json!({});
    if !branches.iter().all(is_object) {
        return;
    }
    let Some(Value::Array(branches)) = node.remove("anyOf") else { return };
    let mut shared = Map::new();
    for key in keywords("object").iter().chain(&["type"]) {
        shared.extend(node.remove(*key).map(|value| ((*key).to_owned(), value)));
    }
    let merged = branches.into_iter().map(|branch| {
        let mut all = shared.clone();
        if let Value::Object(branch) = branch {
            merge(&mut all, branch);
        }
        Value::Object(all)
    });
    node.insert("anyOf".to_owned(), merged.collect());
}

/// Adds the constraints of `other` to `node`.
fn merge(node: &mut Map<String, Value>, other: Map<String, Value>) {
    for (key, theirs) in other {
        match (key.as_str(), node.get_mut(&key), theirs) {
            ("properties", Some(Value::Object(own)), Value::Object(theirs)) => own.extend(theirs),
            ("required", Some(Value::Array(own)), Value::Array(theirs)) => own.extend(theirs),
            ("anyOf", Some(Value::Array(own)), Value::Array(theirs)) => {
                for a in std::mem::take(own) {
                    for b in &theirs {
                        let mut all = a.as_object().cloned().unwrap_or_default();
                        merge(&mut all, b.as_object().cloned().unwrap_or_default());
                        own.push(Value::Object(all));
                    }
                }
            }
            (_, Some(_), _) => {}
            (_, None, theirs) => {
                node.insert(key, theirs);
            }
        }
    }
}

/// Turns `const` into an `enum` of one value, and adds a `type` that is only implied.
fn name_type(node: &mut Map<String, Value>) {
    if let Some(only) = node.remove("const") {
        node.insert("enum".to_owned(), json!([only]));
    }
    if node.contains_key("type") {
        return;
    }
    let values = node.get("enum").and_then(Value::as_array);
    let has = |key: &str| node.contains_key(key);
    let ty = if has("properties") || has("additionalProperties") || has("patternProperties") {
        json!("object")
    } else if has("items") || has("prefixItems") {
        json!("array")
    } else if values
        .is_some_and(|values| values.iter().all(|value| value.is_string() || value.is_null()))
    {
        let null = values.into_iter().flatten().any(Value::is_null);
        if null { json!(["string", "null"]) } else { json!("string") }
    } else {
        return;
    };
    node.insert("type".to_owned(), ty);
}

/// Turns a list of types into a choice of schemas.
fn split(node: &mut Map<String, Value>, types: &[Value]) {
    let description = node.remove("description");
    let default = node.remove("default");
    let inner = std::mem::take(node);
    let branch = |ty: &Value| {
        let mut branch = inner.clone();
        branch.insert("type".to_owned(), ty.clone());
        if let Some(Value::Array(values)) = branch.get_mut("enum") {
            values.retain(|value| !value.is_null() && scalar::is_of(value, ty));
            if values.is_empty() {
                branch.remove("enum");
            }
        }
        Value::Object(branch)
    };
    match types {
        [one] => *node = branch(one).as_object().cloned().unwrap_or_default(),
        several => node.extend([("anyOf".to_owned(), several.iter().map(branch).collect())]),
    }
    node.extend(description.map(|text| ("description".to_owned(), text)));
    node.extend(default.map(|value| ("default".to_owned(), value)));
}
