//! A session's life: start, idle, errors, the task done.

use serde_json::value::RawValue;

use super::macros::{payloads, words};
use crate::ids::{MessageId, SessionId};
use crate::model::{ContextTier, ReasoningEffort, ReasoningSummary, Verbosity};

payloads! {
    /// A session was created (wire name `session.start`).
    SessionStart {
        /// The session.
        session_id: SessionId = "sessionId",
        /// The version of the stored events' format.
        version: u64 = "version",
        /// What writes the events, such as `copilot-agent`.
        producer: String = "producer",
        /// The version of the CLI.
        copilot_version: String = "copilotVersion",
        /// When, as RFC 3339 text.
        start_time: String = "startTime",
        /// The model that was chosen.
        selected_model: Option<String> = "selectedModel",
        /// The provider that runs the model.
        provider_id: Option<String> = "providerId",
        /// The effort that the model is asked for.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// How the model's reasoning is summed up.
        reasoning_summary: Option<ReasoningSummary> = "reasoningSummary",
        /// How much the model writes.
        verbosity: Option<Verbosity> = "verbosity",
        /// The size of the model's context.
        context_tier: Option<ContextTier> = "contextTier",
        /// What the session may use.
        session_limits: Option<SessionLimits> = "sessionLimits",
        /// Where it works.
        context: Option<WorkingDirectory> = "context",
        /// Whether another process has it open.
        already_in_use: bool = "alreadyInUse",
        /// Whether it can be steered from elsewhere.
        remote_steerable: bool = "remoteSteerable",
        /// The session that started this one and no longer waits for it.
        detached_from_spawning_parent_session_id: Option<SessionId> = "detachedFromSpawningParentSessionId",
    }

    /// A stored session was opened again (wire name `session.resume`).
    SessionResume {
        /// When, as RFC 3339 text.
        resume_time: String = "resumeTime",
        /// How many events were stored.
        event_count: u64 = "eventCount",
        /// The size of the stored events.
        events_file_size_bytes: Option<u64> = "eventsFileSizeBytes",
        /// The model that was chosen.
        selected_model: Option<String> = "selectedModel",
        /// The provider that runs the model.
        provider_id: Option<String> = "providerId",
        /// The effort that the model is asked for.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// How the model's reasoning is summed up.
        reasoning_summary: Option<ReasoningSummary> = "reasoningSummary",
        /// How much the model writes.
        verbosity: Option<Verbosity> = "verbosity",
        /// The size of the model's context.
        context_tier: Option<ContextTier> = "contextTier",
        /// What the session may use.
        session_limits: Option<SessionLimits> = "sessionLimits",
        /// Where it works.
        context: Option<WorkingDirectory> = "context",
        /// Whether another process has it open.
        already_in_use: bool = "alreadyInUse",
        /// Whether it was open in this CLI already.
        session_was_active: bool = "sessionWasActive",
        /// Whether it can be steered from elsewhere.
        remote_steerable: bool = "remoteSteerable",
        /// Whether open tool calls and questions go on.
        continue_pending_work: bool = "continuePendingWork",
    }

    /// What a session may use (part of `session.start` and `session.resume`).
    SessionLimits {
        /// AI credits.
        max_ai_credits: Option<f64> = "maxAiCredits",
    }

    /// Where a session works (wire name `session.context_changed`; part of `session.start` and
    /// `session.resume`).
    WorkingDirectory {
        /// The directory.
        cwd: String = "cwd",
        /// The root of the git repository around it.
        git_root: Option<String> = "gitRoot",
        /// The repository, such as `owner/name`.
        repository: Option<String> = "repository",
        /// The kind of its host.
        host_type: Option<HostType> = "hostType",
        /// Its host.
        repository_host: Option<String> = "repositoryHost",
        /// The branch.
        branch: Option<String> = "branch",
        /// The commit that is checked out.
        head_commit: Option<String> = "headCommit",
        /// The commit that the branch started from.
        base_commit: Option<String> = "baseCommit",
        /// Whether git is still being asked.
        pending_git_context: bool = "pendingGitContext",
    }

    /// Something failed; the session stays usable and idle follows (wire name `session.error`).
    SessionError {
        /// The kind of failure, such as `query`, `authentication` or `rate_limit`.
        error_type: String = "errorType",
        /// What a person reads.
        message: String = "message",
        /// The CLI's code for the error.
        error_code: Option<String> = "errorCode",
        /// The HTTP status of the model provider.
        status_code: Option<u16> = "statusCode",
        /// The prompt whose turn failed.
        originating_message_id: Option<MessageId> = "originatingMessageId",
        /// What the provider calls the error.
        provider_error_type: Option<String> = "providerErrorType",
        /// The parameter that the provider objects to.
        provider_error_param: Option<String> = "providerErrorParam",
        /// Whether another model could go on.
        eligible_for_auto_switch: bool = "eligibleForAutoSwitch",
        /// What the user can do about it.
        remediation: Option<RemediationAction> = "remediation",
        /// Where in the CLI.
        stack: Option<String> = "stack",
        /// The provider's id of the request, for its support.
        provider_call_id: Option<String> = "providerCallId",
        /// The service's id of the request, for its support.
        service_request_id: Option<String> = "serviceRequestId",
        /// Where to read more.
        url: Option<String> = "url",
    }

    /// The session has nothing more to do (wire name `session.idle`).
    SessionIdle {
        /// Whether the turn was stopped.
        aborted: bool = "aborted",
        /// How the agent works.
        mode: Option<SessionMode> = "mode",
    }

    /// Something that the user may want to know (wire name `session.info`).
    SessionInfo {
        /// What it is about, such as `model_retry` or `cancellation`.
        info_type: String = "infoType",
        /// What a person reads.
        message: String = "message",
        /// Where to read more.
        url: Option<String> = "url",
        /// What to do about it.
        tip: Option<String> = "tip",
    }

    /// Something that the user should know (wire name `session.warning`).
    SessionWarning {
        /// What it is about, such as `interrupted_tools`.
        warning_type: String = "warningType",
        /// What a person reads.
        message: String = "message",
        /// The prompt in whose turn it happened.
        originating_message_id: Option<MessageId> = "originatingMessageId",
        /// Where to read more.
        url: Option<String> = "url",
        /// What the user can do about it.
        remediation: Option<RemediationAction> = "remediation",
    }

    /// The agent says that the task is done (wire name `session.task_complete`).
    SessionTaskComplete {
        /// What was done.
        summary: String = "summary",
        /// Whether it was done well.
        success: Option<bool> = "success",
        /// How the task stands.
        outcome: Option<TaskOutcome> = "outcome",
        /// Why it stands so.
        reason: Option<String> = "reason",
        /// The objective that it belongs to.
        objective_id: Option<u64> = "objectiveId",
        /// What is in the way.
        blocker: Option<Box<RawValue>> = "blocker",
    }
}

words! {
    /// How the agent works in a session (wire names `mode` and `agentMode`).
    SessionMode {
        /// It asks where it must.
        Interactive = "interactive",
        /// It makes a plan first.
        Plan = "plan",
        /// It goes on until the task is done.
        Autopilot = "autopilot",
    }

    /// The kind of host that a repository has.
    HostType {
        /// GitHub.
        GitHub = "github",
        /// Azure DevOps.
        Ado = "ado",
    }

    /// What the user can do about a problem.
    RemediationAction {
        /// Sign in.
        SignIn = "sign_in",
        /// Use another account.
        SwitchAccount = "switch_account",
        /// Look at the account.
        ShowAccount = "show_account",
        /// Look at the sandbox's rules.
        ReviewSandboxPolicy = "review_sandbox_policy",
        /// Let the sandbox use the network.
        AllowSandboxOutbound = "allow_sandbox_outbound",
        /// Go back in the conversation.
        RewindConversation = "rewind_conversation",
    }

    /// How a task stands.
    TaskOutcome {
        /// It is done.
        Completed = "completed",
        /// There is more to do.
        Continue = "continue",
        /// Something is in the way.
        Blocked = "blocked",
    }
}
