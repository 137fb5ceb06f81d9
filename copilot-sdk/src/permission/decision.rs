use serde_json::{Value, json};

use super::action::PermissionAction;
use super::request::PermissionRequest;

/// What the model reads when nothing better is known.
pub(super) const NEUTRAL: &str = "this action is not permitted in this session; continue without it";

/// The answer to a [`PermissionRequest`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PermissionDecision {
    /// Go ahead, this once (wire kind `approve-once`).
    ApproveOnce,
    /// Go ahead, this once: a person looked at this very request (`approve-once` with `approvedInteractively`).
    ApproveInteractively,
    /// Go ahead, and do not ask again for what the approval covers (`approve-for-session`).
    ///
    /// [`Approval::covering`] makes the approval that fits a request.
    ApproveForSession(Approval),
    /// Go ahead, and do not ask again for this domain in this session (`approve-for-session` with `domain`).
    ApproveDomainForSession {
        /// The domain of the address.
        domain: String,
    },
    /// Go ahead, and do not ask again at this place (`approve-for-location`).
    ApproveForLocation {
        /// What is approved.
        approval: Approval,
        /// The CLI's key of the repository or directory.
        location_key: String,
    },
    /// Go ahead, and never ask again for this domain (`approve-permanently`).
    ApprovePermanently {
        /// The domain of the address.
        domain: String,
    },
    /// No; the model reads the feedback and the turn goes on (`reject` with `feedback`).
    ///
    /// Blank feedback is replaced by a neutral sentence, because the CLI takes a rejection without feedback for
    /// [`RejectAndStopTurn`](Self::RejectAndStopTurn).
    Reject {
        /// What the model is told.
        feedback: String,
    },
    /// No, and the whole turn is cancelled: the model is not called again (`reject` without `feedback`).
    RejectAndStopTurn,
    /// Nobody can be asked; the tool fails and the turn goes on (`user-not-available`).
    UserNotAvailable,
    /// No answer from here: another client of the same session gives it. Without one the agent waits for ever.
    LeaveToAnotherClient,
}

impl PermissionDecision {
    /// No, and the model is told why; the turn goes on.
    pub fn reject(feedback: impl Into<String>) -> Self {
        Self::Reject { feedback: feedback.into() }
    }

    /// Whether the agent may go ahead.
    pub fn is_approval(&self) -> bool {
        match self {
            Self::ApproveOnce
            | Self::ApproveInteractively
            | Self::ApproveForSession(_)
            | Self::ApproveDomainForSession { .. }
            | Self::ApproveForLocation { .. }
            | Self::ApprovePermanently { .. } => true,
            Self::Reject { .. } | Self::RejectAndStopTurn | Self::UserNotAvailable | Self::LeaveToAnotherClient => {
                false
            }
        }
    }

    pub(crate) fn denied() -> Self {
        Self::reject(NEUTRAL)
    }

    /// The `result` of `session.permissions.handlePendingPermissionRequest`; `None` when nothing is to be sent.
    pub(crate) fn to_wire(&self) -> Option<Value> {
        Some(match self {
            Self::ApproveOnce => json!({"kind": "approve-once"}),
            Self::ApproveInteractively => json!({"kind": "approve-once", "approvedInteractively": true}),
            Self::ApproveForSession(approval) => {
                json!({"kind": "approve-for-session", "approval": approval.to_wire()})
            }
            Self::ApproveDomainForSession { domain } => json!({"kind": "approve-for-session", "domain": domain}),
            Self::ApproveForLocation { approval, location_key } => {
                json!({"kind": "approve-for-location", "approval": approval.to_wire(), "locationKey": location_key})
            }
            Self::ApprovePermanently { domain } => json!({"kind": "approve-permanently", "domain": domain}),
            Self::Reject { feedback } => {
                let feedback = if feedback.trim().is_empty() { NEUTRAL } else { feedback };
                json!({"kind": "reject", "feedback": feedback})
            }
            Self::RejectAndStopTurn => json!({"kind": "reject"}),
            Self::UserNotAvailable => json!({"kind": "user-not-available"}),
            Self::LeaveToAnotherClient => return None,
        })
    }
}

