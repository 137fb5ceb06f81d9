//! Sessions: conversations with the agent.
//!
//! A [`Session`] is made with [`Client::session`](crate::Client::session), which gives a
//! [`SessionBuilder`]: set the model, the tools and the handlers, then
//! [`create`](SessionBuilder::create) a new session or [`resume`](SessionBuilder::resume) one that
//! the CLI has kept. Cloning a session is cheap, and clones share one conversation.
//!
//! ```no_run
//! # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
//! use copilot_sdk::event::EventData;
//!
//! let session = client.session().model("gpt-5").cwd("/srv/project").create().await?;
//! // The whole answer, with its cost:
//! let reply = session.ask("What does this project do?").await?;
//! println!("{reply} ({} output tokens)", reply.usage().output_tokens);
//! // The answer while it is written:
//! let mut turn = session.stream("And what is missing?").await?;
//! while let Some(event) = turn.next().await {
//!     if let EventData::AssistantMessageDelta(delta) = &event?.data {
//!         print!("{}", delta.delta_content);
//!     }
//! }
//! session.disconnect().await
//! # }
//! ```
//!
//! # Where to go next
//!
//! | to | see |
//! |---|---|
//! | get a Rust value instead of text | [`Session::ask_as`] |
//! | send a prompt without waiting for its answer | [`Session::send`] |
//! | send files, or steer a running turn | [`crate::prompt`] |
//! | observe everything that happens | [`Session::events`], [`Session::on`], [`crate::event`] |
//! | set a budget | [`crate::budget`] |
//! | set time limits | [`Ask::deadline`], [`Ask::idle_timeout`]; [`StartTurn`] and [`Turn`] have them as well |
//! | stop the agent when nobody waits any more | [`Ask::abort_on_drop`] |
//! | try a failed turn again | [`Ask::retry`] |
//! | give the agent tools | [`crate::tool`](mod@crate::tool), [`crate::mcp`] |
//! | restrict the tools that the agent sees | [`crate::tool_filter`] |
//! | decide what the agent may do | [`crate::permission`], [`crate::hook`] |
//! | answer the agent's questions | [`crate::interaction`] |
//! | let approvals wait for days | [`Session::pending`], [`Session::answer`] |
//! | ask the user something | [`Session::ui`] |
//! | change the model or the mode | [`Session::set_model`], [`Session::set_mode`] |
//! | compact the history, or copy it | [`Session::compact`], [`Session::fork`] |
//! | go back in the history | [`Session::rewind`], [`Session::truncate`] |
//! | list, inspect and delete sessions | [`crate::client`] |

mod abandon;
mod ask;
mod attempt;
mod budget;
mod builder;
mod calls;
mod explain;
mod handle;
mod history;
mod inbox;
mod kept;
mod open;
mod pending;
mod reopen;
mod request;
mod resumed;
mod retry;
mod sent_prompts;
mod ui;

pub use ask::{Ask, StartTurn};
pub use builder::SessionBuilder;
pub use calls::{
    AgentInfo, AgentSource, AgentUsage, AskAs, BackgroundTask, CanvasInfo, Compact, Compaction,
    ContextUsage, ContextWindow, CurrentModel, Fork, McpServerInfo, ModeChange, ModelChange,
    OpenCanvas, PendingAnswer, PendingQuestion, PendingRequest, PendingToolCall, PluginInfo,
    QueuedPrompt, RemoteAccess, RewindMode, RewindOutcome, RewindPoint, RewindPoints, Rewound,
    SessionUsage, SetModel, SkillDiagnostics, SkillInfo, SkipReason, SkippedFile, TaskKind,
    TaskStatus, ToolInfo, Truncated, WithdrawOutcome,
};
pub use handle::Session;
pub use retry::Retry;
pub use ui::Ui;

pub use crate::config::{CloudRepository, LargeOutput, RemoteSession, Storage, ToolSearch};
pub use crate::mcp::McpToolInfo;
pub use crate::subscription::Subscription;
pub use crate::turn::{Events, Reply, ToolCallRecord, Turn, Usage, WaitFor};
