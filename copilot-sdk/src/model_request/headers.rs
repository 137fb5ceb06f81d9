//! HTTP headers, whose values may be secrets.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::payload::{Lenient, Slot};
use crate::sorted_map::SortedMap;

/// HTTP headers, by lower-case name. A name can have several values.
///
/// They hold keys and tokens in clear text, so `Debug` shows the names only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HttpHeaders(SortedMap<String, Vec<String>>);

impl HttpHeaders {
    /// Creates an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The first value of a header.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(&name.to_ascii_lowercase())?.first().map(String::as_str)
    }

    /// Sets a header, replacing its values.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.insert(name.to_ascii_lowercase(), vec![value.into()]);
    }

    /// Adds a value to a header.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        let name = name.to_ascii_lowercase();
        match self.0.get_mut(&name) {
            Some(values) => values.push(value.into()),
            None => self.set(&name, value),
        }
    }

    /// Removes a header. Returns whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.0.remove(&name.to_ascii_lowercase()).is_some()
    }

    /// Every name with each of its values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().flat_map(|(name, values)| values.iter().map(move |value| (&**name, &**value)))
    }
}

impl Lenient for HttpHeaders {
    fn empty() -> Self {
        Self::new()
    }

    fn slot(&mut self) -> Slot<'_> {
        self.0.slot()
    }
}

impl fmt::Debug for HttpHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