/// What a lasting approval covers (wire name `approval`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Approval {
    /// These shell commands, as the request names them (`commands`).
    Commands(Vec<String>),
    /// Reading (`read`).
    Read,
    /// Writing (`write`).
    Write,
    /// Tools of an MCP server (`mcp`).
    Mcp {
        /// The server.
        server_name: String,
        /// The tool without the server's name; `None` for all.
        tool_name: Option<String>,
    },
    /// Model requests of an MCP server (`mcp-sampling`).
    McpSampling {
        /// The server.
        server_name: String,
    },
    /// Changes of memory (`memory`).
    Memory,
    /// A custom tool (`custom-tool`).
    CustomTool {
        /// The tool.
        tool_name: String,
    },
    /// Changes of extensions (`extension-management`).
    ExtensionManagement {
        /// The operation; `None` for all.
        operation: Option<String>,
    },
    /// The capabilities of an extension (`extension-permission-access`).
    ExtensionPermissionAccess {
        /// The extension.
        extension_name: String,
    },
    /// Environment variables for an extension (`extension-env-access`).
    ExtensionEnvAccess {
        /// The extension.
        extension_name: String,
        /// The names of the variables.
        environment_variables: Vec<String>,
    },
    /// A factory (`workflow`).
    Factory {
        /// The key that its request carries.
        approval_key: Option<String>,
    },
}

impl Approval {
    /// The narrowest approval that covers this request and its like; `None` where the CLI offers none.
    ///
    /// ```
    /// use copilot_sdk::permission::{Approval, PermissionDecision, PermissionRequest};
    ///
    /// fn remember(request: &PermissionRequest) -> PermissionDecision {
    ///     match Approval::covering(request) {
    ///         Some(approval) => PermissionDecision::ApproveForSession(approval),
    ///         None => PermissionDecision::ApproveOnce,
    ///     }
    /// }
    /// ```
    pub fn covering(request: &PermissionRequest) -> Option<Self> {
        Some(match &request.action {
            PermissionAction::Shell(shell) if shell.can_offer_session_approval && !shell.commands.is_empty() => {
                Self::Commands(shell.commands.iter().map(|command| command.identifier.clone()).collect())
            }
            PermissionAction::Write(write) if write.can_offer_session_approval => Self::Write,
            PermissionAction::Read(_) => Self::Read,
            PermissionAction::Mcp(call) => {
                let prefix = format!("{}-", call.server_name);
                let tool_name = call.tool_name.strip_prefix(&prefix).unwrap_or(&call.tool_name);
                Self::Mcp { server_name: call.server_name.clone(), tool_name: Some(tool_name.to_owned()) }
            }
            PermissionAction::CustomTool(call) => Self::CustomTool { tool_name: call.tool_name.clone() },
            PermissionAction::Memory(_) => Self::Memory,
            PermissionAction::ExtensionManagement(change) => {
                Self::ExtensionManagement { operation: Some(change.operation.clone()) }
            }
            PermissionAction::ExtensionPermissionAccess(access) => {
                Self::ExtensionPermissionAccess { extension_name: access.extension_name.clone() }
            }
            PermissionAction::ExtensionEnvAccess(access) => Self::ExtensionEnvAccess {
                extension_name: access.extension_name.clone(),
                environment_variables: access.environment_variables.clone(),
            },
            PermissionAction::Factory(run) if run.can_persist_approval => {
                Self::Factory { approval_key: Some(run.approval_key.clone()) }
            }
            _ => return None,
        })
    }

