//! The arguments of a function as parts of one schema.

use serde_json::Value;

/// One argument of a function.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) place: FieldPlace,
    /// Whether its schema says more than deserialization enforces.
    pub(crate) limited: bool,
}

/// Where the value of an argument stands.
#[derive(Debug)]
pub(crate) enum FieldPlace {
    /// A property of the object; optional ones may be null.
    Property { optional: bool },
    /// The object itself, except for the properties of others.
    Object { schema: Value, others: Vec<String> },
}
