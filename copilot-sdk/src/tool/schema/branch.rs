//! Which alternative of a `oneOf` or `anyOf` a value was meant to be.

use serde_json::Value;

use super::problem::{Problem, choice, member, nearest, shown};

/// The answer to "which alternative?".
pub(super) enum Branch<'a> {
    /// This one, told by its tag.
    Meant(&'a Value),
    /// None: the tag is missing or unknown.
    Unknown(Problem),
    /// There is no tag to tell by.
    Untagged,
}

pub(super) fn find<'a>(value: &Value, branches: &'a [Value], path: &str) -> Branch<'a> {
    if let Some(tag) = inner_tag(branches) {
        return by_inner_tag(value, branches, tag, path);
    }
    by_outer_tag(value, branches, path)
}

/// The property that holds a different constant in every branch: an internally or adjacently tagged enum.
fn inner_tag(branches: &[Value]) -> Option<&str> {
    let first = branches.first()?.get("properties")?.as_object()?;
    let is_tag = |name: &&String| branches.iter().all(|branch| constant(branch, name).is_some());
    first.keys().find(is_tag).map(String::as_str)
}

fn constant<'a>(branch: &'a Value, name: &str) -> Option<&'a Value> {
    branch.get("properties")?.get(name)?.get("const")
}

fn by_inner_tag<'a>(value: &Value, branches: &'a [Value], tag: &str, path: &str) -> Branch<'a> {
    let Some(object) = value.as_object() else { return Branch::Untagged };
    let allowed: Vec<Value> = branches.iter().filter_map(|branch| constant(branch, tag)).cloned().collect();
    let path = member(path, tag);
    let Some(given) = object.get(tag) else {
        return Branch::Unknown(Problem::shape(&path, format!("missing, expected {}", choice(&allowed))));
    };
    match branches.iter().find(|branch| constant(branch, tag) == Some(given)) {
        Some(branch) => Branch::Meant(branch),
        None => Branch::Unknown(Problem::shape(&path, not_allowed(&allowed, given))),
    }
}

/// An externally tagged enum: objects with the variant as their only key, and strings for variants without data.
fn by_outer_tag<'a>(value: &Value, branches: &'a [Value], path: &str) -> Branch<'a> {
    let mut names = Vec::new();
    for branch in branches {
        match (only_key(branch), branch.get("const"), branch.get("enum")) {
            (Some(key), ..) => names.push(Value::from(key)),
            (_, Some(value), _) if value.is_string() => names.push(value.clone()),
            (_, _, Some(Value::Array(values))) => names.extend(values.iter().cloned()),
            _ => return Branch::Untagged,
        }
    }
    let given = match value {
        Value::Object(object) if object.len() == 1 => object.keys().next().cloned().map(Value::from),
        Value::String(name) => Some(Value::from(name.as_str())),
        _ => None,
    };
    let Some(given) = given else { return Branch::Untagged };
    let meant = branches.iter().find(|branch| match value {
        Value::Object(_) => only_key(branch).is_some_and(|key| given == key),
        _ => {
            branch.get("const") == Some(&given)
                || branch.get("enum").and_then(Value::as_array).is_some_and(|values| values.contains(&given))
        }
    });
    match meant {
        Some(branch) => Branch::Meant(branch),
        None if names.contains(&given) => Branch::Untagged,
        None => Branch::Unknown(Problem::shape(path, not_allowed(&names, &given))),
    }
}

fn only_key(branch: &Value) -> Option<&str> {
    let properties = branch.get("properties")?.as_object()?;
    let required = branch.get("required")?.as_array()?;
    match (properties.len(), required.as_slice()) {
        (1, [Value::String(only)]) => Some(only),
        _ => None,
    }
}

/// `expected one of "a", "b", given "c"`, with the spelling that was probably meant.
pub(super) fn not_allowed(allowed: &[Value], given: &Value) -> String {
    let meant = given.as_str().and_then(|text| nearest(text, allowed.iter().filter_map(Value::as_str)));
    let hint = meant.map(|meant| format!(" (did you mean \"{meant}\"?)")).unwrap_or_default();
    format!("expected {}, given {}{hint}", choice(allowed), shown(given))
}
