use crate::event::macros::{open_enums, payloads};
use crate::ids::SessionId;
use crate::model::{ContextTier, ReasoningEffort, ReasoningSummary, Verbosity};

payloads! {
    /// The creation of a session (wire name `session.start`).
    SessionStartEvent {
        /// The id of the session.
        session_id: SessionId = "sessionId",
        /// The version of the format of stored events.
        version: u64 = "version",
        /// The program that writes the events, such as `copilot-agent`.
        producer: String = "producer",
        /// The version of the CLI.
        copilot_version: String = "copilotVersion",
        /// The time of creation, as RFC 3339 text.
        start_time: String = "startTime",
        /// The selected model.
        selected_model: Option<String> = "selectedModel",
        /// The provider that runs the model.
        provider_id: Option<String> = "providerId",
        /// The requested reasoning effort.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// The requested detail of reasoning summaries.
        reasoning_summary: Option<ReasoningSummary> = "reasoningSummary",
        /// The requested length of answers.
        verbosity: Option<Verbosity> = "verbosity",
        /// The tier of the model's context window.
        context_tier: Option<ContextTier> = "contextTier",
        /// The limits of the session's usage.
        session_limits: Option<SessionLimits> = "sessionLimits",
        /// The working directory and its repository.
        context: Option<WorkingDirectory> = "context",
        /// Whether another process has the session open.
        already_in_use: bool = "alreadyInUse",
        /// Whether remote clients can steer the session.
        remote_steerable: bool = "remoteSteerable",
        /// The session that started this one and does not wait for it.
        detached_from_spawning_parent_session_id: Option<SessionId>
            = "detachedFromSpawningParentSessionId",
    }

    /// The reopening of a stored session (wire name `session.resume`).
    SessionResume {
        /// The time of reopening, as RFC 3339 text.
        resume_time: String = "resumeTime",
        /// The number of stored events.
        event_count: u64 = "eventCount",
        /// The size of the stored events, in bytes.
        events_file_size_bytes: Option<u64> = "eventsFileSizeBytes",
        /// The selected model.
        selected_model: Option<String> = "selectedModel",
        /// The provider that runs the model.
        provider_id: Option<String> = "providerId",
        /// The requested reasoning effort.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// The requested detail of reasoning summaries.
        reasoning_summary: Option<ReasoningSummary> = "reasoningSummary",
        /// The requested length of answers.
        verbosity: Option<Verbosity> = "verbosity",
        /// The tier of the model's context window.
        context_tier: Option<ContextTier> = "contextTier",
        /// The limits of the session's usage.
        session_limits: Option<SessionLimits> = "sessionLimits",
        /// The working directory and its repository.
        context: Option<WorkingDirectory> = "context",
        /// Whether another process has the session open.
        already_in_use: bool = "alreadyInUse",
        /// Whether the session was already open in this CLI.
        session_was_active: bool = "sessionWasActive",
        /// Whether remote clients can steer the session.
        remote_steerable: bool = "remoteSteerable",
        /// Whether pending tool calls and questions continue.
        continue_pending_work: bool = "continuePendingWork",
    }

    /// The limits of a session's usage (part of `session.start` and `session.resume`).
    SessionLimits {
        /// The maximum of AI credits.
        max_ai_credits: Option<f64> = "maxAiCredits",
    }

    /// The working directory of a session and its repository (wire name `session.context_changed`;
    /// part of `session.start` and `session.resume`).
    WorkingDirectory {
        /// The path of the directory.
        cwd: String = "cwd",
        /// The root of the enclosing git repository.
        git_root: Option<String> = "gitRoot",
        /// The repository, such as `owner/name`.
        repository: Option<String> = "repository",
        /// The kind of the repository's host.
        host_type: Option<HostType> = "hostType",
        /// The repository's host.
        repository_host: Option<String> = "repositoryHost",
        /// The branch.
        branch: Option<String> = "branch",
        /// The checked-out commit.
        head_commit: Option<String> = "headCommit",
        /// The commit from which the branch started.
        base_commit: Option<String> = "baseCommit",
        /// Whether details from git are still pending.
        pending_git_context: bool = "pendingGitContext",
    }
}

open_enums! {
    /// The kind of a repository's host.
    HostType {
        /// GitHub.
        GitHub = "github",
        /// Azure DevOps.
        Ado = "ado",
    }
}
