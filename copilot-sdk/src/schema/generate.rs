//! Generates schemas from types.

use std::borrow::Cow;
use std::cell::Cell;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value};

/// What a type says of its schema. The generator, which takes a type, is called for all types in
/// one place, and so is compiled in this crate and not again in each program.
#[derive(Clone, Copy)]
pub(crate) struct TypeSchema {
    is_inline: fn() -> bool,
    name: fn() -> Cow<'static, str>,
    id: fn() -> Cow<'static, str>,
    write: fn(&mut SchemaGenerator) -> Schema,
}

impl TypeSchema {
    pub(crate) const fn of<T: JsonSchema + ?Sized>() -> Self {
        Self {
            is_inline: T::inline_schema,
            name: T::schema_name,
            id: T::schema_id,
            write: T::json_schema,
        }
    }

    /// The schema, or a reference to it.
    pub(super) fn generate(self, generator: &mut SchemaGenerator) -> Value {
        let outer = IN_HAND.replace(Some(self));
        let schema = generator.subschema_for::<TypeInHand>().to_value();
        IN_HAND.set(outer);
        schema
    }
}

thread_local! {
    /// The type whose schema is asked for on this thread.
    static IN_HAND: Cell<Option<TypeSchema>> = const { Cell::new(None) };
}

/// The type in [`IN_HAND`]: the methods of `JsonSchema` have no receiver.
struct TypeInHand;

impl TypeInHand {
    fn ty() -> TypeSchema {
        IN_HAND.get().unwrap_or(TypeSchema::of::<Value>())
    }
}

impl JsonSchema for TypeInHand {
    fn inline_schema() -> bool {
        (Self::ty().is_inline)()
    }

    fn schema_name() -> Cow<'static, str> {
        (Self::ty().name)()
    }

    fn schema_id() -> Cow<'static, str> {
        (Self::ty().id)()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        (Self::ty().write)(generator)
    }
}

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

/// Whether a type is `()` or another unit type, which serde deserializes from null.
pub(crate) fn is_unit(ty: TypeSchema) -> bool {
    is_null(&ty.generate(&mut generator()))
}

pub(super) fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|ty| ty == "null")
}
