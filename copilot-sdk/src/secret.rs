//! Values that must not appear in logs.

use std::fmt;

use serde::Serialize;

use crate::sorted_map::SortedMap;

/// A key or token: serialized to the wire, but never shown.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// Named values such as headers, environment variables and options. Names are shown; values may be
/// secrets and are not.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct SecretMap<V = String>(SortedMap<String, V>);

impl<V> SecretMap<V> {
    pub(crate) fn insert(&mut self, name: impl Into<String>, value: impl Into<V>) {
        self.0.insert(name.into(), value.into());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl SecretMap {
    /// Problems with these as HTTP headers.
    pub(crate) fn header_problems(&self, subject: &str) -> Vec<String> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let problem = |(name, value): (&str, &String)| {
            if name.is_empty() || !name.bytes().all(is_name) {
                Some(format!("{subject}: {name:?} is not the name of a header"))
            } else if value.contains(|c: char| c.is_control() && c != '\t') {
                Some(format!(
                    "{subject}: the header {name:?} holds a line end or another control character"
                ))
            } else {
                None
            }
        };
        self.iter().filter_map(problem).collect()
    }
}

impl<V> Default for SecretMap<V> {
    fn default() -> Self {
        Self(SortedMap::new())
    }
}

impl<V> fmt::Debug for SecretMap<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.keys().map(|name| (name, Secret(String::new())))).finish()
    }
}

/// Command line arguments, any of which may be a secret. Only their number is shown.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct SecretList<T>(pub(crate) Vec<T>);

impl<T> SecretList<T> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T> fmt::Debug for SecretList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} secrets>", self.0.len())
    }
}
