//! The schema of a tool's arguments.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use serde_json::value::RawValue;

/// The arguments of a tool: their schema, as a value and as the bytes that are sent.
pub(crate) struct Parameters {
    schema: Value,
    json: Box<RawValue>,
    problems: Vec<String>,
}

impl Parameters {
    /// The schema of a type, as the model reads it.
    pub(crate) fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        Self::given(settings.into_generator().into_root_schema_for::<T>().into())
    }

    /// A schema that the user wrote.
    pub(crate) fn given(schema: Value) -> Self {
        let mut problems = Vec::new();
        if !schema.is_object() {
            problems.push("the schema of the arguments must be a JSON object".to_owned());
        }
        let json = serde_json::value::to_raw_value(&schema).unwrap_or_default();
        Self { schema, json, problems }
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
}
