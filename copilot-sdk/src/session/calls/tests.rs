//! What calls return, read.

use serde_json::{Value, from_value, json};

use super::{AgentInfo, AgentSource, McpServerInfo, SkillInfo};
use crate::event::mcp::{McpServerSource, McpServerStatus};
use crate::event::skill::SkillSource;

#[test]
fn where_things_come_from_reads_as_an_enum_known_or_not() {
    let with =
        |source: &str| -> Value { json!({"name": "n", "status": "needs-auth", "source": source}) };
    for (word, source) in [("inherited", AgentSource::Inherited), ("moon", "moon".into())] {
        assert_eq!(from_value::<AgentInfo>(with(word)).unwrap().source, Some(source));
    }
    for (word, source) in
        [("personal-copilot", SkillSource::PersonalCopilot), ("moon", "moon".into())]
    {
        assert_eq!(from_value::<SkillInfo>(with(word)).unwrap().source, Some(source));
    }
    for (word, source) in [("workspace", McpServerSource::Workspace), ("moon", "moon".into())] {
        let status = McpServerStatus::NeedsAuth;
        let info =
            McpServerInfo { name: "n".to_owned(), status, source: Some(source), error: None };
        assert_eq!(from_value::<McpServerInfo>(with(word)).unwrap(), info);
    }
}
