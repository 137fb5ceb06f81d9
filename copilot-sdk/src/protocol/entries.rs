//! Objects whose keys are data.

use std::ops::Deref;

use serde_json::{Map, Value};

use super::wire::Wire;

/// A map from names to values, such as MCP servers by their name; dereferences to a slice of pairs.
///
/// ```
/// use copilot_sdk::protocol::Entries;
///
/// let ports: Entries<u64> = [("http", 80), ("https", 443)].into_iter().collect();
/// assert_eq!(ports.value("https"), Some(&443));
/// assert_eq!(ports.len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Entries<T>(Vec<(String, T)>);

impl<T> Entries<T> {
    /// The value of a name.
    pub fn value(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for Entries<T> {
    type Target = [(String, T)];

    fn deref(&self) -> &[(String, T)] {
        &self.0
    }
}

impl<N: Into<String>, T> FromIterator<(N, T)> for Entries<T> {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(entries: I) -> Self {
        Self(entries.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl<T> IntoIterator for Entries<T> {
    type Item = (String, T);
    type IntoIter = std::vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Entries<T> {
    type Item = &'a (String, T);
    type IntoIter = std::slice::Iter<'a, (String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: Wire> Wire for Entries<T> {
    fn fits(value: &Value) -> bool {
        value.as_object().is_some_and(|entries| all(entries, T::fits))
    }

    fn read(value: Value) -> Self {
        let mut list = Vec::new();
        for (name, value) in <Map<String, Value> as Wire>::read(value) {
            list.push((name, T::read(value)));
        }
        Self(list)
    }

    fn write(&self) -> Value {
        let mut entries = Map::new();
        for (name, value) in &self.0 {
            entries.insert(name.clone(), value.write());
        }
        Value::Object(entries)
    }
}

fn all(entries: &Map<String, Value>, fits: fn(&Value) -> bool) -> bool {
    entries.values().all(fits)
}
