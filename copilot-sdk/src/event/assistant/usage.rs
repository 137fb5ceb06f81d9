use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::event::macros::{open_enums, payloads};
use crate::event::shared::{ApiEndpoint, ModelTransport};
use crate::ids::ToolCallId;
use crate::model::ReasoningEffort;

payloads! {
    /// The usage of one model call (wire name `assistant.usage`).
    AssistantUsage {
        /// The model.
        model: String = "model",
        /// The display name of the model.
        model_display_name: Option<String> = "modelDisplayName",
        /// Tokens sent to the model.
        input_tokens: Option<u64> = "inputTokens",
        /// Tokens that the model wrote.
        output_tokens: Option<u64> = "outputTokens",
        /// Input tokens read from the provider's cache.
        cache_read_tokens: Option<u64> = "cacheReadTokens",
        /// Input tokens written to the provider's cache.
        cache_write_tokens: Option<u64> = "cacheWriteTokens",
        /// Output tokens spent on reasoning.
        reasoning_tokens: Option<u64> = "reasoningTokens",
        /// Cost in premium requests.
        cost: Option<f64> = "cost",
        /// Duration of the call, in milliseconds.
        duration: Option<f64> = "duration",
        /// Time to the first token of any kind, in milliseconds.
        time_to_first_token_ms: Option<f64> = "timeToFirstTokenMs",
        /// Time to the first token of the output, in milliseconds.
        output_ttft_ms: Option<f64> = "outputTtftMs",
        /// Average time between tokens, in milliseconds.
        inter_token_latency_ms: Option<f64> = "interTokenLatencyMs",
        /// The initiator of the call, such as `user` or `agent`.
        initiator: Option<String> = "initiator",
        /// The purpose of the call, such as `conversation-agent`.
        interaction_type: Option<String> = "interactionType",
        /// Whether the call used the user's own key (BYOK).
        is_byok: Option<bool> = "isByok",
        /// The kind of provider, such as `openai`.
        provider_type: Option<String> = "providerType",
        /// The vendor of the model.
        model_provider: Option<String> = "modelProvider",
        /// Whether the model was chosen automatically.
        is_auto: Option<bool> = "isAuto",
        /// The model's limit of prompt tokens.
        max_prompt_tokens: Option<u64> = "maxPromptTokens",
        /// The model's limit of output tokens.
        max_output_tokens: Option<u64> = "maxOutputTokens",
        /// The transport of the call.
        transport: Option<ModelTransport> = "transport",
        /// The provider's endpoint.
        api_endpoint: Option<ApiEndpoint> = "apiEndpoint",
        /// The provider's id of the model call, as in the resulting message.
        api_call_id: Option<String> = "apiCallId",
        /// The provider's request id, for its support.
        provider_call_id: Option<String> = "providerCallId",
        /// The service's request id, for its support.
        service_request_id: Option<String> = "serviceRequestId",
        /// The tool call that started the sub-agent, for a call of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
        /// The requested reasoning effort.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// The reason why the model stopped, such as `stop` or `tool_calls`.
        finish_reason: Option<String> = "finishReason",
        /// Whether the provider's content filter stopped the answer.
        content_filter_triggered: Option<bool> = "contentFilterTriggered",
        /// The number of tool calls that the model requested.
        num_tool_calls: Option<u64> = "numToolCalls",
        /// The number of requested calls, by tool.
        tool_counts: BTreeMap<String, u64> = "toolCounts",
        /// The number of tools available to the model.
        available_tool_count: Option<u64> = "availableToolCount",
        /// Tokens of the tool definitions.
        tool_token_count: Option<u64> = "toolTokenCount",
        /// The account's remaining quotas, by name.
        quota_snapshots: BTreeMap<String, QuotaSnapshot> = "quotaSnapshots",
        /// Whether `copilot_usage` is complete.
        ai_credits_status: Option<AiCreditsStatus> = "aiCreditsStatus",
        /// The identity of the call in the session's accounting.
        accounting: Option<Box<RawValue>> = "accounting",
        /// The usage that Copilot charges for the call.
        copilot_usage: Option<Box<RawValue>> = "copilotUsage",
    }

    /// The state of one of the account's quotas (part of `assistant.usage`).
    QuotaSnapshot {
        /// Whether the quota is unlimited.
        is_unlimited_entitlement: bool = "isUnlimitedEntitlement",
        /// Requests included in the plan; negative if unlimited.
        entitlement_requests: i64 = "entitlementRequests",
        /// Requests used.
        used_requests: i64 = "usedRequests",
        /// The remainder, in percent.
        remaining_percentage: f64 = "remainingPercentage",
        /// Requests beyond those included in the plan.
        overage: f64 = "overage",
        /// Whether requests beyond those included in the plan are possible.
        overage_allowed_with_exhausted_quota: bool = "overageAllowedWithExhaustedQuota",
        /// Whether the model may be used once the quota is exhausted.
        usage_allowed_with_exhausted_quota: bool = "usageAllowedWithExhaustedQuota",
        /// The time at which the quota resets, as RFC 3339 text.
        reset_date: Option<String> = "resetDate",
    }
}

open_enums! {
    /// How much is known of the usage that Copilot charges.
    AiCreditsStatus {
        /// All of it.
        Complete = "complete",
        /// A part of it.
        Partial = "partial",
        /// None of it.
        Unavailable = "unavailable",
    }
}
