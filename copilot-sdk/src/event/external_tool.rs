//! Calls to the tools of this program (`external_tool.*`).
//!
//! A tool with a handler is called and answered by this crate. The call of a tool without one is
//! answered with [`Session::answer_tool`](crate::Session::answer_tool).

use serde_json::value::RawValue;

use super::macros::payloads;
use crate::ids::{RequestId, SessionId, ToolCallId};

payloads! {
    /// A call to a tool of this program (wire name `external_tool.requested`).
    ExternalToolRequested {
        /// The id under which the result is expected.
        request_id: RequestId = "requestId",
        /// The session that registered the tool.
        session_id: Option<SessionId> = "sessionId",
        /// The sub-agent's own session, for a call of a sub-agent; the answer goes to `session_id`.
        owner_native_session_id: Option<SessionId> = "ownerNativeSessionId",
        /// The id of the tool call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The name of the tool.
        tool_name: String = "toolName",
        /// The program that registered the tool, where several share the session.
        provider_id: Option<String> = "providerId",
        /// The arguments as the model wrote them, unchecked.
        arguments: Option<Box<RawValue>> = "arguments",
        /// The session's working directory.
        working_directory: Option<String> = "workingDirectory",
        /// The caller's W3C trace context.
        traceparent: Option<String> = "traceparent",
        /// The vendor-specific part of the trace context.
        tracestate: Option<String> = "tracestate",
    }

    /// The acceptance of a result of this program's tool (wire name `external_tool.completed`).
    ExternalToolCompleted {
        /// The id of the call.
        request_id: RequestId = "requestId",
    }
}
