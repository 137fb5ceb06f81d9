//! Walks subschemas by keyword, because a property may be *named* `items`.

use serde_json::{Map, Value};

const MAPS: [&str; 3] = ["properties", "$defs", "patternProperties"];
const LISTS: [&str; 4] = ["prefixItems", "oneOf", "anyOf", "allOf"];
const SINGLE: [&str; 4] = ["items", "additionalProperties", "not", "contains"];

/// Calls `visit` with each direct subschema.
pub(super) fn each_child(schema: &Value, visit: &mut dyn FnMut(&Value)) {
    let Value::Object(node) = schema else { return };
    for key in MAPS {
        node.get(key)
            .and_then(Value::as_object)
            .into_iter()
            .flat_map(Map::values)
            .for_each(&mut *visit);
    }
    for key in LISTS {
        node.get(key).and_then(Value::as_array).into_iter().flatten().for_each(&mut *visit);
    }
    SINGLE.iter().filter_map(|key| node.get(*key)).for_each(visit);
}

/// Calls `visit` with each direct subschema, for modification.
pub(super) fn each_child_mut(schema: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    let Value::Object(node) = schema else { return };
    for (key, child) in node {
        match child {
            Value::Object(children) if MAPS.contains(&key.as_str()) => {
                children.values_mut().for_each(&mut *visit);
            }
            Value::Array(children) if LISTS.contains(&key.as_str()) => {
                children.iter_mut().for_each(&mut *visit);
            }
            child if SINGLE.contains(&key.as_str()) => visit(child),
            _ => {}
        }
    }
}
