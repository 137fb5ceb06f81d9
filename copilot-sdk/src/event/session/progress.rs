use serde_json::value::RawValue;

use crate::event::macros::{open_enums, payloads};
use crate::event::shared::{RemediationAction, SessionMode};
use crate::ids::MessageId;

payloads! {
    /// The end of all work in the session for now (wire name `session.idle`).
    SessionIdle {
        /// Whether the turn was aborted.
        aborted: bool = "aborted",
        /// The working mode of the agent.
        mode: Option<SessionMode> = "mode",
    }

    /// An error; the session stays usable and becomes idle (wire name `session.error`).
    SessionError {
        /// The kind of error, such as `query`, `authentication` or `rate_limit`.
        error_type: String = "errorType",
        /// The text for the user.
        message: String = "message",
        /// The CLI's error code.
        error_code: Option<String> = "errorCode",
        /// The HTTP status of the model provider.
        status_code: Option<u16> = "statusCode",
        /// The prompt whose turn failed.
        originating_message_id: Option<MessageId> = "originatingMessageId",
        /// The provider's error type.
        provider_error_type: Option<String> = "providerErrorType",
        /// The parameter that the provider rejected.
        provider_error_param: Option<String> = "providerErrorParam",
        /// Whether another model could continue.
        eligible_for_auto_switch: bool = "eligibleForAutoSwitch",
        /// A step by which the user can solve the problem.
        remediation: Option<RemediationAction> = "remediation",
        /// The stack trace inside the CLI.
        stack: Option<String> = "stack",
        /// The provider's request id, for its support.
        provider_call_id: Option<String> = "providerCallId",
        /// The service's request id, for its support.
        service_request_id: Option<String> = "serviceRequestId",
        /// A page with further information.
        url: Option<String> = "url",
    }

    /// A warning for the user (wire name `session.warning`).
    SessionWarning {
        /// The kind of warning, such as `interrupted_tools`.
        warning_type: String = "warningType",
        /// The text for the user.
        message: String = "message",
        /// The prompt whose turn caused the warning.
        originating_message_id: Option<MessageId> = "originatingMessageId",
        /// A page with further information.
        url: Option<String> = "url",
        /// A step by which the user can solve the problem.
        remediation: Option<RemediationAction> = "remediation",
    }

    /// Information for the user (wire name `session.info`).
    SessionInfo {
        /// The kind of information, such as `model_retry` or `cancellation`.
        info_type: String = "infoType",
        /// The text for the user.
        message: String = "message",
        /// A page with further information.
        url: Option<String> = "url",
        /// A suggestion for the user.
        tip: Option<String> = "tip",
    }

    /// The agent's report that the task is done (wire name `session.task_complete`).
    SessionTaskComplete {
        /// A summary of the work.
        summary: String = "summary",
        /// Whether the task succeeded.
        success: Option<bool> = "success",
        /// The status of the task.
        outcome: Option<TaskOutcome> = "outcome",
        /// The reason for the status.
        reason: Option<String> = "reason",
        /// The objective that the task belongs to.
        objective_id: Option<u64> = "objectiveId",
        /// The obstacle of a blocked task.
        blocker: Option<Box<RawValue>> = "blocker",
    }

    /// The stop of autopilot mode before the task was done (wire name
    /// `session.autopilot_stopped`).
    SessionAutopilotStopped {
        /// The reason, such as `cap_reached`.
        reason: String = "reason",
        /// The question that autopilot mode waits for.
        request_id: Option<String> = "requestId",
    }
}

open_enums! {
    /// The status of a task.
    TaskOutcome {
        /// Done.
        Completed = "completed",
        /// Unfinished: work remains.
        Continue = "continue",
        /// Blocked by an obstacle.
        Blocked = "blocked",
    }
}
