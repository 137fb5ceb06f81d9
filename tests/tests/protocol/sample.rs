//! Values that a schema allows, made from the schema.

use serde_json::{Map, Value, json};

use super::schemas;

/// How deep values are nested; a schema may contain itself.
const DEPTH: usize = 6;

/// The values of one definition: one with every field, one with the required ones only, and for
/// unions those of each member.
pub(crate) fn samples(name: &str) -> Vec<Value> {
    let schema = &schemas().definitions[name];
    let members = ["anyOf", "oneOf"].iter().find_map(|key| schema[*key].as_array());
    match members.filter(|_| schema.get("properties").is_none()) {
        Some(members) => {
            let some = members.iter().filter(|member| member.get("not").is_none());
            some.flat_map(both).collect()
        }
        None => both(schema),
    }
}

/// The value with every field, and the one with the required ones only.
pub(crate) fn both(schema: &Value) -> Vec<Value> {
    [true, false].map(|all| sample(schema, all, DEPTH)).into()
}

fn sample(schema: &Value, all: bool, depth: usize) -> Value {
    if let Some(constant) = schema.get("const").filter(|value| !value.is_object()) {
        return constant.clone();
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap();
        if name == "SessionEvent" {
            return json!({"type": "x.new", "data": {"a": [1]}, "id": "e", "timestamp": "t",
                          "parentId": null});
        }
        return sample(&schemas().definitions[name], all, depth);
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[words.len() - 1].clone();
    }
    let members = ["anyOf", "oneOf"].iter().find_map(|key| schema[*key].as_array());
    if let Some(members) = members.filter(|_| schema.get("properties").is_none()) {
        let mut some = members.iter().filter(|member| member.get("not").is_none());
        return sample(some.next().unwrap(), all, depth);
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str().unwrap(),
        kind => kind.as_str().unwrap_or("any"),
    };
    match kind {
        "string" => json!("text"),
        "boolean" => json!(true),
        "integer" => json!(41),
        "number" => json!(0.5),
        "null" => Value::Null,
        "array" if depth == 0 => json!([]),
        "array" => json!([sample(&schema["items"], all, depth - 1)]),
        "object" => object(schema, all, depth),
        _ => json!({"any": ["thing", 1]}),
    }
}

fn object(schema: &Value, all: bool, depth: usize) -> Value {
    let mut fields = Map::new();
    let required = schema["required"].as_array();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let is_required = required.is_some_and(|names| names.iter().any(|known| known == name));
        if is_required || (all && depth > 0) {
            fields.insert(name.clone(), sample(field, all, depth.saturating_sub(1)));
        }
    }
    if schema["additionalProperties"].is_object() && all && depth > 0 {
        fields.insert("key".to_owned(), sample(&schema["additionalProperties"], all, depth - 1));
    }
    Value::Object(fields)
}
