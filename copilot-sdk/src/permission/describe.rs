//! Descriptions of requests for people.

use std::fmt;

use super::action::PermissionAction;
use super::request::PermissionRequest;
use crate::visible::{arguments, excerpt, visible};

impl PermissionRequest {
    /// Describes the request for the person who decides: the line it displays as and, for calls of
    /// tools, MCP tools and tools that a hook asks about, the arguments, one per line.
    ///
    /// Only the end of long values is omitted: each is truncated to 200 characters, with its
    /// length. Control characters, line ends in values and marks that change the text direction are
    /// shown as `\\n` or `\\u{202e}`. The text contains whatever the agent wrote, including
    /// secrets: do not log it.
    ///
    /// ```
    /// use copilot_sdk::permission::PermissionRequest;
    /// use serde_json::json;
    ///
    /// let call =
    ///     json!({"kind": "custom-tool", "toolName": "save_note", "args": {"title": "Milk"}});
    /// let request = PermissionRequest::new("session", call);
    /// assert_eq!(request.describe(), "call the tool save_note\n  title = \"Milk\"");
    /// ```
    pub fn describe(&self) -> String {
        Description(self).to_string()
    }
}

/// Always a single line, whatever the agent wrote.
impl fmt::Display for PermissionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(access) = &self.path_access {
            let paths: Vec<_> = access.paths.iter().map(|path| visible(path)).collect();
            let how = visible(&access.access_kind.to_string());
            return write!(f, "{how} outside of the workspace: {}", paths.join(", "));
        }
        match &self.action {
            PermissionAction::Shell(shell) => {
                write!(f, "run: {}", visible(&shell.full_command_text))
            }
            PermissionAction::Write(write) => write!(f, "write: {}", visible(&write.file_name)),
            PermissionAction::Read(read) => write!(f, "read: {}", visible(&read.path)),
            PermissionAction::Url(fetch) => write!(f, "fetch: {}", visible(&fetch.url)),
            PermissionAction::Memory(memory) => write!(f, "remember: {}", visible(&memory.fact)),
            PermissionAction::Mcp(call) => {
                write!(f, "call the MCP tool {}", visible(&call.tool_name))
            }
            PermissionAction::CustomTool(call) => {
                write!(f, "call the tool {}", visible(&call.tool_name))
            }
            PermissionAction::Hook(question) => {
                write!(f, "call the tool {}", visible(&question.tool_name))?;
                match &question.hook_message {
                    Some(message) => write!(f, " ({})", visible(message)),
                    None => Ok(()),
                }
            }
            other => write!(f, "do something of the kind {}", visible(other.kind())),
        }
    }
}

/// The full description.
struct Description<'a>(&'a PermissionRequest);

impl fmt::Display for Description<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        match &self.0.action {
            PermissionAction::Mcp(call) => {
                write!(f, " of the server {}", excerpt(&call.server_name))?;
                arguments(f, call.args.as_ref())
            }
            PermissionAction::CustomTool(call) => arguments(f, call.args.as_ref()),
            PermissionAction::Hook(question) => arguments(f, question.tool_args.as_ref()),
            PermissionAction::Shell(shell) => detail(f, "warning", shell.warning.as_deref()),
            PermissionAction::Url(fetch) => {
                detail(f, "redirected from", fetch.redirected_from.as_deref())
            }
            PermissionAction::Write(write) => {
                detail(f, "change", Some(write.diff.as_str()).filter(|diff| !diff.is_empty()))
            }
            PermissionAction::Other { json, .. } => arguments(f, Some(json)),
            _ => Ok(()),
        }
    }
}

