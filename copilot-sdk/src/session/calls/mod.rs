//! Calls on a live session, one file per subject.

mod agents;
mod call;
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
#[cfg(test)]
mod tests;
mod tools;
mod typed;
mod unknown;
mod usage;
mod workspace;

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
