//! Calls to the model, below the agent's messages (`model.*`).

use super::macros::{open_enums, payloads};
pub use super::shared::{ApiEndpoint, ModelTransport};
use crate::ids::ToolCallId;

payloads! {
    /// A failed model call, which the CLI may retry (wire name `model.call_failure`).
    ModelCallFailure {
        /// The model.
        model: Option<String> = "model",
        /// The HTTP status of the response.
        status_code: Option<u16> = "statusCode",
        /// The provider's error message.
        error_message: Option<String> = "errorMessage",
        /// The provider's error code.
        error_code: Option<String> = "errorCode",
        /// The provider's error type.
        error_type: Option<String> = "errorType",
        /// Whether the provider refused or could not be reached.
        failure_kind: Option<ModelCallFailureKind> = "failureKind",
        /// The number of earlier attempts.
        retry_attempt: Option<u64> = "retryAttempt",
        /// Duration of the call, in milliseconds.
        duration_ms: Option<f64> = "durationMs",
        /// The caller of the model.
        source: ModelCallFailureSource = "source",
        /// The initiator of the call, such as `user` or `agent`.
        initiator: Option<String> = "initiator",
        /// The purpose of the call, such as `conversation-agent`.
        interaction_type: Option<String> = "interactionType",
        /// Whether the call used the user's own key (BYOK).
        is_byok: Option<bool> = "isByok",
        /// The kind of provider, such as `openai`.
        provider_type: Option<String> = "providerType",
        /// The transport of the call.
        transport: Option<ModelTransport> = "transport",
        /// The provider's endpoint.
        api_endpoint: Option<ApiEndpoint> = "apiEndpoint",
        /// The provider's id of the model call.
        api_call_id: Option<String> = "apiCallId",
        /// The provider's request id, for its support.
        provider_call_id: Option<String> = "providerCallId",
        /// The service's request id, for its support.
        service_request_id: Option<String> = "serviceRequestId",
        /// The tool call that started the sub-agent, for a call of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }
}

open_enums! {
    /// The kind of failure of a model call.
    ModelCallFailureKind {
        /// The provider refused.
        Api = "api",
        /// The provider could not be reached.
        Transport = "transport",
    }

    /// The caller of a model.
    ModelCallFailureSource {
        /// The session's own agent.
        TopLevel = "top_level",
        /// A sub-agent.
        Subagent = "subagent",
        /// An MCP server, by sampling.
        McpSampling = "mcp_sampling",
    }
}
