//! Finds everything that is wrong with a value, at every depth.
//!
//! Deserialization stops at the first problem and loses its place below `flatten` and tags; this does neither. It knows
//! the keywords that schemars writes.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use regex_lite::Regex;
use serde_json::{Map, Number, Value};

use super::branch::{self, Branch};
use super::problem::{Problem, choice, member, nearest, shown};
use super::resolve;

pub(super) struct Verifier<'a> {
    pub(super) root: &'a Value,
    pub(super) patterns: &'a BTreeMap<String, Regex>,
}

impl Verifier<'_> {
    pub(super) fn verify(&self, value: &Value, schema: &Value, path: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.node(value, schema, path, &mut problems);
        problems
    }

    fn node(&self, value: &Value, schema: &Value, path: &str, out: &mut Vec<Problem>) {
        let node = match schema {
            Value::Object(node) => node,
            Value::Bool(false) => return out.push(Problem::shape(path, "not expected here")),
            _ => return,
        };
        if let Some(target) = node.get("$ref").and_then(Value::as_str).and_then(|name| resolve(self.root, name)) {
            self.node(value, target, path, out);
        }
        if let Some(constant) = node.get("const")
            && constant != value
        {
            return out.push(Problem::shape(path, branch::not_allowed(std::slice::from_ref(constant), value)));
        }
        if let Some(Value::Array(allowed)) = node.get("enum")
            && !allowed.contains(value)
        {
            return out.push(Problem::shape(path, branch::not_allowed(allowed, value)));
        }
        if let Some(expected) = node.get("type").and_then(|ty| wrong_type(value, ty)) {
            let text = format!("expected {expected}, given {}", shown(value));
            return out.push(Problem::shape(path, text));
        }
        match value {
            Value::Object(object) => self.object(object, node, path, out),
            Value::Array(list) => self.list(list, node, path, out),
            Value::String(text) => self.text(text, node, path, out),
            Value::Number(number) => in_range(number, node, path, out),
            Value::Null | Value::Bool(_) => {}
        }
        for part in node.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.node(value, part, path, out);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(Value::Array(branches)) = node.get(key) {
                self.one_of(value, branches, path, out);
            }
        }
    }

    fn one_of(&self, value: &Value, branches: &[Value], path: &str, out: &mut Vec<Problem>) {
        match branch::find(value, branches, path) {
            Branch::Meant(branch) => self.node(value, branch, path, out),
            Branch::Unknown(problem) => out.push(problem),
            Branch::Untagged => {
                let tried = branches.iter().map(|branch| self.verify(value, branch, path));
                // The alternative that fits best in shape was meant; its broken limits count less.
                let best = tried.min_by_key(|found| (found.iter().filter(|p| !p.limit).count(), found.len()));
                out.extend(best.unwrap_or_default());
            }
        }
    }

    fn object(&self, object: &Map<String, Value>, node: &Map<String, Value>, path: &str, out: &mut Vec<Problem>) {
        let properties = node.get("properties").and_then(Value::as_object);
        let known = |name: &str| properties.is_some_and(|properties| properties.contains_key(name));
        for name in node.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if !object.contains_key(name) {
                let unknown = object.keys().map(String::as_str).filter(|given| !known(given));
                let hint = nearest(name, unknown).map(|given| format!(", but `{given}` is given")).unwrap_or_default();
                out.push(Problem::shape(&member(path, name), format!("missing{hint}")));
            }
        }
        for (name, value) in object {
            let inner = member(path, name);
            match (properties.and_then(|properties| properties.get(name)), node.get("additionalProperties")) {
                (Some(property), _) => self.node(value, property, &inner, out),
                (None, Some(Value::Bool(false))) => {
                    let names: Vec<Value> =
                        properties.into_iter().flat_map(Map::keys).map(|name| name.as_str().into()).collect();
                    let hint = if names.is_empty() { String::new() } else { format!(", expected {}", choice(&names)) };
                    out.push(Problem::shape(&inner, format!("unknown{hint}")));
                }
                (None, Some(rest)) => self.node(value, rest, &inner, out),
                (None, None) => {}
            }
        }
        bounds(object.len(), node, ["minProperties", "maxProperties"], "entries", path, out);
    }

    fn list(&self, list: &[Value], node: &Map<String, Value>, path: &str, out: &mut Vec<Problem>) {
        let first = node.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (index, value) in list.iter().enumerate() {
            if let Some(schema) = first.get(index).or_else(|| node.get("items")) {
                self.node(value, schema, &format!("{path}[{index}]"), out);
            }
        }
        bounds(list.len(), node, ["minItems", "maxItems"], "items", path, out);
        let unique = node.get("uniqueItems").is_some_and(|unique| *unique == true);
        let twice =
            list.iter().enumerate().find(|(index, value)| list.iter().take(*index).any(|other| other == *value));
        if let (true, Some((_, value))) = (unique, twice) {
            out.push(Problem::limit(path, format!("{} is given twice", shown(value))));
        }
    }

    fn text(&self, text: &str, node: &Map<String, Value>, path: &str, out: &mut Vec<Problem>) {
        bounds(text.chars().count(), node, ["minLength", "maxLength"], "characters", path, out);
        let Some(pattern) = node.get("pattern").and_then(Value::as_str) else { return };
        if self.patterns.get(pattern).is_some_and(|regex| !regex.is_match(text)) {
            let given = shown(&Value::from(text));
            out.push(Problem::limit(path, format!("expected text that matches `{pattern}`, given {given}")));
        }
    }
}

