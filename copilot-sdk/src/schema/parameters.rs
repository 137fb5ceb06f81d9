//! A schema that values are checked against: of tool arguments, a typed answer, or a form.

use std::borrow::Cow;
use std::fmt;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::defaults;
use super::depth;
use super::field::Field;
use super::found::Found;
use super::generate::{TypeSchema, at_root, generator, is_null};
use super::normal::Places;
use super::path::Path;
use super::pattern::{self, Patterns};
use super::problem::{Problem, ProblemKind};
use super::rewrite::rewrite;
use super::verify::Verifier;
use super::{clean, dialect, integer, limits, names, order, scalar};

/// An object schema, in the forms used for checking and for sending.
pub(crate) struct Parameters {
    /// The full schema.
    checked: Value,
    /// The part of it accepted by every model provider.
    sent: Value,
    /// `sent`, serialized.
    json: Box<RawValue>,
    fields: Vec<Field>,
    patterns: Patterns,
    problems: Vec<String>,
    /// Reasons why values cannot be checked. Irrelevant if nothing checks them.
    unchecked: Vec<String>,
    /// Whether the schema has limits that deserialization does not enforce.
    limited: bool,
}

impl Parameters {
    /// The schema of a type.
    pub(crate) fn of(ty: TypeSchema) -> Self {
        let mut generator = generator();
        let mut schema = ty.generate(&mut generator);
        if is_null(&schema) {
            schema = json!({});
        }
        let defs = generator.take_definitions(false);
        let schema = at_root(schema, defs);
        let limited = limits::beyond_types(&schema);
        Self { limited, ..Self::generated(schema, Vec::new(), Vec::new()) }
    }

    /// A hand-written schema.
    pub(crate) fn given(schema: Value) -> Self {
        Self::new(schema.clone(), schema, Vec::new(), Vec::new())
    }

    /// A schema generated from types.
    pub(super) fn generated(mut schema: Value, fields: Vec<Field>, problems: Vec<String>) -> Self {
        clean::clean(&mut schema);
        if let Value::Object(root) = &mut schema {
            root.entry("type").or_insert_with(|| json!("object"));
        }
        let mut sent = schema.clone();
        integer::describe_all(&mut sent);
        Self::new(schema, dialect::fit(sent), fields, problems)
    }

    fn new(checked: Value, sent: Value, fields: Vec<Field>, mut problems: Vec<String>) -> Self {
        problems.extend(root_problem(&checked));
        names::check(&sent, &mut problems);
        problems.extend(depth::problem(&sent));
        let (mut patterns, mut unchecked) = (Patterns::new(), Vec::new());
        pattern::compile(&checked, &mut patterns, &mut unchecked);
        defaults::check(&checked, &patterns, &mut problems);
        let json = order::write(&sent).unwrap_or_default();
        let limited = limits::written(&checked);
        Self { checked, sent, json, fields, patterns, problems, unchecked, limited }
    }

    /// The schema sent to the model.
    pub(crate) fn schema(&self) -> &Value {
        &self.sent
    }

    /// The schema that values are checked against.
    pub(super) fn checked(&self) -> &Value {
        &self.checked
    }

    /// The schema of the property `name`, or null if there is none.
    pub(super) fn property(&self, name: &str) -> &Value {
        let property = self.checked.get("properties").and_then(|all| all.get(name));
        property.unwrap_or(&Value::Null)
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

    /// Reasons why values cannot be checked.
    pub(crate) fn unchecked(&self) -> &[String] {
        &self.unchecked
    }

    pub(super) fn limited(&self) -> bool {
        self.limited
    }

    pub(crate) fn field(&self, index: usize) -> Option<&Field> {
        self.fields.get(index)
    }

    /// Checks `text` at `path` against `schema`, a part of this schema. Returns its problems and
    /// the normalized text for deserialization.
    pub(super) fn validate<'t>(
        &self,
        text: &'t str,
        schema: &Value,
        path: &str,
    ) -> Result<(Cow<'t, str>, Found), Problem> {
        let value: Value =
            serde_json::from_str(text).map_err(|error| Problem::not_json(path, &error))?;
        let verifier = Verifier::new(&self.checked, &self.patterns);
        let mut found = verifier.verify(&value, schema, path);
        let places = Places::find(&value, schema, &verifier);
        let text = rewrite(text, &value, Path::Start(path), &places, &mut found)
            .map_err(|_| Problem::new(path, "an object has a member twice", ProblemKind::Shape))?;
        Ok((text, found))
    }
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sent.fmt(f)
    }
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
