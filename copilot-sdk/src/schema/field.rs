//! The arguments of a function as parts of a schema.

use serde_json::Value;

/// One argument of a function.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) place: FieldPlace,
    /// Whether its schema has limits that deserialization does not enforce.
    pub(crate) limited: bool,
}

/// Where the value of an argument is found.
#[derive(Debug)]
pub(crate) enum FieldPlace {
    /// A property of the object; may be null if optional.
    Property { optional: bool },
    /// The object itself, without the properties of other arguments.
    Object { schema: Value, others: Vec<String> },
}
