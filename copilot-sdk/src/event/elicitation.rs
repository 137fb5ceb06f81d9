//! Forms and pages for the user (`elicitation.*`), mostly from MCP servers.
//!
//! A handler answers them by [`ElicitationRequest`](crate::interaction::ElicitationRequest).

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::macros::{open_enums, payloads};
use crate::ids::{RequestId, ToolCallId};

payloads! {
    /// A request that the user complete a form or open a page (wire name
    /// `elicitation.requested`).
    ElicitationRequested {
        /// The id under which the answer is expected.
        request_id: RequestId = "requestId",
        /// The tool call that made the request.
        tool_call_id: Option<ToolCallId> = "toolCallId",
        /// The source of the request, such as the name of an MCP server.
        elicitation_source: Option<String> = "elicitationSource",
        /// The text for the user.
        message: String = "message",
        /// Form or page; `None` means a form.
        mode: Option<ElicitationMode> = "mode",
        /// The JSON schema of the form's content.
        requested_schema: Option<Box<RawValue>> = "requestedSchema",
        /// The page to open.
        url: Option<String> = "url",
    }

    /// The answer to a form or page (wire name `elicitation.completed`).
    ElicitationCompleted {
        /// The id of the request.
        request_id: RequestId = "requestId",
        /// The user's action.
        action: Option<ElicitationAction> = "action",
        /// The submitted values, keyed by field name.
        content: BTreeMap<String, Box<RawValue>> = "content",
    }
}

open_enums! {
    /// The kind of elicitation (wire name `mode`).
    #[derive(Default)]
    ElicitationMode {
        /// A form to complete.
        #[default]
        Form = "form",
        /// A page to open.
        Url = "url",
    }

    /// The user's action on a form.
    ElicitationAction {
        /// Submitted.
        Accept = "accept",
        /// Refused.
        Decline = "decline",
        /// Closed without an answer.
        Cancel = "cancel",
    }
}
