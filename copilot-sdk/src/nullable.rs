//! `null` on the wire means *absent*; the CLI uses both.

use serde::{Deserialize, Deserializer};

/// Deserializes `null` as the default value of the field's type.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
