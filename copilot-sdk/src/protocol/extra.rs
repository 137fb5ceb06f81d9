//! Fields that a type does not declare.

use std::fmt;

use serde_json::{Map, Value};

use super::debug::Masked;

/// The fields of an object that its type does not declare, and values that do not fit their field.
///
/// Fields that a newer CLI adds to a result are found here. What is put here is sent: a field of a
/// newer CLI, or an explicit `null` for a field that is left out when it is `None`.
///
/// ```
/// use copilot_sdk::protocol::Extra;
/// use serde_json::json;
///
/// let mut extra = Extra::default();
/// extra.insert("leaseId", json!(null));
/// assert_eq!(extra.get("leaseId"), Some(&json!(null)));
/// assert_eq!(extra.iter().count(), 1);
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Extra(Option<Box<Map<String, Value>>>);

impl Extra {
    /// The value of a field by its wire name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.as_ref()?.get(name)
    }

    /// Sets a field by its wire name.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.get_or_insert_default().insert(name.into(), value.into());
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|fields| fields.is_empty())
    }

    /// The fields with their wire names, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().flat_map(|fields| fields.iter().map(|(name, value)| (name.as_str(), value)))
    }
}

impl From<Map<String, Value>> for Extra {
    fn from(fields: Map<String, Value>) -> Self {
        Self((!fields.is_empty()).then(|| Box::new(fields)))
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|(name, value)| (name, Masked::of(name, value))))
            .finish()
    }
}
