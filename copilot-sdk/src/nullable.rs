//! `null` on the wire means *absent*; the CLI uses both.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::ids::SessionId;

/// Deserializes `null` as the default value of the field's type.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Removes `null` members from an object, so that the defaults of a `serde(default)` struct apply.
pub(crate) fn without_nulls(mut object: Map<String, Value>) -> Map<String, Value> {
    object.retain(|_, value| !value.is_null());
    object
}

/// Parses the params of a question and sets `sessionId` to the session it was routed to.
///
/// # Errors
///
/// If they do not match the type.
pub(crate) fn read_in_session<T: DeserializeOwned>(
    session_id: &SessionId,
    params: Option<&RawValue>,
) -> serde_json::Result<T> {
    let fields: Map<String, Value> =
        params.map_or(Ok(Map::new()), |params| serde_json::from_str(params.get()))?;
    let mut fields = without_nulls(fields);
    fields.insert("sessionId".to_owned(), json!(session_id));
    serde_json::from_value(Value::Object(fields))
}
