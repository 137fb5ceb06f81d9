//! The schema of a tool's arguments: made from types, put into the words that models take, checked
//! on each call.

mod branch;
mod clean;
mod dialect;
mod limits;
mod names;
mod normal;
mod optional;
mod order;
mod path;
mod problem;
mod scalar;
mod signature;
mod verify;

use regex_lite::Regex;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;

pub(crate) use names::misnamed;
pub(crate) use optional::when_missing;
pub(crate) use order::written;
pub(crate) use problem::{Problem, missing};
pub use signature::Signature;
pub(crate) use signature::{Field, Place};

/// The arguments of a tool: their schema, as it is checked and as it is sent.
pub(crate) struct Parameters {
    /// All that is known of the arguments.
    checked: Value,
    /// The part of it that every model understands.
    sent: Value,
    /// `sent`, as bytes.
    json: Box<RawValue>,
    fields: Vec<Field>,
    patterns: BTreeMap<String, Regex>,
    problems: Vec<String>,
    /// What stands in the way of checking arguments; no problem where nobody does.
    unchecked: Vec<String>,
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
        Self::new(schema.clone(), schema, Vec::new(), Vec::new())
    }

    /// A schema that was made from types.
    fn made(mut schema: Value, fields: Vec<Field>, problems: Vec<String>) -> Self {
        clean::clean(&mut schema);
        if let Value::Object(root) = &mut schema {
            root.entry("type").or_insert_with(|| json!("object"));
        }
        let sent = dialect::fit(schema.clone());
        Self::new(schema, sent, fields, problems)
    }

    fn new(checked: Value, sent: Value, fields: Vec<Field>, mut problems: Vec<String>) -> Self {
        problems.extend(root_problem(&checked));
        names::check(&sent, &mut problems);
        let (mut patterns, mut unchecked) = (BTreeMap::new(), Vec::new());
        compile_patterns(&checked, &mut patterns, &mut unchecked);
        let json = order::write(&sent).unwrap_or_default();
        let limited = limits::written(&checked);
        Self { checked, sent, json, fields, patterns, problems, unchecked, limited }
    }

    /// The schema as it is sent.
    pub(crate) fn schema(&self) -> &Value {
        &self.sent
    }

    /// The schema by which calls are checked.
    pub(crate) fn checked(&self) -> &Value {
        &self.checked
    }

    pub(crate) fn json(&self) -> &RawValue {
        &self.json
    }

    pub(crate) fn is_object(&self) -> bool {
        root_problem(&self.checked).is_none()
    }

    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// What stands in the way of checking arguments, where a handler relies on it.
    pub(crate) fn unchecked(&self) -> &[String] {
        &self.unchecked
    }

    pub(crate) fn limited(&self) -> bool {
        self.limited
    }

    pub(crate) fn field(&self, index: usize) -> Option<&Field> {
        self.fields.get(index)
    }

    /// What is wrong with `text`, read as `schema`, which is a part of this schema; `path` is where
    /// it stands. And the text that deserialization is to read.
    pub(crate) fn look<'t>(
        &self,
        text: &'t str,
        schema: &Value,
        path: &str,
    ) -> Result<(Cow<'t, str>, Vec<Problem>), Problem> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| Problem::serde(path, "", &error))?;
        let verifier = verify::Verifier::new(&self.checked, &self.patterns);
        let found = verifier.verify(&value, schema, path);
        Ok((normal::normal(text, &value, schema, &verifier), found))
    }
}

/// Whether `T` is `()` or another type without a value: there are no arguments, and serde reads it
/// from null.
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
            "the schema of the arguments has `{key}` at the top, which models refuse: put the \
             enum into a field"
        ));
    }
    match root.get("type") {
        None => None,
        Some(Value::String(ty)) if ty == "object" => None,
        Some(ty) => Some(format!(
            "the arguments must be a JSON object, but their schema is that of {}",
            scalar::name(ty)
        )),
    }
}

fn compile_patterns(
    schema: &Value,
    patterns: &mut BTreeMap<String, Regex>,
    problems: &mut Vec<String>,
) {
    let of_keys =
        schema.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
    let own = schema.get("pattern").and_then(Value::as_str);
    for pattern in own.into_iter().chain(of_keys.map(String::as_str)) {
        if patterns.contains_key(pattern) {
            continue;
        }
        match Regex::new(pattern) {
            Ok(regex) => {
                patterns.insert(pattern.to_owned(), regex);
            }
            Err(error) => problems.push(format!("`{pattern}` is not a pattern: {error}")),
        }
    }
    clean::each_child(schema, |child| compile_patterns(child, patterns, problems));
}

/// The part of `root` that the reference in `node` names, such as `#/$defs/Node`.
fn reference<'a>(node: &Map<String, Value>, root: &'a Value) -> Option<&'a Value> {
    root.pointer(node.get("$ref")?.as_str()?.strip_prefix('#')?)
}
