//! Additions to the schema of an argument by its keys.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::integer;

/// A property of a [`Signature`], to which limits can be added.
#[derive(Debug)]
pub struct Property<'a> {
    name: &'static str,
    schema: &'a mut Value,
    problems: &'a mut Vec<String>,
}

impl<'a> Property<'a> {
    pub(super) fn new(
        name: &'static str,
        schema: &'a mut Value,
        problems: &'a mut Vec<String>,
    ) -> Self {
        Self { name, schema, problems }
    }

    pub(super) fn default(self, shown: Option<Value>) -> Self {
        let shown = shown.filter(|value| !value.is_null());
        if let (Some(shown), Value::Object(schema)) = (shown, &mut *self.schema) {
            schema.insert("default".to_owned(), shown);
        }
        self
    }

    /// Turns integers into strings of digits, which keep their value at any length. Must precede
    /// the limits.
    pub fn string(self) -> Self {
        if !integer::write_as_strings(self.schema) {
            let ty = self.schema.get("type").map(|ty| format!(", {ty},")).unwrap_or_default();
            self.problems.push(format!(
                "argument `{}`: `string` is for integers, and its type{ty} has none: remove \
                 `string`, or take an integer such as `u64`",
                self.name
            ));
        }
        self
    }

    /// Limits a number to `min` to `max`, inclusive.
    pub fn range(self, min: Option<Value>, max: Option<Value>) -> Self {
        self.limit("range", min, max, |ty| match ty {
            "integer" | "number" => Some(["minimum", "maximum"]),
            _ => None,
        })
    }

    /// Limits the characters of a text, items of a list, or entries of a map.
    pub fn length(self, min: Option<Value>, max: Option<Value>) -> Self {
        self.limit("length", min, max, |ty| match ty {
            "string" => Some(["minLength", "maxLength"]),
            "array" => Some(["minItems", "maxItems"]),
            "object" => Some(["minProperties", "maxProperties"]),
            _ => None,
        })
    }

    /// Requires a text to match a regular expression.
    pub fn pattern(self, pattern: &str) -> Self {
        self.limit("pattern", Some(pattern.into()), None, |ty| {
            (ty == "string").then_some(["pattern", "pattern"])
        })
    }

    fn limit(
        self,
        what: &str,
        min: Option<Value>,
        max: Option<Value>,
        keys: fn(&str) -> Option<[&'static str; 2]>,
    ) -> Self {
        let ty = self.schema.get("type").cloned().unwrap_or_default();
        let found = match &ty {
            Value::String(one) => keys(one),
            Value::Array(several) => several.iter().filter_map(Value::as_str).find_map(keys),
            _ => None,
        };
        match (found, &mut *self.schema) {
            (Some([lower, upper]), Value::Object(schema)) => {
                tighten(schema, lower, min, Ordering::Greater);
                tighten(schema, upper, max, Ordering::Less);
            }
            _ => self
                .problems
                .push(format!("argument `{}`: `{what}` does not fit its type, {ty}", self.name)),
        }
        self
    }
}

/// Sets a limit unless the type has a tighter one; `tighter` is the ordering of a tighter limit
/// relative to another.
fn tighten(schema: &mut Map<String, Value>, key: &str, limit: Option<Value>, tighter: Ordering) {
    let Some(limit) = limit else { return };
    let natural = schema.get(key).and_then(|natural| compare(natural, &limit));
    if natural != Some(tighter) {
        schema.insert(key.to_owned(), limit);
    }
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    let whole =
        |value: &Value| value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}
