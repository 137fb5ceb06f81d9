//! Permission requests and their decisions (`permission.*`).
//!
//! The session's policy answers the requests; see [`crate::permission`].

use serde_json::value::RawValue;

use super::macros::{open_enums, payloads};
pub use super::shared::PermissionMode;
use super::shared::SessionMode;
use crate::ids::{AgentId, RequestId, SessionId, ToolCallId};

payloads! {
    /// A permission request of the agent (wire name `permission.requested`).
    PermissionRequested {
        /// The id under which the answer is expected.
        request_id: RequestId = "requestId",
        /// The action: an object with a `kind`, such as `shell` or `custom-tool`.
        permission_request: Option<Box<RawValue>> = "permissionRequest",
        /// The action, in a form to show to a person.
        prompt_request: Option<Box<RawValue>> = "promptRequest",
        /// The way permission requests are decided in this session.
        permission_mode: Option<PermissionMode> = "permissionMode",
        /// The working mode of the agent.
        agent_mode: Option<SessionMode> = "agentMode",
        /// The session of the agent that asks.
        owner_session_id: Option<SessionId> = "ownerSessionId",
        /// The sub-agent that asks.
        owner_agent_id: Option<AgentId> = "ownerAgentId",
        /// An assessment of the risk.
        risk_assessment: Option<Box<RawValue>> = "riskAssessment",
        /// Whether a hook has already decided.
        resolved_by_hook: bool = "resolvedByHook",
    }

    /// The decision on a permission request (wire name `permission.completed`).
    PermissionCompleted {
        /// The id of the request.
        request_id: RequestId = "requestId",
        /// The tool call that needed the permission.
        tool_call_id: Option<ToolCallId> = "toolCallId",
        /// The decision.
        result: PermissionResult = "result",
        /// The origin of the decision.
        decision_source: Option<PermissionDecisionSource> = "decisionSource",
    }

    /// The decision on a permission request, with its details (part of `permission.completed`).
    PermissionResult {
        /// The decision.
        kind: PermissionResultKind = "kind",
        /// The text for the model, after a denial by the user.
        feedback: Option<String> = "feedback",
        /// The reason for a cancellation.
        reason: Option<String> = "reason",
        /// The reason for a denial by a hook or a policy.
        message: Option<String> = "message",
        /// The path that a policy protects.
        path: Option<String> = "path",
        /// Whether the denial ends the turn.
        interrupt: bool = "interrupt",
        /// The rules that denied the request.
        rules: Vec<PermissionRule> = "rules",
        /// The directories that may be read from now on.
        directories: Vec<String> = "directories",
        /// The approval of further requests: an object with a `kind`.
        approval: Option<Box<RawValue>> = "approval",
        /// The location for which the approval holds.
        location_key: Option<String> = "locationKey",
    }

    /// A rule that denied a request (part of `permission.completed`).
    PermissionRule {
        /// The kind of action, such as `shell`.
        kind: String = "kind",
        /// The argument to match; `None` means every action of the kind.
        argument: Option<String> = "argument",
    }
}

open_enums! {
    /// The decision on a permission request.
    PermissionResultKind {
        /// Approved once.
        Approved = "approved",
        /// Approved, with similar requests for the rest of the session.
        ApprovedForSession = "approved-for-session",
        /// Approved, with similar requests at this location from now on.
        ApprovedForLocation = "approved-for-location",
        /// Approved, with reads in some directories for the rest of the session.
        ApprovedReadOnlyForSession = "approved-read-only-for-session",
        /// Cancelled: the request was withdrawn.
        Cancelled = "cancelled",
        /// Denied by the user or by this program.
        DeniedInteractivelyByUser = "denied-interactively-by-user",
        /// Denied by rules.
        DeniedByRules = "denied-by-rules",
        /// Denied: no rule approves the request, and there is no user to ask.
        DeniedNoApprovalRule = "denied-no-approval-rule-and-could-not-request-from-user",
        /// Denied by a policy that protects the content.
        DeniedByContentExclusionPolicy = "denied-by-content-exclusion-policy",
        /// Denied by a hook.
        DeniedByPermissionRequestHook = "denied-by-permission-request-hook",
    }

    /// The origin of a permission decision.
    PermissionDecisionSource {
        /// A model.
        AssistedApproval = "assisted_approval",
        /// A person.
        HumanResponse = "human_response",
        /// The policy of the program.
        HostPolicy = "host_policy",
        /// The rule for unattended sessions.
        UnattendedFallback = "unattended_fallback",
        /// An earlier decision.
        AuthorizationCarryForward = "authorization_carry_forward",
    }
}
