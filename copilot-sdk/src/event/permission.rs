//! Questions whether the agent may do something.

use serde_json::value::RawValue;

use super::macros::{payloads, words};
use super::session::SessionMode;
use crate::ids::{AgentId, RequestId, SessionId, ToolCallId};

payloads! {
    /// The agent asks for permission (wire name `permission.requested`).
    PermissionRequested {
        /// Under this id the answer is expected.
        request_id: RequestId = "requestId",
        /// What it wants to do: an object with a `kind`, such as `shell` or `custom-tool`.
        permission_request: Option<Box<RawValue>> = "permissionRequest",
        /// The same for showing it to a person.
        prompt_request: Option<Box<RawValue>> = "promptRequest",
        /// How permissions are decided in this session.
        permission_mode: Option<PermissionMode> = "permissionMode",
        /// How the agent works.
        agent_mode: Option<SessionMode> = "agentMode",
        /// The session of the agent that asks.
        owner_session_id: Option<SessionId> = "ownerSessionId",
        /// The sub-agent that asks.
        owner_agent_id: Option<AgentId> = "ownerAgentId",
        /// How dangerous it may be.
        risk_assessment: Option<Box<RawValue>> = "riskAssessment",
        /// Whether a hook has decided it already.
        resolved_by_hook: bool = "resolvedByHook",
    }

    /// A question for permission is decided (wire name `permission.completed`).
    PermissionCompleted {
        /// As in the question.
        request_id: RequestId = "requestId",
        /// The tool call that it was about.
        tool_call_id: Option<ToolCallId> = "toolCallId",
        /// The decision.
        result: PermissionResult = "result",
        /// Who decided.
        decision_source: Option<PermissionDecisionSource> = "decisionSource",
    }

    /// How a question for permission was decided (part of `permission.completed`).
    PermissionResult {
        /// The decision.
        kind: PermissionResultKind = "kind",
        /// What the model is told about a denial by the user.
        feedback: Option<String> = "feedback",
        /// Why the question was withdrawn.
        reason: Option<String> = "reason",
        /// Why a hook or a policy denied it.
        message: Option<String> = "message",
        /// The path that a policy protects.
        path: Option<String> = "path",
        /// Whether the turn ends with the denial.
        interrupt: bool = "interrupt",
        /// The rules that denied it.
        rules: Vec<PermissionRule> = "rules",
        /// Where reading is allowed from now on.
        directories: Vec<String> = "directories",
        /// What else is allowed from now on: an object with a `kind`.
        approval: Option<Box<RawValue>> = "approval",
        /// Where it is allowed from now on.
        location_key: Option<String> = "locationKey",
    }

    /// A rule that denied something (part of `permission.completed`).
    PermissionRule {
        /// What it is about, such as `shell`.
        kind: String = "kind",
        /// What exactly; none means all of the kind.
        argument: Option<String> = "argument",
    }

    /// Permissions are decided in another way from now on (wire name
    /// `session.permissions_changed`).
    SessionPermissionsChanged {
        /// How they were decided before.
        previous_mode: Option<PermissionMode> = "previousMode",
        /// How they are decided now.
        mode: Option<PermissionMode> = "mode",
        /// The model that helps to decide.
        assisted_approval_model: Option<String> = "assistedApprovalModel",
    }
}

words! {
    /// How permissions are decided.
    PermissionMode {
        /// By asking.
        Manual = "manual",
        /// By a model where it is sure, else by asking.
        Assisted = "assisted",
        /// Everything is allowed.
        AllowAll = "allow-all",
    }

    /// A decision on permission.
    PermissionResultKind {
        /// Allowed this once.
        Approved = "approved",
        /// Allowed, and the like of it for the rest of the session.
        ApprovedForSession = "approved-for-session",
        /// Allowed, and the like of it at this place from now on.
        ApprovedForLocation = "approved-for-location",
        /// Reading in some directories is allowed for the rest of the session.
        ApprovedReadOnlyForSession = "approved-read-only-for-session",
        /// The question was withdrawn.
        Cancelled = "cancelled",
        /// Denied by the user or this program.
        DeniedInteractivelyByUser = "denied-interactively-by-user",
        /// Denied by rules.
        DeniedByRules = "denied-by-rules",
        /// Denied because nobody could be asked.
        DeniedNoApprovalRule = "denied-no-approval-rule-and-could-not-request-from-user",
        /// Denied because a policy protects the content.
        DeniedByContentExclusionPolicy = "denied-by-content-exclusion-policy",
        /// Denied by a hook.
        DeniedByPermissionRequestHook = "denied-by-permission-request-hook",
    }

    /// Who decided on a permission.
    PermissionDecisionSource {
        /// A model.
        AssistedApproval = "assisted_approval",
        /// A person.
        HumanResponse = "human_response",
        /// The policy of the program.
        HostPolicy = "host_policy",
        /// The rule for sessions that nobody watches.
        UnattendedFallback = "unattended_fallback",
        /// An earlier decision.
        AuthorizationCarryForward = "authorization_carry_forward",
    }
}
