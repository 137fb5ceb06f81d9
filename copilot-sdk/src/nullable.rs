//! `null` on the wire means *absent*; the CLI uses both.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::ids::SessionId;
use crate::members::{Members, read_object};

/// Deserializes `null` as the default value of the field's type.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
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
    read_text_in_session(session_id, params.map_or("{}", RawValue::get))
}

/// Like [`read_in_session`], of text that may not be JSON.
pub(crate) fn read_text_in_session<T: DeserializeOwned>(
    session_id: &SessionId,
    text: &str,
) -> serde_json::Result<T> {
    if begins_with_session(text, session_id)
        && let Ok(question) = read_object(text, &mut [])
    {
        return Ok(question);
    }
    read_object(&in_session(session_id, text)?, &mut [])
}

/// Whether an object begins with the id of this session, so that it need not be set.
fn begins_with_session(text: &str, session_id: &SessionId) -> bool {
    let rest = text.strip_prefix(r#"{"sessionId":""#);
    rest.and_then(|rest| rest.strip_prefix(session_id.as_str()))
        .is_some_and(|rest| rest.starts_with('"'))
}

/// The object without members that are `null`, and with the id of its session.
fn in_session(session_id: &SessionId, text: &str) -> serde_json::Result<String> {
    let session_id = to_raw_value(session_id)?;
    let members = serde_json::from_str::<Members<'_>>(text)?.without_nulls();
    serde_json::to_string(&members.with("sessionId", &session_id))
}