fn detail(f: &mut fmt::Formatter<'_>, name: &str, value: Option<&str>) -> fmt::Result {
    value.map_or(Ok(()), |value| write!(f, "\n  {name} = {}", excerpt(value)))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::permission::PermissionRequest;

    fn request(json: Value) -> PermissionRequest {
        PermissionRequest::new("s", json)
    }

    #[test]
    fn a_person_sees_what_a_call_is_about() {
        let args = json!({"city": "Lisbon", "note": "a\u{1b}[2K".repeat(60)});
        let note = "a\\u{1b}[2K".repeat(40);
        let shown = format!("\n  city = \"Lisbon\"\n  note = \"{note}…\" (300 characters)");
        for (json, expected) in [
            (
                json!({"kind": "custom-tool", "toolName": "tell", "args": args}),
                format!("call the tool tell{shown}"),
            ),
            (
                json!({"kind": "mcp", "serverName": "mail", "toolName": "mail-send", "args": args}),
                format!("call the MCP tool mail-send of the server mail{shown}"),
            ),
            (
                json!({"kind": "hook", "toolName": "tell", "toolArgs": args,
                    "hookMessage": "sure?"}),
                format!("call the tool tell (sure?){shown}"),
            ),
            (
                json!({"kind": "custom-tool", "toolName": "now"}),
                "call the tool now without arguments".to_owned(),
            ),
            (
                json!({"kind": "shell", "fullCommandText": "rm x", "warning": "careful"}),
                "run: rm x\n  warning = careful".to_owned(),
            ),
            (
                json!({"kind": "write", "fileName": "/a", "diff": "+1\n-2"}),
                "write: /a\n  change = +1\\n-2".to_owned(),
            ),
            (
                json!({"kind": "url", "url": "http://a/", "redirectedFrom": "http://b/"}),
                "fetch: http://a/\n  redirected from = http://b/".to_owned(),
            ),
            (json!({"kind": "read", "path": "/a"}), "read: /a".to_owned()),
            (
                json!({"kind": "teleport", "to": "mars"}),
                "do something of the kind teleport\n  kind = \"teleport\"\n  to = \"mars\""
                    .to_owned(),
            ),
        ] {
            assert_eq!(request(json.clone()).describe(), expected, "{json}");
        }
    }

    #[test]
    fn no_text_of_the_agent_leaves_its_line() {
        for json in [
            json!({"kind": "shell", "fullCommandText": "ls\u{1b}[2K\r\n\u{202e}"}),
            json!({"kind": "read", "path": "/a\n\u{202e}"}),
            json!({"kind": "write", "fileName": "/a\n\u{202e}"}),
            json!({"kind": "url", "url": "http://x/\n\u{202e}"}),
            json!({"kind": "memory", "fact": "a\n\u{202e}"}),
            json!({"kind": "mcp", "toolName": "a\n\u{202e}"}),
            json!({"kind": "custom-tool", "toolName": "a\n\u{202e}"}),
            json!({"kind": "hook", "toolName": "a\n\u{202e}", "hookMessage": "b\n\u{202e}"}),
            json!({"kind": "a\n\u{202e}"}),
        ] {
            let shown = request(json).to_string();
            assert!(!shown.contains(|c: char| c.is_control() || c == '\u{202e}'), "{shown:?}");
        }
        let path = json!({"kind": "path", "accessKind": "r\n", "paths": ["/a\n\u{202e}"]});
        let shown = request(json!({"kind": "read"})).prompt(path).to_string();
        assert_eq!(shown, "r\\n outside of the workspace: /a\\n\\u{202e}");
    }

    #[test]
    fn debug_tells_names_and_sizes_of_arguments_only() {
        let args = json!({"city": "hunter2", "list": ["hunter2"], "deep": {"a": "hunter2"}});
        for json in [
            json!({"kind": "custom-tool", "toolName": "tell", "args": args}),
            json!({"kind": "mcp", "toolName": "tell", "args": args}),
            json!({"kind": "hook", "toolName": "tell", "toolArgs": args}),
            json!({"kind": "teleport", "tool": "tell", "args": args}),
            json!({"kind": "write", "fileName": "tell", "diff": "hunter2",
                "newFileContents": "hunter2",
                "fileEdits": [{"after": {"path": "/a", "content": "hunter2"}}]}),
        ] {
            let shown = format!("{:?}", request(json));
            assert!(!shown.contains("hunter2") && shown.contains(" bytes>"), "{shown}");
        }
        let call = request(json!({"kind": "custom-tool", "toolName": "tell", "args": args}));
        assert!(
            format!("{:?}", call.action)
                .contains(r#"args: {"city": <9 bytes>, "deep": <15 bytes>, "list": <11 bytes>}"#),
            "{call:?}"
        );
    }
}
