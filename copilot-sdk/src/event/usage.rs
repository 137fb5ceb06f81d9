//! What the model calls cost, how they failed, and the account at the end.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::macros::{payloads, words};
use crate::ids::ToolCallId;
use crate::model::ReasoningEffort;

payloads! {
    /// What one call of the model used (wire name `assistant.usage`).
    AssistantUsage {
        /// The model that was called.
        model: String = "model",
        /// Its name for people.
        model_display_name: Option<String> = "modelDisplayName",
        /// Tokens that were sent.
        input_tokens: Option<u64> = "inputTokens",
        /// Tokens that the model wrote.
        output_tokens: Option<u64> = "outputTokens",
        /// Sent tokens that came out of the provider's cache.
        cache_read_tokens: Option<u64> = "cacheReadTokens",
        /// Sent tokens that went into the provider's cache.
        cache_write_tokens: Option<u64> = "cacheWriteTokens",
        /// Written tokens that were reasoning.
        reasoning_tokens: Option<u64> = "reasoningTokens",
        /// What the call cost, in premium requests.
        cost: Option<f64> = "cost",
        /// How long the call took, in milliseconds.
        duration: Option<f64> = "duration",
        /// Milliseconds until the first token of any kind.
        time_to_first_token_ms: Option<f64> = "timeToFirstTokenMs",
        /// Milliseconds until the first token of the output.
        output_ttft_ms: Option<f64> = "outputTtftMs",
        /// Milliseconds from one token to the next, on average.
        inter_token_latency_ms: Option<f64> = "interTokenLatencyMs",
        /// Who caused the call, such as `user` or `agent`.
        initiator: Option<String> = "initiator",
        /// What the call was for, such as `conversation-agent`.
        interaction_type: Option<String> = "interactionType",
        /// Whether the model is run with a key of the user's own.
        is_byok: Option<bool> = "isByok",
        /// The kind of provider, such as `openai`.
        provider_type: Option<String> = "providerType",
        /// Who made the model.
        model_provider: Option<String> = "modelProvider",
        /// Whether the model was chosen automatically.
        is_auto: Option<bool> = "isAuto",
        /// The most tokens that the model takes.
        max_prompt_tokens: Option<u64> = "maxPromptTokens",
        /// The most tokens that the model writes.
        max_output_tokens: Option<u64> = "maxOutputTokens",
        /// How the model was called.
        transport: Option<ModelTransport> = "transport",
        /// The address at the provider that was called.
        api_endpoint: Option<ApiEndpoint> = "apiEndpoint",
        /// The provider's id of the model call, as in the message that it brought.
        api_call_id: Option<String> = "apiCallId",
        /// The provider's id of the request, for its support.
        provider_call_id: Option<String> = "providerCallId",
        /// The service's id of the request, for its support.
        service_request_id: Option<String> = "serviceRequestId",
        /// The tool call that started the sub-agent that made the call.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
        /// The effort that the model was asked for.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// Why the model stopped, such as `stop` or `tool_calls`.
        finish_reason: Option<String> = "finishReason",
        /// Whether the provider's content filter stopped the answer.
        content_filter_triggered: Option<bool> = "contentFilterTriggered",
        /// How many tools the model called.
        num_tool_calls: Option<u64> = "numToolCalls",
        /// How often the model called each tool.
        tool_counts: BTreeMap<String, u64> = "toolCounts",
        /// How many tools the model was offered.
        available_tool_count: Option<u64> = "availableToolCount",
        /// Tokens that the tools' definitions took.
        tool_token_count: Option<u64> = "toolTokenCount",
        /// What remains of the account's quotas, by the name of the quota.
        quota_snapshots: BTreeMap<String, QuotaSnapshot> = "quotaSnapshots",
        /// Whether `copilot_usage` is known.
        ai_credits_status: Option<AiCreditsStatus> = "aiCreditsStatus",
        /// Names the call in the accounts of the session.
        accounting: Option<Box<RawValue>> = "accounting",
        /// What Copilot accounts for the call.
        copilot_usage: Option<Box<RawValue>> = "copilotUsage",
    }

    /// What remains of one quota of the account (part of `assistant.usage`).
    QuotaSnapshot {
        /// Whether there is no limit.
        is_unlimited_entitlement: bool = "isUnlimitedEntitlement",
        /// Requests that the plan includes; negative when there is no limit.
        entitlement_requests: i64 = "entitlementRequests",
        /// Requests that were used.
        used_requests: i64 = "usedRequests",
        /// What remains, in percent.
        remaining_percentage: f64 = "remainingPercentage",
        /// Requests beyond what the plan includes.
        overage: f64 = "overage",
        /// Whether requests beyond what the plan includes are possible.
        overage_allowed_with_exhausted_quota: bool = "overageAllowedWithExhaustedQuota",
        /// Whether the model may be used when nothing remains.
        usage_allowed_with_exhausted_quota: bool = "usageAllowedWithExhaustedQuota",
        /// When the quota begins anew, as RFC 3339 text.
        reset_date: Option<String> = "resetDate",
    }

    /// A call of the model failed; it may be tried again (wire name `model.call_failure`).
    ModelCallFailure {
        /// The model that was called.
        model: Option<String> = "model",
        /// The HTTP status of the answer.
        status_code: Option<u16> = "statusCode",
        /// The provider's words.
        error_message: Option<String> = "errorMessage",
        /// The provider's code for the error.
        error_code: Option<String> = "errorCode",
        /// The provider's type of the error.
        error_type: Option<String> = "errorType",
        /// Whether the provider refused or could not be reached.
        failure_kind: Option<ModelCallFailureKind> = "failureKind",
        /// How often it had been tried before, from 0.
        retry_attempt: Option<u64> = "retryAttempt",
        /// How long the call took, in milliseconds.
        duration_ms: Option<f64> = "durationMs",
        /// Whose call it was.
        source: ModelCallFailureSource = "source",
        /// Who caused the call, such as `user` or `agent`.
        initiator: Option<String> = "initiator",
        /// What the call was for, such as `conversation-agent`.
        interaction_type: Option<String> = "interactionType",
        /// Whether the model is run with a key of the user's own.
        is_byok: Option<bool> = "isByok",
        /// The kind of provider, such as `openai`.
        provider_type: Option<String> = "providerType",
        /// How the model was called.
        transport: Option<ModelTransport> = "transport",
        /// The address at the provider that was called.
        api_endpoint: Option<ApiEndpoint> = "apiEndpoint",
        /// The provider's id of the model call.
        api_call_id: Option<String> = "apiCallId",
        /// The provider's id of the request, for its support.
        provider_call_id: Option<String> = "providerCallId",
        /// The service's id of the request, for its support.
        service_request_id: Option<String> = "serviceRequestId",
        /// The tool call that started the sub-agent that made the call.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// The session ends, and what it used (wire name `session.shutdown`).
    SessionShutdown {
        /// Whether it was meant to.
        shutdown_type: ShutdownType = "shutdownType",
        /// Why it was not.
        error_reason: Option<String> = "errorReason",
        /// When it started, in milliseconds since 1970.
        session_start_time: u64 = "sessionStartTime",
        /// How long models were being waited for, in milliseconds.
        total_api_duration_ms: f64 = "totalApiDurationMs",
        /// Premium requests that it used.
        total_premium_requests: Option<f64> = "totalPremiumRequests",
        /// What it used, in billionths of an AI unit.
        total_nano_aiu: Option<f64> = "totalNanoAiu",
        /// The files that it changed.
        code_changes: CodeChanges = "codeChanges",
        /// What each model was used for.
        model_metrics: BTreeMap<String, ModelMetric> = "modelMetrics",
        /// What each agent used.
        agent_metrics: BTreeMap<String, Box<RawValue>> = "agentMetrics",
        /// The model at the end.
        current_model: Option<String> = "currentModel",
        /// Tokens in the context at the end.
        current_tokens: Option<u64> = "currentTokens",
        /// Tokens of the system prompt.
        system_tokens: Option<u64> = "systemTokens",
        /// Tokens of the conversation.
        conversation_tokens: Option<u64> = "conversationTokens",
        /// Tokens of the tools' definitions.
        tool_definitions_tokens: Option<u64> = "toolDefinitionsTokens",
        /// The size of the stored events.
        events_file_size_bytes: Option<u64> = "eventsFileSizeBytes",
    }

    /// The files that a session changed (part of `session.shutdown`).
    CodeChanges {
        /// Lines that are new.
        lines_added: u64 = "linesAdded",
        /// Lines that are gone.
        lines_removed: u64 = "linesRemoved",
        /// The files.
        files_modified: Vec<String> = "filesModified",
    }

    /// What a model was used for (part of `session.shutdown`).
    ModelMetric {
        /// How often it was called.
        requests: ModelRequests = "requests",
        /// The tokens that it used.
        usage: ModelTokens = "usage",
        /// What it used, in billionths of an AI unit.
        total_nano_aiu: Option<f64> = "totalNanoAiu",
    }

    /// How often a model was called (part of `session.shutdown`).
    ModelRequests {
        /// Calls.
        count: u64 = "count",
        /// What they cost, in premium requests.
        cost: f64 = "cost",
    }

    /// The tokens that a model used (part of `session.shutdown`).
    ModelTokens {
        /// Tokens that were sent.
        input_tokens: u64 = "inputTokens",
        /// Tokens that it wrote.
        output_tokens: u64 = "outputTokens",
        /// Sent tokens that came out of the provider's cache.
        cache_read_tokens: u64 = "cacheReadTokens",
        /// Sent tokens that went into the provider's cache.
        cache_write_tokens: u64 = "cacheWriteTokens",
        /// Written tokens that were reasoning.
        reasoning_tokens: Option<u64> = "reasoningTokens",
    }
}

words! {
    /// How a model is called.
    ModelTransport {
        /// By HTTP requests.
        Http = "http",
        /// Over a WebSocket.
        WebSocket = "websocket",
    }

    /// The address at a provider where a model is called.
    ApiEndpoint {
        /// Chat Completions.
        ChatCompletions = "/chat/completions",
        /// Anthropic's Messages.
        Messages = "/v1/messages",
        /// Responses.
        Responses = "/responses",
        /// Responses, over a WebSocket.
        ResponsesWebSocket = "ws:/responses",
    }

    /// How much is known of what Copilot accounts for.
    AiCreditsStatus {
        /// All.
        Complete = "complete",
        /// Some.
        Partial = "partial",
        /// Nothing.
        Unavailable = "unavailable",
    }

    /// How a call of a model failed.
    ModelCallFailureKind {
        /// The provider refused.
        Api = "api",
        /// The provider could not be reached.
        Transport = "transport",
    }

    /// Whose call of a model failed.
    ModelCallFailureSource {
        /// The session's own agent.
        TopLevel = "top_level",
        /// A sub-agent.
        Subagent = "subagent",
        /// An MCP server that asked for a model's answer.
        McpSampling = "mcp_sampling",
    }

    /// Whether a session ended as it was meant to.
    ShutdownType {
        /// It did.
        Routine = "routine",
        /// It broke.
        Error = "error",
    }
}
