use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::schema::written;

/// The fields of a form for the user (wire name `requestedSchema`).
///
/// A form is flat. Its fields are text, numbers, yes or no, a choice, or several choices.
///
/// Required fields come first, in the order of declaration; optional ones follow, sorted by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Form(Value);

impl Serialize for Form {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        written(&self.0).serialize(serializer)
    }
}

impl Form {
    /// Creates a form from a struct. Doc comments describe the fields; `Option` fields may be left
    /// empty.
    ///
    /// ```
    /// use copilot_sdk::interaction::Form;
    /// use schemars::JsonSchema;
    ///
    /// #[derive(JsonSchema)]
    /// struct Deployment {
    ///     /// Where to deploy to.
    ///     target: Target,
    ///     dry_run: bool,
    /// }
    ///
    /// #[derive(JsonSchema)]
    /// #[serde(rename_all = "lowercase")]
    /// enum Target {
    ///     Staging,
    ///     Production,
    /// }
    ///
    /// let form = Form::of::<Deployment>()?;
    /// # Ok::<(), copilot_sdk::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) lists every field a form cannot represent.
    pub fn of<T: JsonSchema>() -> Result<Self> {
        let settings = SchemaSettings::draft07().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        let schema = settings.into_generator().into_root_schema_for::<T>().to_value();
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            return Err(Error::config(vec![format!(
                "`{}` is not a form: it is not a struct with named fields",
                T::schema_name()
            )]));
        };
        let (mut fields, mut problems) = (Map::new(), Vec::new());
        for (name, schema) in properties {
            match field(schema) {
                Some(field) => drop(fields.insert(name.clone(), field)),
                None => problems.push(format!(
                    "the field `{name}` of `{}` does not fit into a form: \
                     use text, a number, a bool, an enum without data, or a `Vec` of such an enum",
                    T::schema_name()
                )),
            }
        }
        Error::check(problems)?;
        let required = schema.get("required").cloned().unwrap_or_else(|| json!([]));
        Ok(Self(json!({"type": "object", "properties": fields, "required": required})))
    }

    /// Creates a form with a yes-or-no field, `confirmed`.
    pub fn confirm() -> Self {
        Self::single("confirmed", &json!({"type": "boolean", "default": true}))
    }

    /// Creates a form with a choice, `selection`.
    pub fn select<S: Into<String>>(options: impl IntoIterator<Item = S>) -> Self {
        let options: Vec<String> = options.into_iter().map(Into::into).collect();
        Self::single("selection", &json!({"type": "string", "enum": options}))
    }

    /// Creates a form with a line of text, `value`.
    pub fn input() -> Self {
        Self::single("value", &json!({"type": "string"}))
    }

    fn single(name: &str, field: &Value) -> Self {
        Self(json!({"type": "object", "properties": {name: field}, "required": [name]}))
    }
}

/// Converts a property to a form field, or returns `None` if a form cannot represent it.
fn field(schema: &Value) -> Option<Value> {
    let schema = unwrapped(schema)?;
    let mut field = kept(&schema, &["title", "description", "default"]);
    if let Some(choices) = choices(&schema) {
        field.insert("type".to_owned(), json!("string"));
        field.extend(choices);
        return Some(Value::Object(field));
    }
    let kind = type_of(&schema)?;
    match kind {
        "string" => {
            field.extend(kept(&schema, &["minLength", "maxLength"]));
            let known = |format: &&Value| {
                matches!(format.as_str(), Some("email" | "uri" | "date" | "date-time"))
            };
            if let Some(format) = schema.get("format").filter(known) {
                field.insert("format".to_owned(), format.clone());
            }
        }
        "integer" | "number" => field.extend(kept(&schema, &["minimum", "maximum"])),
        "boolean" => {}
        "array" => {
            let items = unwrapped(schema.get("items")?)?;
            let mut choices = choices(&items)?;
            // A single choice with titles is `oneOf`, a multiple choice `anyOf`.
            let items = match choices.remove("oneOf") {
                Some(titled) => json!({"anyOf": titled}),
                None => json!({"type": "string", "enum": choices.remove("enum")?}),
            };
            field.extend(kept(&schema, &["minItems", "maxItems"]));
            field.insert("items".to_owned(), items);
        }
        _ => return None,
    }
    field.insert("type".to_owned(), json!(kind));
    Some(Value::Object(field))
}

/// The schema inside an `Option` or a described reference, with the outer description.
fn unwrapped(schema: &Value) -> Option<Map<String, Value>> {
    let outer = schema.as_object()?;
    let is_null = |schema: &Value| schema.get("type").and_then(Value::as_str) == Some("null");
    let inner = ["anyOf", "allOf"]
        .iter()
        .find_map(|key| outer.get(*key))
        .and_then(Value::as_array)
        .and_then(|all| {
            let mut rest = all.iter().filter(|schema| !is_null(schema));
            rest.next().filter(|_| rest.next().is_none())
        });
    let Some(inner) = inner else { return Some(outer.clone()) };
    let mut merged = unwrapped(inner)?;
    merged.extend(kept(outer, &["title", "description", "default"]));
    Some(merged)
}

/// The choices of an enum without data: `enum`, or `oneOf` with titles when variants are
/// documented.
fn choices(schema: &Map<String, Value>) -> Option<Map<String, Value>> {
    let words = |values: &[Value]| {
        let words: Vec<_> = values.iter().filter(|value| !value.is_null()).cloned().collect();
        (!words.is_empty() && words.iter().all(Value::is_string)).then_some(words)
    };
    let mut choices = Map::new();
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        choices.insert("enum".to_owned(), json!(words(values)?));
        return Some(choices);
    }
    let mut titled = Vec::new();
    for variant in schema.get("oneOf")?.as_array()? {
        let title =
            variant.get("title").or_else(|| variant.get("description")).and_then(Value::as_str);
        let values = match (variant.get("const"), variant.get("enum").and_then(Value::as_array)) {
            (Some(value), _) => words(std::slice::from_ref(value))?,
            (None, Some(values)) => words(values)?,
            (None, None) => return None,
        };
        for value in values {
            let title = title.or_else(|| value.as_str()).unwrap_or_default();
            titled.push(json!({"const": value, "title": title}));
        }
    }
    choices.insert("oneOf".to_owned(), Value::Array(titled));
    Some(choices)
}

fn type_of(schema: &Map<String, Value>) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        // `Option<String>` is `["string", "null"]`.
        Value::Array(kinds) => {
            match kinds
                .iter()
                .filter_map(Value::as_str)
                .filter(|kind| *kind != "null")
                .collect::<Vec<_>>()[..]
            {
                [kind] => Some(kind),
                _ => None,
            }
        }
        _ => None,
    }
}

fn kept(schema: &Map<String, Value>, keys: &[&str]) -> Map<String, Value> {
    let present = |key: &&str| {
        Some(((*key).to_owned(), schema.get(*key).filter(|value| !value.is_null())?.clone()))
    };
    keys.iter().filter_map(present).collect()
}

#[cfg(test)]
mod tests;
