//! `null` for an optional property counts as absent.

use serde_json::Value;

use super::branch::{self, Branch};
use super::clean::allows_null;
use super::resolve;

/// `value` without the nulls that stand for "absent"; `None` when there are none.
pub(crate) fn without_nulls(value: &Value, schema: &Value, root: &Value) -> Option<Value> {
    let mut copy = value.clone();
    remove(&mut copy, schema, root);
    (copy != *value).then_some(copy)
}

fn remove(value: &mut Value, schema: &Value, root: &Value) {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|name| resolve(root, name)) {
        remove(value, target, root);
    }
    for key in ["oneOf", "anyOf"] {
        let branches = schema.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        match branch::find(value, branches, "") {
            Branch::Meant(meant) => remove(value, meant, root),
            Branch::Untagged | Branch::Unknown(_) => {
                // Without a tag only the sole alternative besides null is certain.
                if let [one] = branches.iter().filter(|branch| !allows_null(branch)).collect::<Vec<_>>().as_slice() {
                    remove(value, one, root);
                }
            }
        }
    }
    match value {
        Value::Array(list) => {
            if let Some(items) = schema.get("items") {
                for item in list {
                    remove(item, items, root);
                }
            }
        }
        Value::Object(object) => {
            let required = schema.get("required").and_then(Value::as_array);
            let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|required| required == name));
            let properties = schema.get("properties").and_then(Value::as_object);
            for (name, property) in properties.into_iter().flatten() {
                if object.get(name).is_some_and(Value::is_null) && !is_required(name) && !allows_null(property) {
                    object.remove(name);
                }
                if let Some(value) = object.get_mut(name) {
                    remove(value, property, root);
                }
            }
            if let Some(rest) = schema.get("additionalProperties") {
                let known = |name: &String| properties.is_some_and(|properties| properties.contains_key(name));
                object.iter_mut().filter(|(name, _)| !known(name)).for_each(|(_, value)| remove(value, rest, root));
            }
        }
        _ => {}
    }
}
