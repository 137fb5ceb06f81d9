//! Rate limits (`auto_mode_switch.*`): whether to continue with another model.
//!
//! A handler answers by [`AutoModeSwitchRequest`](crate::interaction::AutoModeSwitchRequest).

use super::macros::{open_enums, payloads};
use crate::ids::RequestId;

payloads! {
    /// A question whether another model may continue after a rate limit (wire name
    /// `auto_mode_switch.requested`).
    AutoModeSwitchRequested {
        /// The id of the question.
        request_id: RequestId = "requestId",
        /// The provider's error code.
        error_code: Option<String> = "errorCode",
        /// Time until the limit ends, in seconds.
        retry_after_seconds: Option<f64> = "retryAfterSeconds",
    }

    /// The decision whether another model continues (wire name `auto_mode_switch.completed`).
    AutoModeSwitchCompleted {
        /// The id of the question.
        request_id: RequestId = "requestId",
        /// The decision.
        response: AutoModeSwitchResponse = "response",
    }
}

open_enums! {
    /// Whether another model continues.
    AutoModeSwitchResponse {
        /// Yes, this time.
        Yes = "yes",
        /// Yes, and from now on without asking.
        YesAlways = "yes_always",
        /// No.
        No = "no",
    }
}
