//! What models write in more than one way: `null` for an absent property, `5.0` for the integer 5.

use serde_json::{Number, Value};

use super::branch::{self, Branch};
use super::clean::allows_null;
use super::resolve;

/// 2^53: up to here a float is exactly the number that was written.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// `value` without the nulls that stand for "absent", and with integers written as such; `None` when it is so already.
pub(crate) fn normal(value: &Value, schema: &Value, root: &Value) -> Option<Value> {
    let mut copy = value.clone();
    normalize(&mut copy, schema, root);
    (copy != *value).then_some(copy)
}

fn normalize(value: &mut Value, schema: &Value, root: &Value) {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|name| resolve(root, name)) {
        normalize(value, target, root);
    }
    for key in ["oneOf", "anyOf"] {
        let branches = schema.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        match branch::find(value, branches, "") {
            Branch::Meant(meant) => normalize(value, meant, root),
            Branch::Untagged | Branch::Unknown(_) => {
                // Without a tag only the sole alternative besides null is certain.
                if let [one] = branches.iter().filter(|branch| !allows_null(branch)).collect::<Vec<_>>().as_slice() {
                    normalize(value, one, root);
                }
            }
        }
    }
    match value {
        Value::Array(list) => {
            let first = schema.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            for (index, item) in list.iter_mut().enumerate() {
                if let Some(schema) = first.get(index).or_else(|| schema.get("items")) {
                    normalize(item, schema, root);
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
                    normalize(value, property, root);
                }
            }
            if let Some(rest) = schema.get("additionalProperties") {
                let known = |name: &String| properties.is_some_and(|properties| properties.contains_key(name));
                object.iter_mut().filter(|(name, _)| !known(name)).for_each(|(_, value)| normalize(value, rest, root));
            }
        }
        Value::Number(number) if is_integer(schema) => {
            if let Some(whole) = whole(number) {
                *number = whole;
            }
        }
        _ => {}
    }
}

fn is_integer(schema: &Value) -> bool {
    match schema.get("type") {
        Some(Value::Array(types)) => types.iter().any(|ty| ty == "integer") && types.iter().all(|ty| ty != "number"),
        Some(ty) => ty == "integer",
        None => false,
    }
}

/// The integer that a float is; JSON does not tell `5.0` from `5`.
fn whole(number: &Number) -> Option<Number> {
    let float = number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT)?;
    // Formatted without a fraction, since there is none.
    format!("{float:.0}").parse::<i64>().ok().map(Number::from)
}
