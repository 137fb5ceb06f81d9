//! Calls on a live session, one file per subject.

mod agents;
mod canvas;
mod compact;
mod context;
mod fork;
mod log;
mod login;
mod mcp;
mod mode;
mod model;
mod operate;
mod pending;
mod queue;
mod rewind;
#[cfg(feature = "rpc-host")]
mod rpc;
mod skills;
mod tasks;
mod tools;
mod typed;
mod usage;
mod workspace;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use agents::{AgentInfo, AgentSource};
pub use canvas::{CanvasInfo, OpenCanvas};
pub use compact::{Compact, Compaction, ContextWindow};
pub use context::ContextUsage;
pub use fork::Fork;
pub use mcp::McpServerInfo;
pub use mode::ModeChange;
pub use model::{CurrentModel, ModelChange, SetModel};
pub use operate::{PluginInfo, RemoteAccess, SkillDiagnostics};
pub use pending::{PendingAnswer, PendingQuestion, PendingRequest, PendingToolCall};
pub use queue::{QueuedPrompt, WithdrawOutcome};
pub use rewind::{
    RewindMode, RewindOutcome, RewindPoint, RewindPoints, Rewound, SkipReason, SkippedFile,
    Truncated,
};
pub use skills::SkillInfo;
pub use tasks::{BackgroundTask, TaskKind, TaskStatus};
pub use tools::ToolInfo;
pub use typed::AskAs;
pub use usage::{AgentUsage, SessionUsage};

use super::Session;
use crate::config::LiveChanges;
use crate::error::Result;

impl Session {
    /// Calls an RPC method that has no typed wrapper. The session's id is added to the params.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use serde_json::{Value, json};
    ///
    /// let tasks: Value = session.call("session.tasks.list", json!({})).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI refuses,
    /// [`ErrorKind::Protocol`](crate::ErrorKind::Protocol) if the result does not deserialize into
    /// `R`, [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future discards the result; the call is made nonetheless.
    pub async fn call<R: DeserializeOwned>(
        &self,
        method: impl Into<String>,
        params: impl Serialize,
    ) -> Result<R> {
        self.check()?;
        let method = method.into();
        let params = self.0.peer.addressed(params);
        let written = params.as_ref().ok();
        let change = written.and_then(|params| LiveChanges::of_call(&method, params));
        let result = self.0.peer.call_written(&method, params).await?;
        if let Some(change) = change {
            self.config().live.note(change);
        }
        Ok(result)
    }

    /// Calls a method whose result carries no information.
    async fn call_unit(&self, method: &str, params: impl Serialize) -> Result<()> {
        self.call::<serde::de::IgnoredAny>(method, params).await.map(drop)
    }
}

/// The problem with an unknown name, if it is one.
fn unknown(kind: &str, name: &str, known: impl Iterator<Item = String>) -> Vec<String> {
    let known: Vec<_> = known.collect();
    if known.iter().any(|own| own == name) {
        return Vec::new();
    }
    let there_are = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    vec![format!("there is no {kind} {name:?} in this session; there are: {there_are}")]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::{AgentInfo, AgentSource, McpServerInfo, SkillInfo};
    use crate::event::mcp::{McpServerSource, McpServerStatus};
    use crate::event::skill::SkillSource;

    #[test]
    fn where_things_come_from_reads_as_an_enum_known_or_not() {
        let with = |source: &str| -> Value {
            json!({"name": "n", "status": "needs-auth", "source": source})
        };
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
}
