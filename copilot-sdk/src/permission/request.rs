use std::iter;
use std::path::Path;

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::access::PathAccess;
use super::action::{Beside, PermissionAction};
use super::path;
use crate::event::permission::PermissionMode;
use crate::event::{Event, PermissionRequested, SessionMode};
use crate::ids::{AgentId, RequestId, SessionId, ToolCallId};
use crate::members::leading_text;
use crate::payload::read_whole;

/// A request of the agent for permission (event `permission.requested`, wire name
/// `permissionRequest`).
///
/// Displays as one line for people, such as `run: git push`; [`describe`](Self::describe) has the
/// details.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[must_use]
pub struct PermissionRequest {
    /// The session.
    pub session_id: SessionId,
    /// The CLI's id of the request; `None` for requests created by [`new`](Self::new).
    pub request_id: Option<RequestId>,
    /// The sub-agent that asks, or `None` for the session's own agent.
    pub agent_id: Option<AgentId>,
    /// The session of the agent that asks.
    pub owner_session_id: Option<SessionId>,
    /// The tool call that waits for the answer.
    pub tool_call_id: Option<ToolCallId>,
    /// The mode of the agent.
    pub agent_mode: Option<SessionMode>,
    /// The permission mode of the session.
    pub permission_mode: Option<PermissionMode>,
    /// Whether a managed policy requires a person to decide. No `allow_*` rule matches then.
    pub managed_approval_required: bool,
    /// The action to permit.
    pub action: PermissionAction,
    /// Set if the request is only about leaving the session's directories.
    ///
    /// The action itself is requested separately afterwards: reading one file outside results in
    /// two requests.
    pub path_access: Option<PathAccess>,
    consent: ToolConsent,
    is_whole: bool,
}

/// The consent given to a tool by its registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ToolConsent {
    /// Not a tool of this connection.
    #[default]
    NotOurs,
    /// Registered without conditions, which is consent.
    Given,
    /// Registered with `#[tool(ask)]`.
    AskEachTime,
}

impl PermissionRequest {
    /// Parses a request as sent by the CLI, for tests of policies.
    ///
    /// Fields of unexpected shape count as absent; an unknown request becomes
    /// [`PermissionAction::Other`].
    pub fn new(session_id: impl Into<SessionId>, request: Value) -> Self {
        let session_id = session_id.into();
        let read = to_raw_value(&request).ok().and_then(|json| Self::read(&session_id, &json));
        read.unwrap_or_else(|| {
            let kind = request.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
            Self::about(&session_id, PermissionAction::Other { kind, json: request })
        })
    }

    fn read(session_id: &SessionId, json: &RawValue) -> Option<Self> {
        let mut beside = Beside::default();
        let action = PermissionAction::read(json, &mut beside)?;
        let request = Self::about(session_id, action);
        Some(Self {
            tool_call_id: beside.tool_call_id,
            managed_approval_required: beside.managed.0,
            is_whole: beside.is_whole,
            ..request
        })
    }

    fn about(session_id: &SessionId, action: PermissionAction) -> Self {
        Self {
            session_id: session_id.clone(),
            request_id: None,
            agent_id: None,
            owner_session_id: None,
            tool_call_id: None,
            agent_mode: None,
            permission_mode: None,
            managed_approval_required: false,
            action,
            path_access: None,
            consent: ToolConsent::NotOurs,
            is_whole: false,
        }
    }

    /// Adds the CLI's representation of the request for people (wire name `promptRequest`), for
    /// tests of policies.
    ///
    /// ```
    /// use copilot_sdk::permission::PermissionRequest;
    /// use serde_json::json;
    ///
    /// let request = json!({"kind": "read", "path": "/etc/hosts"});
    /// let prompt = json!({"kind": "path", "accessKind": "read", "paths": ["/etc/hosts"]});
    /// let request = PermissionRequest::new("session", request).prompt(prompt);
    /// assert_eq!(request.to_string(), "read outside of the workspace: /etc/hosts");
    /// ```
    #[expect(clippy::needless_pass_by_value, reason = "as `new` takes the request")]
    pub fn prompt(self, prompt: Value) -> Self {
        match to_raw_value(&prompt) {
            Ok(prompt) => self.with_prompt(&prompt),
            Err(_) => self,
        }
    }

    fn with_prompt(mut self, prompt: &RawValue) -> Self {
        if leading_text(prompt, "kind").as_deref() == Some("path") {
            // Some of the paths are worse than none.
            self.path_access = Some(read_whole(prompt.get()).unwrap_or_default());
        }
        self
    }

    /// The request in an event, if it has one.
    pub(crate) fn of_event(
        session_id: &SessionId,
        event: &Event,
        asked: &PermissionRequested,
    ) -> Option<Self> {
        let request = Self::read(session_id, asked.permission_request.as_deref()?)?;
        let request = match asked.prompt_request.as_deref() {
            Some(prompt) => request.with_prompt(prompt),
            None => request,
        };
        Some(Self {
            request_id: Some(asked.request_id.clone()),
            agent_id: event.agent_id.clone().or_else(|| asked.owner_agent_id.clone()),
            owner_session_id: asked.owner_session_id.clone(),
            agent_mode: asked.agent_mode.clone(),
            permission_mode: asked.permission_mode.clone(),
            ..request
        })
    }

