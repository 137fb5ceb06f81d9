use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::ids::SessionId;
use crate::payload::{questions, records};

records! {
    /// A question how to continue after the session has used up its
    /// [`max_ai_credits`](crate::SessionBuilder::max_ai_credits) (event
    /// `session_limits_exhausted.requested`).
    #[derive(Debug, Clone, PartialEq)]
    SessionLimitsExhaustedRequest {
        /// The session.
        session_id: SessionId = "sessionId",
        /// AI credits used (wire name `usedAiCredits`).
        used_ai_credits: f64 = "usedAiCredits",
        /// The limit of AI credits (wire name `maxAiCredits`).
        max_ai_credits: f64 = "maxAiCredits",
    }
}

questions! { SessionLimitsExhaustedRequest }

/// The answer to a [`SessionLimitsExhaustedRequest`] (wire name `response`). A handler that fails
/// answers `Cancel`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum SessionLimitsExhaustedAnswer {
    /// Raises the limit by this many AI credits (wire name `additionalAiCredits`).
    Add(f64),
    /// Sets the limit to this many AI credits (wire name `maxAiCredits`).
    Set(f64),
    /// Removes the limit.
    Unset,
    /// Stops the session.
    #[default]
    Cancel,
}

impl Serialize for SessionLimitsExhaustedAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (action, credits) = match self {
            Self::Add(credits) => ("add", Some(("additionalAiCredits", credits))),
            Self::Set(credits) => ("set", Some(("maxAiCredits", credits))),
            Self::Unset => ("unset", None),
            Self::Cancel => ("cancel", None),
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("action", action)?;
        if let Some((name, credits)) = credits {
            map.serialize_entry(name, credits)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::SessionLimitsExhaustedAnswer;

    #[test]
    fn answers_have_their_wire_form() {
        for (answer, wire) in [
            (
                SessionLimitsExhaustedAnswer::Add(10.5),
                json!({"action": "add", "additionalAiCredits": 10.5}),
            ),
            (
                SessionLimitsExhaustedAnswer::Set(60.0),
                json!({"action": "set", "maxAiCredits": 60.0}),
            ),
            (SessionLimitsExhaustedAnswer::Unset, json!({"action": "unset"})),
            (SessionLimitsExhaustedAnswer::default(), json!({"action": "cancel"})),
        ] {
            assert_eq!(serde_json::to_value(answer).ok(), Some(wire));
        }
    }
}
