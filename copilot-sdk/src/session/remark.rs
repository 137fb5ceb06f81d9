//! What deserves a line in the log although nobody asked: a session that has less than it was given.

use crate::event::{Event, EventData, McpServerStatus};

/// The line for an event, where it deserves one.
pub(super) fn remark(event: &Event) -> Option<String> {
    match &event.data {
        EventData::SessionMcpServerToolsLoaded(loaded) if loaded.tool_count == 0 => {
            let name = &loaded.server_name;
            Some(format!("the mcp server `{name}` contributes no tool: check its configuration and its `tools` filter"))
        }
        EventData::SessionMcpServerStatusChanged(change) if change.status == McpServerStatus::Failed => {
            let why = change.error.as_deref().unwrap_or("the cli does not say why");
            Some(format!("the mcp server `{}` failed, the session goes on without it: {why}", change.server_name))
        }
        EventData::SessionWarning(warning) if warning.warning_type == "system_prompt_customize" => {
            Some(format!("the cli did not take the system message as it was given: {}", warning.message))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::remark;

    fn said(event_type: &str, data: &str) -> Option<String> {
        let json = format!(r#"{{"type":"{event_type}","data":{data},"id":"e1"}}"#);
        remark(&serde_json::from_str(&json).unwrap())
    }

    #[test]
    fn a_section_that_the_cli_does_not_know_is_named() {
        let warning =
            |kind| said("session.warning", &format!(r#"{{"warningType":"{kind}","message":"Unknown \"x\""}}"#));
        assert_eq!(
            warning("system_prompt_customize").as_deref(),
            Some("the cli did not take the system message as it was given: Unknown \"x\"")
        );
        assert_eq!(warning("interrupted_tools"), None);
    }

    #[test]
    fn an_mcp_server_that_adds_nothing_is_named() {
        let loaded =
            |count| said("session.mcp_server_tools_loaded", &format!(r#"{{"serverName":"s","toolCount":{count}}}"#));
        assert_eq!(
            loaded(0).as_deref(),
            Some("the mcp server `s` contributes no tool: check its configuration and its `tools` filter")
        );
        assert_eq!(loaded(1), None);
        let changed = |status| {
            said(
                "session.mcp_server_status_changed",
                &format!(r#"{{"serverName":"s","status":"{status}","error":"e"}}"#),
            )
        };
        assert_eq!(changed("failed").as_deref(), Some("the mcp server `s` failed, the session goes on without it: e"));
        assert_eq!(changed("connected"), None);
    }
}
