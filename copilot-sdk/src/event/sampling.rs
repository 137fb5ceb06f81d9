//! Model calls on behalf of MCP servers (`sampling.*`).

use serde_json::value::RawValue;

use super::macros::payloads;
use crate::ids::RequestId;

payloads! {
    /// An MCP server's request for a model call (wire name `sampling.requested`).
    SamplingRequested {
        /// The id of the request.
        request_id: RequestId = "requestId",
        /// The name of the MCP server.
        server_name: String = "serverName",
        /// The server's own id of the request: text or a number.
        mcp_request_id: Option<Box<RawValue>> = "mcpRequestId",
        /// What the server asks: the params of MCP's `sampling/createMessage`.
        request: Option<Box<RawValue>> = "request",
    }

    /// The end of an MCP server's request for a model call (wire name `sampling.completed`).
    SamplingCompleted {
        /// The id of the request.
        request_id: RequestId = "requestId",
    }
}
