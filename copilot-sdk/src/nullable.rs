//! `null` on the wire means *absent*: the CLI writes either.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// For fields whose type has an empty value: `null` reads as that.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Takes the `null` members out of an object, so that the defaults of a `serde(default)` struct apply.
pub(crate) fn without_nulls(mut object: Map<String, Value>) -> Map<String, Value> {
    object.retain(|_, value| !value.is_null());
    object
}
