//! What changes in a session while it lives: model, mode, context.

use serde_json::value::RawValue;

use super::macros::{payloads, words};
use super::session::SessionMode;
use crate::ids::EventId;
use crate::model::{ContextTier, ReasoningEffort, ReasoningSummary, Verbosity};

payloads! {
    /// The session has a new title (wire name `session.title_changed`).
    SessionTitleChanged {
        /// The title.
        title: String = "title",
    }

    /// The session uses another model, or the same in another way (wire name
    /// `session.model_change`).
    SessionModelChange {
        /// The model from now on.
        new_model: String = "newModel",
        /// The model before.
        previous_model: Option<String> = "previousModel",
        /// The provider from now on.
        provider_id: Option<String> = "providerId",
        /// The provider before.
        previous_provider_id: Option<String> = "previousProviderId",
        /// The effort that the model is asked for from now on.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// The effort that the model was asked for before.
        previous_reasoning_effort: Option<ReasoningEffort> = "previousReasoningEffort",
        /// How the model's reasoning is summed up.
        reasoning_summary: Option<ReasoningSummary> = "reasoningSummary",
        /// How much the model writes.
        verbosity: Option<Verbosity> = "verbosity",
        /// The size of the model's context.
        context_tier: Option<ContextTier> = "contextTier",
        /// Why.
        cause: Option<String> = "cause",
        /// Who or what changed it.
        source: Option<ModelChangeSource> = "source",
    }

    /// The agent works in another way (wire name `session.mode_changed`).
    SessionModeChanged {
        /// How it worked.
        previous_mode: SessionMode = "previousMode",
        /// How it works now.
        new_mode: SessionMode = "newMode",
    }

    /// The plan was written, changed or deleted (wire name `session.plan_changed`).
    SessionPlanChanged {
        /// What happened to it.
        operation: PlanOperation = "operation",
    }

    /// The agent's list of things to do changed (wire name `session.todos_changed`).
    SessionTodosChanged {}

    /// A file of the session's workspace was written (wire name `session.workspace_file_changed`).
    SessionWorkspaceFileChanged {
        /// The file, relative to the workspace.
        path: String = "path",
        /// What happened to it.
        operation: WorkspaceFileOperation = "operation",
    }

    /// Autopilot mode stopped before the task was done (wire name `session.autopilot_stopped`).
    SessionAutopilotStopped {
        /// Why, such as `cap_reached`.
        reason: String = "reason",
        /// The question that it waits for.
        request_id: Option<String> = "requestId",
    }

    /// The model is offered other tools (wire name `session.tools_updated`).
    SessionToolsUpdated {
        /// The model.
        model: String = "model",
    }

    /// Agents or shells in the background started or ended (wire name
    /// `session.background_tasks_changed`).
    SessionBackgroundTasksChanged {}

    /// How full the context is (wire name `session.usage_info`).
    SessionUsageInfo {
        /// Tokens that fit.
        token_limit: u64 = "tokenLimit",
        /// Tokens that are in it.
        current_tokens: u64 = "currentTokens",
        /// How many messages are in it.
        messages_length: u64 = "messagesLength",
        /// Tokens of the system prompt.
        system_tokens: Option<u64> = "systemTokens",
        /// Tokens of the conversation.
        conversation_tokens: Option<u64> = "conversationTokens",
        /// Tokens of the tools' definitions.
        tool_definitions_tokens: Option<u64> = "toolDefinitionsTokens",
        /// Whether it is the first of the session.
        is_initial: bool = "isInitial",
    }

    /// The oldest messages were left out, because the context was full (wire name
    /// `session.truncation`).
    SessionTruncation {
        /// Tokens that fit.
        token_limit: u64 = "tokenLimit",
        /// Tokens before.
        pre_truncation_tokens_in_messages: u64 = "preTruncationTokensInMessages",
        /// Messages before.
        pre_truncation_messages_length: u64 = "preTruncationMessagesLength",
        /// Tokens after.
        post_truncation_tokens_in_messages: u64 = "postTruncationTokensInMessages",
        /// Messages after.
        post_truncation_messages_length: u64 = "postTruncationMessagesLength",
        /// Tokens that were left out.
        tokens_removed_during_truncation: u64 = "tokensRemovedDuringTruncation",
        /// Messages that were left out.
        messages_removed_during_truncation: u64 = "messagesRemovedDuringTruncation",
        /// What did it.
        performed_by: String = "performedBy",
    }

    /// The conversation begins anew in the same session (wire name `session.context_cleared`).
    SessionContextCleared {
        /// The message that it begins with.
        initial_message: Option<String> = "initialMessage",
        /// Messages that are gone.
        messages_cleared: u64 = "messagesCleared",
    }

    /// The session went back in its history (wire name `session.snapshot_rewind`).
    SessionSnapshotRewind {
        /// The first event that is gone.
        up_to_event_id: EventId = "upToEventId",
        /// How many events are gone.
        events_removed: u64 = "eventsRemoved",
        /// The events that are gone.
        event_ids: Vec<EventId> = "eventIds",
    }

    /// The conversation is being summed up, to make room (wire name `session.compaction_start`).
    SessionCompactionStart {
        /// Names this attempt.
        compaction_attempt_id: Option<String> = "compactionAttemptId",
        /// The model that sums up.
        model: Option<String> = "model",
        /// Why.
        trigger: Option<CompactionTrigger> = "trigger",
        /// Tokens in the context.
        current_tokens: Option<u64> = "currentTokens",
        /// Tokens that fit.
        token_limit: Option<u64> = "tokenLimit",
        /// Tokens of the system prompt.
        system_tokens: Option<u64> = "systemTokens",
        /// Tokens of the conversation.
        conversation_tokens: Option<u64> = "conversationTokens",
        /// Tokens of the tools' definitions.
        tool_definitions_tokens: Option<u64> = "toolDefinitionsTokens",
        /// The model that the session changes to.
        switch_target_model: Option<String> = "switchTargetModel",
    }

    /// The conversation was summed up, or not (wire name `session.compaction_complete`).
    SessionCompactionComplete {
        /// Whether it was.
        success: bool = "success",
        /// How it ended, such as `applied`.
        outcome: Option<String> = "outcome",
        /// Why it ended so.
        outcome_reason: Option<String> = "outcomeReason",
        /// Why it failed, in a word.
        failure_reason: Option<String> = "failureReason",
        /// Why it failed, in words.
        error: Option<String> = "error",
        /// The HTTP status of the model provider.
        status_code: Option<u16> = "statusCode",
        /// As in the start.
        compaction_attempt_id: Option<String> = "compactionAttemptId",
        /// The model that summed up.
        model: Option<String> = "model",
        /// Why it was done.
        trigger: Option<CompactionTrigger> = "trigger",
        /// Tokens before.
        pre_compaction_tokens: Option<u64> = "preCompactionTokens",
        /// Tokens after.
        post_compaction_tokens: Option<u64> = "postCompactionTokens",
        /// Messages before.
        pre_compaction_messages_length: Option<u64> = "preCompactionMessagesLength",
        /// Messages that the summary replaces.
        messages_removed: Option<u64> = "messagesRemoved",
        /// Tokens that were saved.
        tokens_removed: Option<u64> = "tokensRemoved",
        /// What the summary was to look at.
        custom_instructions: Option<String> = "customInstructions",
        /// The summary.
        summary_content: Option<String> = "summaryContent",
        /// Counts the summaries of a session, from 1.
        checkpoint_number: Option<u64> = "checkpointNumber",
        /// The file with the summary.
        checkpoint_path: Option<String> = "checkpointPath",
        /// What the summary cost.
        compaction_tokens_used: Option<Box<RawValue>> = "compactionTokensUsed",
        /// Tokens that fit.
        token_limit: Option<u64> = "tokenLimit",
        /// Tokens of the system prompt.
        system_tokens: Option<u64> = "systemTokens",
        /// Tokens of the conversation.
        conversation_tokens: Option<u64> = "conversationTokens",
        /// Tokens of the tools' definitions.
        tool_definitions_tokens: Option<u64> = "toolDefinitionsTokens",
    }
}

