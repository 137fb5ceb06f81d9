//! The schema of a tool's arguments: made from types, cleaned for the model, checked on each call.

mod branch;
mod clean;
mod limits;
mod normal;
mod optional;
mod order;
mod problem;
mod signature;
mod verify;

use regex_lite::Regex;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

pub(crate) use normal::normal;
pub(crate) use optional::when_missing;
pub(crate) use order::written;
pub(crate) use problem::{Problem, missing};
pub use signature::Signature;
pub(crate) use signature::{Field, Place};

/// The arguments of a tool: their schema, as a value and as the bytes that are sent.
pub(crate) struct Parameters {
    schema: Value,
    json: Box<RawValue>,
    fields: Vec<Field>,
    patterns: BTreeMap<String, Regex>,
    problems: Vec<String>,
    /// Whether the schema says more than deserialization enforces.
    limited: bool,
}

impl Parameters {
    /// The schema of a type that is all the arguments.
    pub(crate) fn of<T: JsonSchema>() -> Self {
        let mut generator = generator();
        let mut schema = generator.subschema_for::<T>().to_value();
        if is_null(&schema) {
            schema = json!({});
        }
        let defs = generator.take_definitions(false);
        let schema = at_root(schema, defs);
        let limited = limits::beyond_types(&schema);
        Self { limited, ..Self::made(schema, Vec::new(), Vec::new()) }
    }

    /// A schema that the user wrote.
    pub(crate) fn given(schema: Value) -> Self {
        Self::new(schema, Vec::new(), Vec::new())
    }

    /// A schema that was made from types: cleaned, with the keys that every model expects.
    fn made(mut schema: Value, fields: Vec<Field>, problems: Vec<String>) -> Self {
        clean::clean(&mut schema);
        if let Value::Object(root) = &mut schema {
            root.entry("type").or_insert_with(|| json!("object"));
            root.entry("properties").or_insert_with(|| json!({}));
            root.entry("required").or_insert_with(|| json!([]));
        }
        Self::new(schema, fields, problems)
    }

    fn new(schema: Value, fields: Vec<Field>, mut problems: Vec<String>) -> Self {
        problems.extend(root_problem(&schema));
        let mut patterns = BTreeMap::new();
        compile_patterns(&schema, &mut patterns, &mut problems);
        let json = order::write(&schema).unwrap_or_default();
        let limited = limits::written(&schema);
        Self { schema, json, fields, patterns, problems, limited }
    }

    pub(crate) fn schema(&self) -> &Value {
        &self.schema
    }

    pub(crate) fn json(&self) -> &RawValue {
        &self.json
    }

    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    pub(crate) fn limited(&self) -> bool {
        self.limited
    }

    pub(crate) fn field(&self, index: usize) -> Option<&Field> {
        self.fields.get(index)
    }

    /// What is wrong with `value`, read as `schema`, which is a part of this schema; `path` is where it stands.
    pub(crate) fn verify(&self, value: &Value, schema: &Value, path: &str) -> Vec<Problem> {
        verify::Verifier { root: &self.schema, patterns: &self.patterns }.verify(value, schema, path)
    }
}

/// Whether `T` is `()` or another type without a value: there are no arguments, and serde reads it from null.
pub(crate) fn is_unit<T: JsonSchema>() -> bool {
    is_null(&generator().subschema_for::<T>().to_value())
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|ty| ty == "null")
}

fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        })
        .into_generator()
}

/// Puts a schema at the root: a recursive type is a reference that must be followed once.
fn at_root(mut schema: Value, defs: Map<String, Value>) -> Value {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let name = target.strip_prefix("#/$defs/").unwrap_or(target);
        if let Some(target) = defs.get(name) {
            schema = target.clone();
        }
    }
    if let (Value::Object(root), false) = (&mut schema, defs.is_empty()) {
        root.insert("$defs".to_owned(), Value::Object(defs));
    }
    schema
}

fn root_problem(schema: &Value) -> Option<String> {
    let Value::Object(root) = schema else {
        return Some("the schema of the arguments must be a JSON object".to_owned());
    };
    if let Some(key) = ["oneOf", "anyOf", "allOf"].into_iter().find(|key| root.contains_key(*key)) {
        return Some(format!(
            "the schema of the arguments has `{key}` at the top, which models refuse: put the enum into a field"
        ));
    }
    match root.get("type") {
        None => None,
        Some(Value::String(ty)) if ty == "object" => None,
        Some(ty) => Some(format!("the arguments must be a JSON object, but are described as {ty}")),
    }
}

fn compile_patterns(schema: &Value, patterns: &mut BTreeMap<String, Regex>, problems: &mut Vec<String>) {
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
        && !patterns.contains_key(pattern)
    {
        match Regex::new(pattern) {
            Ok(regex) => {
                patterns.insert(pattern.to_owned(), regex);
            }
            Err(error) => problems.push(format!("`{pattern}` is not a pattern: {error}")),
        }
    }
    clean::each_child(schema, |child| compile_patterns(child, patterns, problems));
}

/// The part of `root` that a reference such as `#/$defs/Node` names.
fn resolve<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    root.pointer(reference.strip_prefix('#')?)
}
