use std::fmt;

use serde_json::Value;

use super::action::PermissionAction;
use crate::ids::{AgentId, SessionId, ToolCallId};

/// The agent asks whether it may do something (event `permission.requested`, wire name `permissionRequest`).
///
/// It shows as one line for a person, such as `run: git push`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PermissionRequest {
    /// The session that asks.
    pub session_id: SessionId,
    /// The sub-agent that asks; `None` for the session's own agent.
    pub agent_id: Option<AgentId>,
    /// The tool call that waits for the answer.
    pub tool_call_id: Option<ToolCallId>,
    /// Whether a managed policy demands that a person decides: no `allow_*` rule matches then.
    pub managed_approval_required: bool,
    /// What the agent wants to do.
    pub action: PermissionAction,
    consent: ToolConsent,
}

/// What this program said about a tool when it registered it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ToolConsent {
    /// Not a tool of this connection.
    #[default]
    NotOurs,
    /// Registered without conditions: that is the consent.
    Given,
    /// Registered with `#[tool(ask)]`.
    AskEachTime,
}

impl PermissionRequest {
    /// Reads a request as the CLI sends it; for tests of policies.
    ///
    /// What is not understood becomes [`PermissionAction::Other`].
    pub fn new(session_id: impl Into<SessionId>, request: Value) -> Self {
        let managed = request
            .get("managedApprovalRequired")
            .is_some_and(|flag| !matches!(flag, Value::Null | Value::Bool(false)));
        Self {
            session_id: session_id.into(),
            agent_id: None,
            tool_call_id: request.get("toolCallId").and_then(Value::as_str).map(ToolCallId::from),
            managed_approval_required: managed,
            action: PermissionAction::from_json(request),
            consent: ToolConsent::NotOurs,
        }
    }

    /// The wire name of the action's kind, such as `shell`.
    pub fn kind(&self) -> &str {
        self.action.kind()
    }

    /// The tool, where the request names one (`custom-tool`, `mcp` with the server's name in front, `hook`).
    pub fn tool_name(&self) -> Option<&str> {
        match &self.action {
            PermissionAction::CustomTool(call) => Some(&call.tool_name),
            PermissionAction::Mcp(call) => Some(&call.tool_name),
            PermissionAction::Hook(question) => Some(&question.tool_name),
            _ => None,
        }
    }

    /// The file that is to be read or written, after links are followed where the CLI says so.
    pub fn path(&self) -> Option<&str> {
        match &self.action {
            PermissionAction::Read(read) => Some(read.resolved_path.as_ref().unwrap_or(&read.path)),
            PermissionAction::Write(write) => Some(write.resolved_path.as_ref().unwrap_or(&write.file_name)),
            _ => None,
        }
    }

    /// The shell command line, where one is to be run.
    pub fn command(&self) -> Option<&str> {
        match &self.action {
            PermissionAction::Shell(shell) => Some(&shell.full_command_text),
            _ => None,
        }
    }

    /// Whether it is about a tool that this program registered.
    pub fn is_own_tool(&self) -> bool {
        self.consent != ToolConsent::NotOurs
    }

    pub(super) fn consent(&self) -> ToolConsent {
        self.consent
    }

    pub(crate) fn with_consent(mut self, consent: ToolConsent) -> Self {
        self.consent = consent;
        self
    }

    pub(crate) fn with_agent(mut self, agent_id: Option<AgentId>) -> Self {
        self.agent_id = agent_id;
        self
    }
}

impl fmt::Display for PermissionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.action {
            PermissionAction::Shell(shell) => write!(f, "run: {}", shell.full_command_text),
            PermissionAction::Write(write) => write!(f, "write: {}", write.file_name),
            PermissionAction::Read(read) => write!(f, "read: {}", read.path),
            PermissionAction::Url(fetch) => write!(f, "fetch: {}", fetch.url),
            PermissionAction::Memory(memory) => write!(f, "remember: {}", memory.fact),
            PermissionAction::Mcp(call) => write!(f, "call the MCP tool {}", call.tool_name),
            PermissionAction::CustomTool(call) => write!(f, "call the tool {}", call.tool_name),
            PermissionAction::Hook(question) => match &question.hook_message {
                Some(message) => write!(f, "call the tool {} ({message})", question.tool_name),
                None => write!(f, "call the tool {}", question.tool_name),
            },
            other => write!(f, "do something of the kind {}", other.kind()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{PermissionAction, PermissionRequest};

    #[test]
    fn a_recorded_shell_request_reads_with_its_nulls() {
        let request = PermissionRequest::new(
            "s",
            json!({"kind": "shell", "toolCallId": "call_40_0", "fullCommandText": "echo hi > a.txt && curl http://127.0.0.1:9/",
                "shellType": "bash", "intention": "d",
                "commands": [{"identifier": "echo hi > a.txt && curl http://127.0.0.1:9/", "readOnly": false}],
                "commandSegments": [
                    {"identifier": "echo", "fullCommandText": "echo hi", "allowMatchIdentifier": null, "staticTokens": null, "hasUnboundExecutableContent": false, "workingDirectory": null},
                    {"identifier": "curl", "fullCommandText": "curl http://127.0.0.1:9/", "hasUnboundExecutableContent": null}],
                "possiblePaths": [], "possibleUrls": [], "canOfferSessionApproval": false, "hasWriteFileRedirection": false, "warning": null}),
        );
        assert_eq!(request.kind(), "shell");
        assert_eq!(request.tool_call_id, Some("call_40_0".into()));
        assert_eq!(request.command(), Some("echo hi > a.txt && curl http://127.0.0.1:9/"));
        assert_eq!(request.to_string(), "run: echo hi > a.txt && curl http://127.0.0.1:9/");
        let PermissionAction::Shell(shell) = request.action else { panic!("{request:?}") };
        assert_eq!(
            shell.command_segments.iter().map(|part| part.identifier.as_str()).collect::<Vec<_>>(),
            ["echo", "curl"]
        );
        assert_eq!((shell.has_write_file_redirection, shell.warning), (false, None));
    }

    #[test]
    fn every_kind_has_its_variant() {
        for kind in [
            "shell",
            "write",
            "read",
            "url",
            "mcp",
            "custom-tool",
            "memory",
            "hook",
            "extension-management",
            "extension-permission-access",
            "extension-env-access",
            "factory",
        ] {
            let request = PermissionRequest::new("s", json!({"kind": kind, "managedApprovalRequired": true}));
            assert!(!matches!(request.action, PermissionAction::Other { .. }), "{kind}");
            assert_eq!((request.kind(), request.managed_approval_required), (kind, true));
        }
    }

    #[test]
    fn what_is_not_understood_is_kept_and_never_an_error() {
        for json in
            [json!({"kind": "teleport", "to": "mars"}), json!({"kind": "read", "path": 7}), json!({}), json!(null)]
        {
            let request = PermissionRequest::new("s", json.clone());
            let kind = json["kind"].as_str().unwrap_or_default().to_owned();
            assert_eq!(request.action, PermissionAction::Other { kind, json });
        }
    }

    #[test]
    fn unsaid_redirection_counts_as_redirection() {
        let request = PermissionRequest::new("s", json!({"kind": "shell", "hasWriteFileRedirection": null}));
        let PermissionAction::Shell(shell) = request.action else { panic!("{request:?}") };
        assert!(shell.has_write_file_redirection);
    }
}