    fn to_wire(&self) -> Value {
        match self {
            Self::Commands(identifiers) => json!({"kind": "commands", "commandIdentifiers": identifiers}),
            Self::Read => json!({"kind": "read"}),
            Self::Write => json!({"kind": "write"}),
            // The one `null` of the protocol that means something: every tool of the server.
            Self::Mcp { server_name, tool_name } => {
                json!({"kind": "mcp", "serverName": server_name, "toolName": tool_name})
            }
            Self::McpSampling { server_name } => json!({"kind": "mcp-sampling", "serverName": server_name}),
            Self::Memory => json!({"kind": "memory"}),
            Self::CustomTool { tool_name } => json!({"kind": "custom-tool", "toolName": tool_name}),
            Self::ExtensionManagement { operation: None } => json!({"kind": "extension-management"}),
            Self::ExtensionManagement { operation } => json!({"kind": "extension-management", "operation": operation}),
            Self::ExtensionPermissionAccess { extension_name } => {
                json!({"kind": "extension-permission-access", "extensionName": extension_name})
            }
            Self::ExtensionEnvAccess { extension_name, environment_variables } => {
                json!({"kind": "extension-env-access", "extensionName": extension_name,
                    "environmentVariables": environment_variables})
            }
            Self::Factory { approval_key: None } => json!({"kind": "workflow"}),
            Self::Factory { approval_key } => json!({"kind": "workflow", "approvalKey": approval_key}),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Approval, NEUTRAL, PermissionDecision, PermissionRequest};

    #[test]
    fn every_decision_has_its_wire_form() {
        let table = [
            (PermissionDecision::ApproveOnce, json!({"kind": "approve-once"})),
            (PermissionDecision::ApproveInteractively, json!({"kind": "approve-once", "approvedInteractively": true})),
            (
                PermissionDecision::ApproveForSession(Approval::CustomTool { tool_name: "get_weather".into() }),
                json!({"kind": "approve-for-session", "approval": {"kind": "custom-tool", "toolName": "get_weather"}}),
            ),
            (
                PermissionDecision::ApproveDomainForSession { domain: "a.b".into() },
                json!({"kind": "approve-for-session", "domain": "a.b"}),
            ),
            (
                PermissionDecision::ApproveForLocation { approval: Approval::Read, location_key: "k".into() },
                json!({"kind": "approve-for-location", "approval": {"kind": "read"}, "locationKey": "k"}),
            ),
            (
                PermissionDecision::ApprovePermanently { domain: "a.b".into() },
                json!({"kind": "approve-permanently", "domain": "a.b"}),
            ),
            (PermissionDecision::reject("no"), json!({"kind": "reject", "feedback": "no"})),
            (PermissionDecision::RejectAndStopTurn, json!({"kind": "reject"})),
            (PermissionDecision::UserNotAvailable, json!({"kind": "user-not-available"})),
        ];
        for (decision, wire) in table {
            assert_eq!(decision.to_wire(), Some(wire), "{decision:?}");
        }
        assert_eq!(PermissionDecision::LeaveToAnotherClient.to_wire(), None);
    }

    #[test]
    fn a_rejection_with_blank_feedback_does_not_stop_the_turn() {
        assert_eq!(PermissionDecision::reject(" \n").to_wire(), Some(json!({"kind": "reject", "feedback": NEUTRAL})));
    }

    #[test]
    fn an_approval_covers_what_was_asked() {
        let covering = |request: Value| Approval::covering(&PermissionRequest::new("s", request)).map(|a| a.to_wire());
        assert_eq!(
            covering(json!({"kind": "mcp", "serverName": "srv", "toolName": "srv-echo"})),
            Some(json!({"kind": "mcp", "serverName": "srv", "toolName": "echo"}))
        );
        let shell = |offered: bool| json!({"kind": "shell", "commands": [{"identifier": "git push"}], "canOfferSessionApproval": offered});
        assert_eq!(covering(shell(true)), Some(json!({"kind": "commands", "commandIdentifiers": ["git push"]})));
        assert_eq!(covering(shell(false)), None);
        assert_eq!(covering(json!({"kind": "hook", "toolName": "x"})), None);
    }
}
