//! The JSON types a schema accepts, including references and choices.

use serde_json::{Map, Value};

use super::generate::reference;
use super::scalar;
use super::wording::choice;

/// Whether `value` is at least of a JSON type accepted by `schema`.
pub(super) fn is_of(value: &Value, schema: &Value, root: &Value) -> bool {
    is_of_through(value, schema, root, &[])
}

fn is_of_through(value: &Value, schema: &Value, root: &Value, through: &[&Value]) -> bool {
    if through.iter().any(|before| std::ptr::eq(*before, schema)) {
        return false;
    }
    let through = [through, &[schema]].concat();
    let Value::Object(node) = schema else { return schema != &Value::Bool(false) };
    let in_choice = |key| {
        let branches: Option<&Vec<Value>> = node.get(key).and_then(Value::as_array);
        branches.is_none_or(|branches| {
            branches.iter().any(|branch| is_of_through(value, branch, root, &through))
        })
    };
    node.get("type").is_none_or(|ty| scalar::is_of(value, ty))
        && constants(node).is_none_or(|values| values.iter().any(|other| same(value, other)))
        && reference(node, root).is_none_or(|target| is_of_through(value, target, root, &through))
        && in_choice("oneOf")
        && in_choice("anyOf")
}

/// Descriptions of what `branches` accept: `an integer`, `"a"`.
pub(super) fn names(branches: &[Value], root: &Value) -> Vec<String> {
    let mut names = Vec::new();
    collect(branches, root, &[], &mut names);
    names
}

fn collect(branches: &[Value], root: &Value, through: &[&Value], names: &mut Vec<String>) {
    for branch in branches {
        let Value::Object(node) = branch else { continue };
        if let Some(target) = reference(node, root) {
            if !through.iter().any(|before| std::ptr::eq(*before, target)) {
                let through = [through, &[target]].concat();
                collect(std::slice::from_ref(target), root, &through, names);
            }
            continue;
        }
        let name = match (constants(node), node.get("type")) {
            (Some(values), _) => choice(values),
            (None, Some(ty)) => scalar::name(ty),
            (None, None) => {
                for key in ["oneOf", "anyOf", "allOf"] {
                    let inner = node.get(key).and_then(Value::as_array);
                    collect(inner.map_or(&[][..], Vec::as_slice), root, through, names);
                }
                continue;
            }
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

/// The values listed by a schema, if any.
fn constants(node: &Map<String, Value>) -> Option<&[Value]> {
    match (node.get("const"), node.get("enum")) {
        (Some(only), _) => Some(std::slice::from_ref(only)),
        (_, Some(Value::Array(several))) => Some(several),
        _ => None,
    }
}

fn same(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}
