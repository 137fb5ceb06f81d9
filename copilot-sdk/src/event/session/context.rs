use serde_json::value::RawValue;

use crate::event::macros::{open_enums, payloads};
use crate::ids::EventId;

payloads! {
    /// The usage of the context window (wire name `session.usage_info`).
    SessionUsageInfo {
        /// The size of the context window, in tokens.
        token_limit: u64 = "tokenLimit",
        /// Tokens in the context.
        current_tokens: u64 = "currentTokens",
        /// The number of messages in the context.
        messages_length: u64 = "messagesLength",
        /// Tokens of the system prompt.
        system_tokens: Option<u64> = "systemTokens",
        /// Tokens of the conversation.
        conversation_tokens: Option<u64> = "conversationTokens",
        /// Tokens of the tool definitions.
        tool_definitions_tokens: Option<u64> = "toolDefinitionsTokens",
        /// Whether this is the first report of the session.
        is_initial: bool = "isInitial",
    }

    /// The removal of the oldest messages from a full context (wire name `session.truncation`).
    SessionTruncation {
        /// The size of the context window, in tokens.
        token_limit: u64 = "tokenLimit",
        /// Tokens before the truncation.
        pre_truncation_tokens_in_messages: u64 = "preTruncationTokensInMessages",
        /// Messages before the truncation.
        pre_truncation_messages_length: u64 = "preTruncationMessagesLength",
        /// Tokens after the truncation.
        post_truncation_tokens_in_messages: u64 = "postTruncationTokensInMessages",
        /// Messages after the truncation.
        post_truncation_messages_length: u64 = "postTruncationMessagesLength",
        /// Tokens removed.
        tokens_removed_during_truncation: u64 = "tokensRemovedDuringTruncation",
        /// Messages removed.
        messages_removed_during_truncation: u64 = "messagesRemovedDuringTruncation",
        /// The component that truncated.
        performed_by: String = "performedBy",
    }

    /// The restart of the conversation in the same session (wire name `session.context_cleared`).
    SessionContextCleared {
        /// The first message of the new conversation.
        initial_message: Option<String> = "initialMessage",
        /// Messages removed.
        messages_cleared: u64 = "messagesCleared",
    }

    /// A rewind of the session's history (wire name `session.snapshot_rewind`).
    SessionSnapshotRewind {
        /// The first removed event.
        up_to_event_id: EventId = "upToEventId",
        /// The number of removed events.
        events_removed: u64 = "eventsRemoved",
        /// The removed events.
        event_ids: Vec<EventId> = "eventIds",
    }

    /// The start of a compaction: the conversation is summarized to free context (wire name
    /// `session.compaction_start`).
    SessionCompactionStart {
        /// The id of this attempt.
        compaction_attempt_id: Option<String> = "compactionAttemptId",
        /// The model that writes the summary.
        model: Option<String> = "model",
        /// The reason for the compaction.
        trigger: Option<CompactionTrigger> = "trigger",
        /// Tokens in the context.
        current_tokens: Option<u64> = "currentTokens",
        /// The size of the context window, in tokens.
        token_limit: Option<u64> = "tokenLimit",
        /// Tokens of the system prompt.
        system_tokens: Option<u64> = "systemTokens",
        /// Tokens of the conversation.
        conversation_tokens: Option<u64> = "conversationTokens",
        /// Tokens of the tool definitions.
        tool_definitions_tokens: Option<u64> = "toolDefinitionsTokens",
        /// The model that the session switches to.
        switch_target_model: Option<String> = "switchTargetModel",
    }

    /// The result of a compaction (wire name `session.compaction_complete`).
    SessionCompactionComplete {
        /// Whether the compaction succeeded.
        success: bool = "success",
        /// The outcome, such as `applied`.
        outcome: Option<String> = "outcome",
        /// The reason for the outcome.
        outcome_reason: Option<String> = "outcomeReason",
        /// The reason for a failure, as a code.
        failure_reason: Option<String> = "failureReason",
        /// The error message of a failure.
        error: Option<String> = "error",
        /// The HTTP status of the model provider.
        status_code: Option<u16> = "statusCode",
        /// The id of the attempt, as in its start.
        compaction_attempt_id: Option<String> = "compactionAttemptId",
        /// The model that wrote the summary.
        model: Option<String> = "model",
        /// The reason for the compaction.
        trigger: Option<CompactionTrigger> = "trigger",
        /// Tokens before the compaction.
        pre_compaction_tokens: Option<u64> = "preCompactionTokens",
        /// Tokens after the compaction.
        post_compaction_tokens: Option<u64> = "postCompactionTokens",
        /// Messages before the compaction.
        pre_compaction_messages_length: Option<u64> = "preCompactionMessagesLength",
        /// Messages replaced by the summary.
        messages_removed: Option<u64> = "messagesRemoved",
        /// Tokens freed.
        tokens_removed: Option<u64> = "tokensRemoved",
        /// Instructions for the summary.
        custom_instructions: Option<String> = "customInstructions",
        /// The summary.
        summary_content: Option<String> = "summaryContent",
        /// The number of the summary within the session, from 1.
        checkpoint_number: Option<u64> = "checkpointNumber",
        /// The file that contains the summary.
        checkpoint_path: Option<String> = "checkpointPath",
        /// The tokens that the compaction used.
        compaction_tokens_used: Option<Box<RawValue>> = "compactionTokensUsed",
        /// The size of the context window, in tokens.
        token_limit: Option<u64> = "tokenLimit",
        /// Tokens of the system prompt.
        system_tokens: Option<u64> = "systemTokens",
        /// Tokens of the conversation.
        conversation_tokens: Option<u64> = "conversationTokens",
        /// Tokens of the tool definitions.
        tool_definitions_tokens: Option<u64> = "toolDefinitionsTokens",
    }
}

open_enums! {
    /// The reason for a compaction.
    CompactionTrigger {
        /// The context is nearly full.
        Threshold = "threshold",
        /// The model refused because the context was full.
        ContextLimitRetry = "context_limit_retry",
        /// The user or a program requested it.
        Manual = "manual",
        /// The CLI is low on memory.
        MemoryPressure = "memory_pressure",
        /// The session switches to a model with a smaller context window.
        ModelSwitch = "model_switch",
    }
}
