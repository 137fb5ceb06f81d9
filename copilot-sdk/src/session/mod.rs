//! Sessions: one conversation with the agent each.

mod ask;
mod builder;
mod calls;
mod handle;
mod history;
mod inbox;
mod open;
mod pending;
mod ui;

pub use ask::Ask;
pub use builder::SessionBuilder;
pub use calls::{
    AgentInfo, AgentSource, AgentUsage, AskAs, Compact, Compaction, ContextWindow, CurrentModel,
    Fork, McpServerInfo, ModeChange, ModelChange, RewindMode, RewindOutcome, RewindPoint,
    RewindPoints, Rewound, SessionUsage, SetModel, SkillInfo, SkipReason, SkippedFile, ToolInfo,
    Truncated,
};
pub use handle::Session;
pub use ui::Ui;

pub use crate::config::{CloudRepository, LargeOutput, RemoteSession, Storage, ToolSearch};
pub use crate::mcp::McpToolInfo;
pub use crate::subscription::Subscription;
pub use crate::turn::{Events, Reply, ToolCallRecord, Turn, Usage, WaitFor};