fn wrong_type(value: &Value, ty: &Value) -> Option<String> {
    let types: Vec<&str> = match ty {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let fits = types.iter().any(|ty| match *ty {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    });
    let name = |ty: &&str| match *ty {
        "boolean" => "true or false",
        "integer" => "an integer",
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        "object" => "an object",
        _ => "null",
    };
    (!fits).then(|| types.iter().map(name).collect::<Vec<_>>().join(" or "))
}

fn in_range(number: &Number, node: &Map<String, Value>, path: &str, out: &mut Vec<Problem>) {
    type Holds = fn(Ordering) -> bool;
    let limits: [(&str, &str, Holds); 4] = [
        ("minimum", "at least", Ordering::is_ge),
        ("maximum", "at most", Ordering::is_le),
        ("exclusiveMinimum", "more than", Ordering::is_gt),
        ("exclusiveMaximum", "less than", Ordering::is_lt),
    ];
    for (key, words, holds) in limits {
        let Some(limit) = node.get(key).and_then(Value::as_number) else { continue };
        if compare(number, limit).is_some_and(|order| !holds(order)) {
            out.push(Problem::limit(path, format!("expected {words} {limit}, given {number}")));
        }
    }
    let step = node.get("multipleOf").and_then(Value::as_f64).filter(|step| *step > 0.0);
    if let (Some(step), Some(number)) = (step, number.as_f64()) {
        let steps = number / step;
        if (steps - steps.round()).abs() > 1e-9 * steps.abs().max(1.0) {
            out.push(Problem::limit(path, format!("expected a multiple of {step}, given {number}")));
        }
    }
}

/// Whole numbers are compared as such: above 2^53 a float cannot tell neighbours apart.
fn compare(a: &Number, b: &Number) -> Option<Ordering> {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

fn bounds(count: usize, node: &Map<String, Value>, keys: [&str; 2], what: &str, path: &str, out: &mut Vec<Problem>) {
    let limit = |key: &str| node.get(key).and_then(Value::as_u64);
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let [min, max] = keys;
    if let Some(min) = limit(min).filter(|min| count < *min) {
        out.push(Problem::limit(path, format!("expected at least {min} {what}, given {count}")));
    }
    if let Some(max) = limit(max).filter(|max| count > *max) {
        out.push(Problem::limit(path, format!("expected at most {max} {what}, given {count}")));
    }
}