    /// The wire name of the action's kind, such as `shell`.
    pub fn kind(&self) -> &str {
        self.action.kind()
    }

    /// The tool, if the request names one (`custom-tool`, `mcp` with the server's name as prefix,
    /// `hook`).
    pub fn tool_name(&self) -> Option<&str> {
        match &self.action {
            PermissionAction::CustomTool(call) => Some(&call.tool_name),
            PermissionAction::Mcp(call) => Some(&call.tool_name),
            PermissionAction::Hook(question) => Some(&question.tool_name),
            _ => None,
        }
    }

    /// The file to be read or written: its resolved path if the CLI sends it, otherwise the path in
    /// the request.
    ///
    /// CLI 1.0.102 sends absolute paths, mostly without `..`, with links not resolved. Do not
    /// compare them as text; use [`is_inside`](Self::is_inside). A write may concern several files:
    /// see [`paths`](Self::paths).
    pub fn path(&self) -> Option<&Path> {
        match &self.action {
            PermissionAction::Read(read) => Some(read.resolved_path.as_ref().unwrap_or(&read.path)),
            PermissionAction::Write(write) => {
                Some(write.resolved_path.as_ref().unwrap_or(&write.file_name))
            }
            _ => None,
        }
        .map(Path::new)
    }

    /// Every file to be read or written, under each name used in the request.
    ///
    /// Empty for shell commands, whose files are not known.
    pub fn paths(&self) -> Vec<&Path> {
        let mut paths: Vec<&Path> = match &self.action {
            PermissionAction::Read(read) => {
                iter::once(&read.path).chain(&read.resolved_path).map(Path::new).collect()
            }
            PermissionAction::Write(write) => {
                let edits =
                    write.file_edits.iter().flat_map(|edit| edit.before.iter().chain(&edit.after));
                let names = iter::once(&write.file_name).chain(&write.resolved_path);
                names.chain(edits.map(|version| &version.path)).map(Path::new).collect()
            }
            _ => return Vec::new(),
        };
        paths.extend(self.path_access.iter().flat_map(|access| &access.paths).map(Path::new));
        paths.sort_unstable();
        paths.dedup();
        paths
    }

    /// Whether the request is to read or write files that are all inside a directory, with links
    /// and `..` resolved.
    ///
    /// Links are resolved on this machine and at this moment, so later changes are not seen. A
    /// relative `directory` is resolved against this program's working directory; a relative path
    /// in a request is inside no directory. The same applies to paths that may differ in the
    /// agent's process or are provided by the kernel, even through a link: `/proc`, `/sys`,
    /// `/dev/fd`, `/dev/stdin`, devices, and the directories above them, including `/`. A hard link
    /// counts as being where its name is. Shell commands are never inside.
    ///
    /// On Windows, only paths on a drive or share that mean the same to every program are inside:
    /// none that is relative to a drive, leads to a device (`NUL`, `\\.\..`) or a stream
    /// (`file:stream`), or has a name that ends with a dot or blank. Short names (`PROGRA~1`),
    /// junctions and upper and lower case are resolved as far as the path exists.
    ///
    /// ```
    /// use copilot_sdk::permission;
    ///
    /// let policy = permission::allow_when(|request| {
    ///     request.kind() == "read" && request.is_inside("/srv/data")
    /// });
    /// ```
    pub fn is_inside(&self, directory: impl AsRef<Path>) -> bool {
        let paths = self.paths();
        !paths.is_empty() && paths.iter().all(|path| path::is_inside(path, directory.as_ref()))
    }

    /// Whether the request is to read or write a file inside a directory, or a directory above it,
    /// with links and `..` resolved. Also `true` if that cannot be determined, as for relative
    /// paths.
    ///
    /// Paths that are inside no directory (see [`is_inside`](Self::is_inside)), such as
    /// `/proc/self/cwd/key`, touch every directory. A directory is recognized under each of its
    /// names, even on case-insensitive file systems. Shell commands are not examined.
    ///
    /// ```
    /// use copilot_sdk::permission;
    ///
    /// let policy = permission::deny(
    ///     |request| request.touches("/srv/secrets"),
    ///     "that directory is private",
    /// )
    /// .or(permission::allow_read_only());
    /// ```
    pub fn touches(&self, directory: impl AsRef<Path>) -> bool {
        self.paths().iter().any(|path| path::touches(path, directory.as_ref()))
    }

    /// Whether all files are the same for every process, and none belongs to the kernel.
    pub(super) fn is_about_plain_files(&self) -> bool {
        let paths = self.paths();
        !paths.is_empty() && paths.iter().all(|path| path::is_plain(Path::new(path)))
    }

    /// The shell command line to run, if there is one.
    pub fn command(&self) -> Option<&str> {
        match &self.action {
            PermissionAction::Shell(shell) => Some(&shell.full_command_text),
            _ => None,
        }
    }

    /// Whether the request is about a tool registered by this program.
    pub fn is_own_tool(&self) -> bool {
        self.consent != ToolConsent::NotOurs
    }

    pub(super) fn consent(&self) -> ToolConsent {
        self.consent
    }

    /// Whether every field was understood. An unknown field may be a reason for denial.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    pub(crate) fn with_consent(mut self, consent: ToolConsent) -> Self {
        self.consent = consent;
        self
    }
}

#[cfg(test)]
mod tests;
