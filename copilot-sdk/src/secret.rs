//! Text that must not be seen in logs.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// A key or token: goes out on the wire and is never shown.
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

/// Headers, environment variables or options: their names are shown, their values may be secrets.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct SecretMap<V = String>(BTreeMap<String, V>);

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

impl<V> fmt::Debug for SecretMap<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.keys().map(|name| (name, Secret(String::new())))).finish()
    }
}
