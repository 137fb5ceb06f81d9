//! `null` on the wire means *absent*; the CLI uses both.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::ids::SessionId;
use crate::members::Members;

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
    let members = params.map_or(Ok(Members::default()), Members::of)?;
    parse_in_session(session_id, members)
}

/// Like [`read_in_session`], of members that were read before.
pub(crate) fn parse_in_session<T: DeserializeOwned>(
    session_id: &SessionId,
    members: Members<'_>,
) -> serde_json::Result<T> {
    let session_id = to_raw_value(session_id)?;
    members.without_nulls().with("sessionId", &session_id).parse()
}
