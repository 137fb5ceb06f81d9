use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::event::macros::{open_enums, payloads};

payloads! {
    /// The end of a session, with its total usage (wire name `session.shutdown`).
    SessionShutdown {
        /// The kind of shutdown.
        shutdown_type: ShutdownType = "shutdownType",
        /// The reason for a shutdown by an error.
        error_reason: Option<String> = "errorReason",
        /// The start of the session, in milliseconds since 1970.
        session_start_time: u64 = "sessionStartTime",
        /// Total duration of model calls, in milliseconds.
        total_api_duration_ms: f64 = "totalApiDurationMs",
        /// Premium requests used.
        total_premium_requests: Option<f64> = "totalPremiumRequests",
        /// AI units used, in billionths.
        total_nano_aiu: Option<f64> = "totalNanoAiu",
        /// The changes to files.
        code_changes: CodeChanges = "codeChanges",
        /// Usage by model.
        model_metrics: BTreeMap<String, ModelMetric> = "modelMetrics",
        /// Usage by agent.
        agent_metrics: BTreeMap<String, Box<RawValue>> = "agentMetrics",
        /// The last model.
        current_model: Option<String> = "currentModel",
        /// Tokens in the context at the end.
        current_tokens: Option<u64> = "currentTokens",
        /// Tokens of the system prompt.
        system_tokens: Option<u64> = "systemTokens",
        /// Tokens of the conversation.
        conversation_tokens: Option<u64> = "conversationTokens",
        /// Tokens of the tool definitions.
        tool_definitions_tokens: Option<u64> = "toolDefinitionsTokens",
        /// The size of the stored events, in bytes.
        events_file_size_bytes: Option<u64> = "eventsFileSizeBytes",
    }

    /// The changes that a session made to files (part of `session.shutdown`).
    CodeChanges {
        /// Lines added.
        lines_added: u64 = "linesAdded",
        /// Lines removed.
        lines_removed: u64 = "linesRemoved",
        /// The modified files.
        files_modified: Vec<String> = "filesModified",
    }

    /// The usage of one model (part of `session.shutdown`).
    ModelMetric {
        /// The calls.
        requests: ModelRequests = "requests",
        /// The tokens.
        usage: ModelTokens = "usage",
        /// AI units used, in billionths.
        total_nano_aiu: Option<f64> = "totalNanoAiu",
    }

    /// The number and cost of calls to one model (part of `session.shutdown`).
    ModelRequests {
        /// The number of calls.
        count: u64 = "count",
        /// Cost in premium requests.
        cost: f64 = "cost",
    }

    /// The tokens used with one model (part of `session.shutdown`).
    ModelTokens {
        /// Tokens sent to the model.
        input_tokens: u64 = "inputTokens",
        /// Tokens that the model wrote.
        output_tokens: u64 = "outputTokens",
        /// Input tokens read from the provider's cache.
        cache_read_tokens: u64 = "cacheReadTokens",
        /// Input tokens written to the provider's cache.
        cache_write_tokens: u64 = "cacheWriteTokens",
        /// Output tokens spent on reasoning.
        reasoning_tokens: Option<u64> = "reasoningTokens",
    }
}

open_enums! {
    /// The kind of a session's shutdown.
    ShutdownType {
        /// Regular.
        Routine = "routine",
        /// Caused by an error.
        Error = "error",
    }
}
