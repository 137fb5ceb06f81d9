//! Which type of Rust a field of the schema has.

use std::collections::BTreeMap;

use super::table::{Row, Table};
use crate::model::{Field, Kind, Protocol, Shape};

/// JSON that is kept verbatim.
pub(crate) const RAW: &str = "Box<RawValue>";

/// Types of the schema that stand outside of the events.
const ELSEWHERE: [(&str, &str); 4] = [
    ("ContextTier", "ContextTier"),
    ("ReasoningSummary", "ReasoningSummary"),
    ("UserMessageAgentMode", "AgentMode"),
    ("Verbosity", "Verbosity"),
];

/// Texts that have a type of their own, by the name of their field.
const TEXTS: [(&str, &str); 6] = [
    ("messageId", "MessageId"),
    ("originatingMessageId", "MessageId"),
    ("parentToolCallId", "ToolCallId"),
    ("previousReasoningEffort", "ReasoningEffort"),
    ("reasoningEffort", "ReasoningEffort"),
    ("toolCallId", "ToolCallId"),
];

/// The rules for all payloads.
pub(crate) struct Rules<'a> {
    protocol: &'a Protocol,
    /// The names in Rust of types of the schema.
    names: BTreeMap<&'a str, &'a str>,
    /// The module of each type that has a row.
    modules: BTreeMap<&'a str, &'a str>,
}

impl<'a> Rules<'a> {
    /// # Errors
    ///
    /// If two rows have one name, or stand for one type of the schema.
    pub(crate) fn new(protocol: &'a Protocol, tables: &'a [Table]) -> Result<Self, String> {
        let mut names: BTreeMap<_, _> = ELSEWHERE.into_iter().collect();
        let mut modules = BTreeMap::new();
        for table in tables {
            for row in &table.rows {
                let again = modules.insert(row.name.as_str(), table.file.as_str()).is_some();
                let schemas = row.schemas.iter();
                let schemas = schemas.map(|schema| names.insert(schema, &row.name).is_some());
                if schemas.fold(again, |one, other| one || other) {
                    return Err(format!("`{}`, or its schema, stands in two rows", row.name));
                }
            }
        }
        Ok(Self { protocol, names, modules })
    }

    /// The module of a type that has a row.
    pub(crate) fn module(&self, name: &str) -> Option<&'a str> {
        self.modules.get(name).copied()
    }

    /// The fields that the schema gives a payload.
    ///
    /// # Errors
    ///
    /// If the schema has no such object.
    pub(crate) fn fields(&self, row: &Row) -> Result<Vec<&'a Field>, String> {
        let mut fields = Vec::new();
        for schema in &row.schemas {
            match self.protocol.types.get(schema).map(|made| &made.kind) {
                Some(Kind::Record(record)) => fields.extend(&record.fields),
                _ => return Err(format!("the schema has no object `{schema}`")),
            }
        }
        Ok(fields)
    }

    /// The words that the schema gives an enum.
    ///
    /// # Errors
    ///
    /// If the schema has no such words.
    pub(crate) fn words(&self, row: &Row) -> Result<Vec<&'a str>, String> {
        let mut all: Vec<&str> = Vec::new();
        for schema in &row.schemas {
            let Some(Kind::Words(words)) = self.protocol.types.get(schema).map(|made| &made.kind)
            else {
                return Err(format!("the schema has no words `{schema}`"));
            };
            for word in words {
                if !all.contains(&word.as_str()) {
                    all.push(word);
                }
            }
        }
        Ok(all)
    }

    /// The type of a field, unless its row says otherwise.
    pub(crate) fn rust(&self, field: &Field) -> String {
        let own = TEXTS.iter().find(|(name, _)| *name == field.name).map(|(_, rust)| *rust);
        let rust = match (&field.shape, own) {
            (Shape::Text, Some(rust)) => rust.to_owned(),
            (Shape::Text, None) if field.name == "requestId" && field.required => {
                "RequestId".to_owned()
            }
            (shape, _) => self.shape(shape),
        };
        if field.required && !field.nullable && rust != RAW {
            rust
        } else {
            format!("Option<{rust}>")
        }
    }

    fn shape(&self, shape: &Shape) -> String {
        match shape {
            Shape::List(item) => format!("Vec<{}>", self.shape(item)),
            Shape::Entries(value) => format!("BTreeMap<String, {}>", self.shape(value)),
            Shape::Json | Shape::Object | Shape::Event => RAW.to_owned(),
            Shape::Named(name) | Shape::Boxed(name) => match self.names.get(name.as_str()) {
                Some(rust) => (*rust).to_owned(),
                None => match self.protocol.types.get(name).map(|made| &made.kind) {
                    Some(Kind::Words(_)) => "String".to_owned(),
                    _ => RAW.to_owned(),
                },
            },
            plain => plain.rust(),
        }
    }
}
