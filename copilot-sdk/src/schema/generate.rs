//! Generates schemas from types.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

/// A generator that inlines every schema, except those of recursive types.
pub(super) fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        })
        .into_generator()
}

/// Turns a schema into a root schema. A recursive type is a reference, which is followed once.
pub(super) fn at_root(mut schema: Value, defs: Map<String, Value>) -> Value {
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

/// The part of `root` referenced by `node`, such as `#/$defs/Node`.
pub(super) fn reference<'a>(node: &Map<String, Value>, root: &'a Value) -> Option<&'a Value> {
    root.pointer(node.get("$ref")?.as_str()?.strip_prefix('#')?)
}

/// Whether `T` is `()` or another unit type, which serde deserializes from null.
pub(crate) fn is_unit<T: JsonSchema>() -> bool {
    is_null(&generator().subschema_for::<T>().to_value())
}

pub(super) fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|ty| ty == "null")
}
