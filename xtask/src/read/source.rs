//! The schema files of a CLI.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use crate::model::Stability;

/// Keywords that carry prose or hints, and no fact about values.
const PROSE: [&str; 6] =
    ["description", "title", "stability", "visibility", "deprecated", "x-enumDescriptions"];

/// The two schema files, with their definitions in one table.
pub(crate) struct Schemas {
    /// The file of the methods.
    pub(crate) api: Value,
    /// The definitions of both files, by name.
    pub(crate) definitions: BTreeMap<String, Value>,
}

impl Schemas {
    /// Reads both files.
    ///
    /// # Errors
    ///
    /// If one cannot be read, or if they define one name differently.
    pub(crate) fn load(folder: &Path) -> Result<Self, String> {
        let api = file(&folder.join("api.schema.json"))?;
        let events = file(&folder.join("session-events.schema.json"))?;
        let mut definitions = BTreeMap::new();
        for source in [&api, &events] {
            let named = source["definitions"].as_object().into_iter().flatten();
            for (name, schema) in named {
                let known = definitions.entry(name.clone()).or_insert_with(|| schema.clone());
                if bare(known) != bare(schema) {
                    return Err(format!("the two schema files define `{name}` differently"));
                }
            }
        }
        Ok(Self { api, definitions })
    }

    /// The schema that `schema` refers to, and the name that it has there.
    pub(crate) fn resolve<'a>(
        &'a self,
        schema: &'a Value,
    ) -> Result<(Option<&'a str>, &'a Value), String> {
        let (mut name, mut schema) = (None, schema);
        while let Some(reference) = schema["$ref"].as_str() {
            let last = reference.rsplit('/').next().unwrap_or_default();
            let found = self.definitions.get(last);
            schema = found.ok_or_else(|| format!("nothing defines `{reference}`"))?;
            name = Some(last);
        }
        Ok((name, schema))
    }
}

/// What a schema promises of what it describes.
pub(crate) fn stability(schema: &Value) -> Stability {
    Stability {
        experimental: schema["stability"] == "experimental",
        deprecated: schema["deprecated"] == true,
        internal: schema["visibility"] == "internal",
    }
}

/// A schema without prose.
pub(crate) fn bare(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => Value::Object(bare_fields(fields)),
        Value::Array(items) => items.iter().map(bare).collect(),
        other => other.clone(),
    }
}

fn bare_fields(fields: &Map<String, Value>) -> Map<String, Value> {
    let kept = fields.iter().filter(|(name, value)| {
        // A property may have the name of a keyword: then its value is a schema.
        !PROSE.contains(&name.as_str()) || (value.is_object() && *name != "x-enumDescriptions")
    });
    kept.map(|(name, value)| (name.clone(), bare(value))).collect()
}

fn file(path: &Path) -> Result<Value, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
