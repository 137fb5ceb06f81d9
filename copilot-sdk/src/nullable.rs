//! `null` on the wire means *absent*: the CLI writes either.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::ids::SessionId;

/// For fields whose type has an empty value: `null` reads as that.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Takes the `null` members out of an object, so that the defaults of a `serde(default)` struct
/// apply.
pub(crate) fn without_nulls(mut object: Map<String, Value>) -> Map<String, Value> {
    object.retain(|_, value| !value.is_null());
    object
}

/// Reads the parameters of a question, whose `sessionId` is that of the session it was routed to.
///
/// # Errors
///
/// When they are not what the type wants.
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