words! {
    /// Who or what changed a session's model.
    ModelChangeSource {
        /// The user's command `/model`.
        ModelCommand = "model_command",
        /// The user's command `/settings`.
        SettingsCommand = "settings_command",
        /// The user's command `/config`.
        ConfigCommand = "config_command",
        /// The user, in a list of models.
        ModelPicker = "model_picker",
        /// Settings that an administrator manages.
        ManagedSettings = "managed_settings",
        /// The repository's settings.
        RepoSettings = "repo_settings",
        /// The start of the session.
        Startup = "startup",
        /// The agent.
        Agent = "agent",
        /// Plan mode.
        PlanMode = "plan_mode",
        /// The automatic choice of a model.
        Automatic = "automatic",
        /// The user, by a keyboard shortcut.
        ChangeboardingShortcut = "changeboarding_shortcut",
        /// A program, such as this one.
        Sdk = "sdk",
        /// A recommendation for the automatic choice.
        AutoTierRecommendation = "auto_tier_recommendation",
    }

    /// What happened to a plan.
    PlanOperation {
        /// It is new.
        Create = "create",
        /// It was changed.
        Update = "update",
        /// It is gone.
        Delete = "delete",
    }

    /// What happened to a file of the workspace.
    WorkspaceFileOperation {
        /// It is new.
        Create = "create",
        /// It was changed.
        Update = "update",
    }

    /// Why a conversation is summed up.
    CompactionTrigger {
        /// The context is nearly full.
        Threshold = "threshold",
        /// The model refused, because the context was full.
        ContextLimitRetry = "context_limit_retry",
        /// The user or a program asked for it.
        Manual = "manual",
        /// The CLI is short of memory.
        MemoryPressure = "memory_pressure",
        /// The session changes to a model with a smaller context.
        ModelSwitch = "model_switch",
    }
}
