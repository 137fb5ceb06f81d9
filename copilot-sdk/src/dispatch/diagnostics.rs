//! Log lines about parts of the configuration that did not take effect, such as failed MCP servers.

use std::collections::HashSet;
use std::sync::{Arc, MutexGuard, PoisonError};

use serde::Serialize;

use super::Dispatch;
use crate::error::Result;
use crate::event::{EventData, McpServerStatus};
use crate::excerpt::Excerpt;
use crate::mcp::McpToolInfo;
use crate::payload::answers;
use crate::session_peer::SessionPeer;
use crate::task::spawn;

/// How many lines are remembered so that they are not logged twice.
pub(super) const KNOWN_LINES: usize = 256;
/// Maximum length of a line in characters, since names and errors of servers are unbounded.
const LINE_LENGTH: usize = 1000;

impl Dispatch {
    /// Logs a line for an event that warrants one.
    pub(crate) fn diagnose(self: &Arc<Self>, data: &EventData) {
        if let Some(line) = line(data, self.code.handlers.mcp_auth.is_some()) {
            self.warn(&line);
        }
        let EventData::SessionMcpServerToolsLoaded(loaded) = data else { return };
        let Some(chosen) = self.code.chosen_mcp_tools.get(&loaded.server_name) else { return };
        // One at a time: a server may say so faster than the CLI answers.
        if loaded.tool_count > 0 && self.comparing().insert(loaded.server_name.clone()) {
            spawn(Arc::clone(self).compare(loaded.server_name.clone(), chosen.clone()));
        }
    }

    /// Warns about selected tools that a server does not have, which the CLI silently skips.
    async fn compare(self: Arc<Self>, server_name: String, mut chosen: Vec<String>) {
        let there = mcp_tools(&self.peer, &server_name).await;
        self.comparing().remove(&server_name);
        let Ok(there) = there else { return };
        let there: Vec<_> = there.into_iter().map(|tool| tool.name).collect();
        chosen.retain(|name| !there.contains(name));
        if !chosen.is_empty() {
            let (chosen, there) = (chosen.join(", "), there.join(", "));
            self.warn(&format!(
                "the mcp server `{server_name}` has no tool {chosen}, which its `tools` name; it \
                 has {there}"
            ));
        }
    }

    /// The servers whose tools are being compared.
    fn comparing(&self) -> MutexGuard<'_, HashSet<String>> {
        self.comparing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Logs each line once, because a server may connect several times.
    pub(super) fn warn(&self, line: &str) {
        let is_new = self.said.lock().unwrap_or_else(PoisonError::into_inner).insert(line);
        if is_new {
            let line = Excerpt::of(line).up_to(LINE_LENGTH);
            tracing::warn!(session_id = %self.session_id(), "{line}");
        }
    }
}

/// All tools of one MCP server of a session.
pub(crate) async fn mcp_tools(peer: &SessionPeer, server_name: &str) -> Result<Vec<McpToolInfo>> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ServerParams<'a> {
        server_name: &'a str,
    }
    answers! {
        struct Tools {
            tools: Vec<McpToolInfo> = "tools" [required],
        }
    }
    let tools = peer.call::<Tools>("session.mcp.listTools", ServerParams { server_name }).await?;
    Ok(tools.tools)
}

fn line(data: &EventData, asks_for_logins: bool) -> Option<String> {
    match data {
        EventData::SessionMcpServerToolsLoaded(loaded) if loaded.tool_count == 0 => {
            Some(format!("the mcp server `{}` has no tools", loaded.server_name))
        }
        EventData::SessionMcpServerStatusChanged(change) => match change.status {
            McpServerStatus::Failed => {
                let why = change.error.as_deref().unwrap_or("the cli does not say why");
                Some(format!(
                    "the mcp server `{}` failed, the session continues without it: {why}",
                    change.server_name
                ))
            }
            McpServerStatus::NeedsAuth if !asks_for_logins => Some(format!(
                "the mcp server `{}` requires a login, the session continues without it: give the \
                 session an `on_mcp_auth`, or the server a header with a token",
                change.server_name
            )),
            _ => None,
        },
        EventData::SessionWarning(warning) if warning.warning_type == "system_prompt_customize" => {
            Some(format!("the cli did not use the system message as given: {}", warning.message))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::line;
    use crate::event::Event;

    fn said(event_type: &str, data: &str, asks_for_logins: bool) -> Option<String> {
        let json = format!(r#"{{"type":"{event_type}","data":{data},"id":"e1"}}"#);
        let event: Event = serde_json::from_str(&json).unwrap();
        line(&event.data, asks_for_logins)
    }

    #[test]
    fn a_section_that_the_cli_does_not_know_is_named() {
        let warning = |kind| {
            said(
                "session.warning",
                &format!(r#"{{"warningType":"{kind}","message":"Unknown \"x\""}}"#),
                false,
            )
        };
        assert_eq!(
            warning("system_prompt_customize").as_deref(),
            Some("the cli did not use the system message as given: Unknown \"x\"")
        );
        assert_eq!(warning("interrupted_tools"), None);
    }

    #[test]
    fn an_mcp_server_that_adds_nothing_is_named() {
        let loaded = |count| {
            said(
                "session.mcp_server_tools_loaded",
                &format!(r#"{{"serverName":"s","toolCount":{count}}}"#),
                false,
            )
        };
        assert_eq!(loaded(0).as_deref(), Some("the mcp server `s` has no tools"));
        assert_eq!(loaded(1), None);
        let changed = |status, asks| {
            let data = format!(r#"{{"serverName":"s","status":"{status}","error":"e"}}"#);
            said("session.mcp_server_status_changed", &data, asks)
        };
        assert_eq!(
            changed("failed", true).as_deref(),
            Some("the mcp server `s` failed, the session continues without it: e")
        );
        assert_eq!(changed("connected", false), None);
        assert_eq!(changed("needs-auth", true), None, "the handler is asked");
        let unasked = changed("needs-auth", false).unwrap();
        assert!(unasked.starts_with("the mcp server `s` requires a login"), "{unasked}");
    }
}
