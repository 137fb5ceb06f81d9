//! Builds the schema of a function from its arguments.

use std::sync::{Mutex, PoisonError};

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::argument::ToolArgument;
use super::field::{Field, FieldPlace};
use super::generate::{TypeSchema, at_root, generator};
use super::optional::when_missing;
use super::parameters::Parameters;
use super::property::Property;
use super::{clean, limits, scalar};
use crate::sealed::Sealed;
use crate::sorted_map::SortedMap;

/// The arguments of a function, in order; filled in by the macros.
#[derive(Debug)]
pub struct Signature(Sealed<Described>);

/// The arguments described so far.
#[derive(Debug)]
struct Described {
    /// Never locked: a generator is `Send`, but not `Sync`, as a sealed value must be.
    generator: Mutex<SchemaGenerator>,
    properties: Map<String, Value>,
    required: Vec<Value>,
    /// The argument each property belongs to.
    owners: SortedMap<String, &'static str>,
    /// Schemas of all other properties, by keyword.
    others: Map<String, Value>,
    description: Option<String>,
    fields: Vec<Field>,
    problems: Vec<String>,
}

impl Signature {
    /// A function without arguments.
    pub fn new() -> Self {
        Self(Sealed::new(Described {
            generator: Mutex::new(generator()),
            properties: Map::new(),
            required: Vec::new(),
            owners: SortedMap::new(),
            others: Map::new(),
            description: None,
            fields: Vec::new(),
            problems: Vec::new(),
        }))
    }

    /// Adds an argument that is a property; optional if its type is.
    pub fn property<T: ToolArgument>(
        &mut self,
        name: &'static str,
        description: &str,
    ) -> Property<'_> {
        let optional = when_missing::<T>().is_some();
        self.0.add_property(TypeSchema::of::<T>(), name, description, optional)
    }

    /// Adds an argument with a default; `shown` is its value, if it can be part of the schema.
    pub fn defaulted<T: ToolArgument>(
        &mut self,
        name: &'static str,
        description: &str,
        shown: Option<Value>,
    ) -> Property<'_> {
        self.0.add_property(TypeSchema::of::<T>(), name, description, true).default(shown)
    }

    /// Adds an argument whose fields become arguments.
    pub fn object<T: ToolArgument>(&mut self, name: &'static str, description: &str) {
        self.0.add_object(TypeSchema::of::<T>(), name, description);
    }

    pub(crate) fn finish(self) -> Parameters {
        self.0.into_inner().finish()
    }
}

impl Described {
    fn generator(&mut self) -> &mut SchemaGenerator {
        self.generator.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    fn add_object(&mut self, ty: TypeSchema, name: &'static str, description: &str) {
        let mut schema = ty.generate(self.generator());
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            let target = target.trim_start_matches("#/$defs/").to_owned();
            schema = self.generator().definitions().get(&target).cloned().unwrap_or(schema);
        }
        let limited = limits::beyond_types(&schema);
        clean::clean(&mut schema);
        if let Some(problem) = not_an_object(name, &schema) {
            self.problems.push(problem);
        }
        for (key, value) in
            schema.get("properties").and_then(Value::as_object).into_iter().flatten()
        {
            self.insert(key, value.clone(), name);
        }
        self.required.extend(
            schema.get("required").and_then(Value::as_array).into_iter().flatten().cloned(),
        );
        for key in ["additionalProperties", "patternProperties"] {
            self.others.extend(schema.get(key).map(|others| (key.to_owned(), others.clone())));
        }
        let own = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let text = if description.is_empty() { own } else { description };
        if self.fields.is_empty() && !text.is_empty() {
            self.description = Some(text.to_owned());
        }
        self.fields.push(Field {
            name,
            place: FieldPlace::Object { schema, others: Vec::new() },
            limited,
        });
    }

    fn finish(mut self) -> Parameters {
        self.exclude_others();
        let defs = self.generator().take_definitions(false);
        self.find_limits(&defs);
        let mut root =
            json!({ "type": "object", "properties": self.properties, "required": self.required });
        if let Value::Object(root) = &mut root {
            root.extend(self.others);
            // The description of a parameter object applies to the tool only if it is the sole
            // argument.
            let alone = self.fields.len() == 1;
            root.extend(
                self.description
                    .filter(|_| alone)
                    .map(|text| ("description".to_owned(), text.into())),
            );
        }
        Parameters::generated(at_root(root, defs), self.fields, self.problems)
    }

    fn add_property(
        &mut self,
        ty: TypeSchema,
        name: &'static str,
        description: &str,
        optional: bool,
    ) -> Property<'_> {
        let mut schema = ty.generate(self.generator());
        if !schema.is_object() {
            schema = json!({});
        }
        if let (Value::Object(node), false) = (&mut schema, description.is_empty()) {
            node.insert("description".to_owned(), description.into());
        }
        if optional {
            clean::remove_null(&mut schema);
        } else {
            self.required.push(name.into());
        }
        self.insert(name, schema, name);
        self.fields.push(Field { name, place: FieldPlace::Property { optional }, limited: false });
        let schema = self.properties.entry(name).or_insert(Value::Null);
        Property::new(name, schema, &mut self.problems)
    }

    fn insert(&mut self, key: &str, schema: Value, owner: &'static str) {
        self.properties.insert(key.to_owned(), schema);
        if let Some(other) = self.owners.insert(key.to_owned(), owner) {
            let who = |owner| {
                if owner == key { "itself".to_owned() } else { format!("a field of `{owner}`") }
            };
            self.problems.push(format!(
                "two arguments are named `{key}`: {} and {}",
                who(other),
                who(owner)
            ));
        }
    }

    /// Called last, because limits are added to a property after its type.
    fn find_limits(&mut self, defs: &Map<String, Value>) {
        let below = defs.values().any(limits::beyond_types);
        for field in &mut self.fields {
            let property = matches!(field.place, FieldPlace::Property { .. })
                .then(|| self.properties.get(field.name));
            field.limited |= below || property.flatten().is_some_and(limits::beyond_types);
        }
    }

    /// Hides the other arguments from a flattened type, which may refuse or collect unknown fields.
    fn exclude_others(&mut self) {
        let all: Vec<String> = self.properties.keys().cloned().collect();
        for field in &mut self.fields {
            if let FieldPlace::Object { schema, others } = &mut field.place {
                let own = schema.get("properties").and_then(Value::as_object);
                others.extend(
                    all.iter()
                        .filter(|name| own.is_none_or(|own| !own.contains_key(*name)))
                        .cloned(),
                );
            }
        }
    }
}

impl Default for Signature {
    fn default() -> Self {
        Self::new()
    }
}

fn not_an_object(name: &str, schema: &Value) -> Option<String> {
    let choice = ["oneOf", "anyOf", "allOf"].iter().any(|key| schema.get(key).is_some());
    let is = match schema.get("type") {
        Some(ty) if ty == "object" && !choice => return None,
        Some(ty) if !choice => scalar::name(ty),
        _ => "a choice of several".to_owned(),
    };
    Some(format!(
        "argument `{name}` stands for all its fields and must be a struct, but its schema is that \
         of {is}"
    ))
}
