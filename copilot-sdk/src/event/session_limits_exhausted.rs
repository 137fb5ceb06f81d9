//! Exhausted session credits (`session_limits_exhausted.*`): how to continue.
//!
//! A handler answers by
//! [`SessionLimitsExhaustedRequest`](crate::interaction::SessionLimitsExhaustedRequest).

use serde_json::value::RawValue;

use super::macros::payloads;
use crate::ids::RequestId;

payloads! {
    /// A question how to continue without credits (wire name `session_limits_exhausted.requested`).
    SessionLimitsExhaustedRequested {
        /// The id of the question.
        request_id: RequestId = "requestId",
        /// AI credits used.
        used_ai_credits: f64 = "usedAiCredits",
        /// AI credits that the session may use.
        max_ai_credits: f64 = "maxAiCredits",
    }

    /// The decision how to continue without credits (wire name
    /// `session_limits_exhausted.completed`).
    SessionLimitsExhaustedCompleted {
        /// The id of the question.
        request_id: RequestId = "requestId",
        /// The decision: an object with an `action`.
        response: Option<Box<RawValue>> = "response",
    }
}
