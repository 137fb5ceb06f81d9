//! One schema as a shape; named types on the way are added to the table.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::facts::facts;
use super::source::{Schemas, bare, stability};
use super::unions;
use crate::model::{Field, Kind, Record, Shape, Type};
use crate::names::pascal;

/// Types that are read as any JSON, because no field tells their members apart.
const OPAQUE: [&str; 1] = ["UIElicitationSchemaProperty"];

/// Reads schemas, and gathers the named types that they use.
pub(crate) struct Reader<'a> {
    pub(crate) schemas: &'a Schemas,
    pub(crate) types: BTreeMap<String, Type>,
    /// The schema of each type, to see that a name stands for one type.
    sources: BTreeMap<String, Value>,
}

/// A shape, and whether `null` may stand in its place.
pub(crate) struct Seen {
    pub(crate) shape: Shape,
    pub(crate) nullable: bool,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(schemas: &'a Schemas) -> Self {
        Self { schemas, types: BTreeMap::new(), sources: BTreeMap::new() }
    }

    /// Reads a schema. `name` is that of the type, if it is one without a name of its own.
    pub(crate) fn shape(&mut self, schema: &Value, name: &str) -> Result<Seen, String> {
        let schemas = self.schemas;
        let (found, schema) = schemas.resolve(schema)?;
        let name = found.unwrap_or(name);
        if name == "SessionEvent" {
            return Ok(Seen { shape: Shape::Event, nullable: false });
        }
        if OPAQUE.contains(&name) {
            return Ok(Seen { shape: Shape::Json, nullable: false });
        }
        if let Some(members) = members(schema) {
            let some: Vec<_> = members.iter().filter(|member| !is_nothing(member)).collect();
            let nullable = some.len() < members.len();
            if let [only] = some[..] {
                let seen = self.shape(only, name)?;
                return Ok(Seen { nullable: nullable || seen.nullable, ..seen });
            }
            let kind = |reader: &mut Self| unions::union(reader, &some, name).map(Kind::Union);
            let shape = self.named(name, schema, kind)?;
            return Ok(Seen { shape, nullable });
        }
        if let Some(words) = schema["enum"].as_array() {
            let words = words.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            let shape = self.named(name, schema, |_| Ok(Kind::Words(words)))?;
            return Ok(Seen { shape, nullable: false });
        }
        self.typed(schema, name)
    }

    /// Reads an object as a record, also one without fields.
    pub(crate) fn record(&mut self, schema: &Value, name: &str) -> Result<Shape, String> {
        let (found, schema) = self.schemas.resolve(schema)?;
        let name = found.unwrap_or(name);
        self.named(name, schema, |reader| reader.fields(schema, name).map(Kind::Record))
    }

    fn typed(&mut self, schema: &Value, name: &str) -> Result<Seen, String> {
        let names: Vec<&str> = match &schema["type"] {
            Value::String(name) => vec![name.as_str()],
            Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let nullable = names.contains(&"null");
        let mut names = names.into_iter().filter(|name| *name != "null");
        let shape = match (names.next(), names.next()) {
            (Some("string"), None) => Shape::Text,
            (Some("boolean"), None) => Shape::Flag,
            (Some("number"), None) => Shape::Float,
            (Some("integer"), None) => integer(schema),
            (Some("array"), None) => {
                Shape::List(Box::new(self.shape(&schema["items"], name)?.shape))
            }
            (Some("object"), None) if has_fields(schema) => self.record(schema, name)?,
            (Some("object"), None) => match self.open_object(schema, name)? {
                Some(value) => Shape::Entries(Box::new(value)),
                None => Shape::Object,
            },
            _ => Shape::Json,
        };
        Ok(Seen { shape, nullable })
    }

    /// The values of an object whose keys are data.
    fn open_object(&mut self, schema: &Value, name: &str) -> Result<Option<Shape>, String> {
        let values = &schema["additionalProperties"];
        if !values.is_object() {
            return Ok(None);
        }
        let value = self.shape(values, &format!("{name}Value"))?.shape;
        Ok((value != Shape::Json).then_some(value))
    }

    fn fields(&mut self, schema: &Value, name: &str) -> Result<Record, String> {
        let mut record = Record::default();
        let required: Vec<_> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = required.contains(&field.as_str());
            let (_, resolved) = self.schemas.resolve(schema)?;
            let constant = constant(schema).or_else(|| constant(resolved));
            if let Some(value) = constant.filter(|_| is_required) {
                record.constants.push((field.clone(), value.to_string()));
                continue;
            }
            let seen = self.shape(schema, &format!("{name}{}", pascal(field)))?;
            record.fields.push(Field {
                name: field.clone(),
                shape: seen.shape,
                required: is_required,
                nullable: seen.nullable,
                facts: facts(field, schema, resolved),
            });
        }
        Ok(record)
    }

    /// Adds a type, unless it is known.
    fn named(
        &mut self,
        name: &str,
        schema: &Value,
        kind: impl FnOnce(&mut Self) -> Result<Kind, String>,
    ) -> Result<Shape, String> {
        let source = bare(schema);
        match self.sources.get(name) {
            Some(known) if *known == source => {}
            Some(_) => return Err(format!("two types would have the name `{name}`")),
            None => {
                self.sources.insert(name.to_owned(), source);
                let kind = kind(self)?;
                let (users, places) = Default::default();
                let made = Type { kind, stability: stability(schema), users, places };
                self.types.insert(name.to_owned(), made);
            }
        }
        Ok(Shape::Named(name.to_owned()))
    }
}

/// The value of a schema that allows one only: a word or a boolean.
pub(crate) fn constant(schema: &Value) -> Option<&Value> {
    schema.get("const").filter(|value| value.is_string() || value.is_boolean())
}

/// The members of a union, unless they only say which fields may stand together.
pub(crate) fn members(schema: &Value) -> Option<&Vec<Value>> {
    let members = ["anyOf", "oneOf"].iter().find_map(|key| schema[key].as_array())?;
    schema.get("properties").is_none().then_some(members)
}

fn is_nothing(schema: &Value) -> bool {
    schema["type"] == "null"
        || schema.get("not").is_some_and(|not| not.as_object().is_some_and(Map::is_empty))
}

fn has_fields(schema: &Value) -> bool {
    schema["properties"].as_object().is_some_and(|fields| !fields.is_empty())
}

fn integer(schema: &Value) -> Shape {
    let bounds = ["minimum", "exclusiveMinimum"];
    let is_count = bounds.iter().any(|key| schema[key].as_f64().is_some_and(|least| least >= 0.0));
    if is_count || schema["format"] == "duration" { Shape::Unsigned } else { Shape::Signed }
}
