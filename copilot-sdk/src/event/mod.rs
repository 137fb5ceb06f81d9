//! Events: what the CLI reports while an agent works.
//!
//! Every [`Event`] is an envelope around its [`EventData`]. The events that programs act on are
//! variants with a typed payload; all others keep their JSON in [`EventData::Other`].
//!
//! ```
//! use copilot_sdk::event::{Event, EventData};
//!
//! fn show(event: &Event) {
//!     match &event.data {
//!         EventData::AssistantMessageDelta(delta) => print!("{}", delta.delta_content),
//!         EventData::ToolExecutionStart(call) => println!("[{}]", call.tool_name),
//!         EventData::SessionError(error) => eprintln!("{}", error.message),
//!         _ => {}
//!     }
//! }
//! ```
//!
//! # Where a payload lives
//!
//! The module of a payload is the first word of its wire name: `assistant.message` carries an
//! [`assistant::AssistantMessage`], `mcp.oauth_required` an [`mcp::McpOauthRequired`]. A type that
//! is part of a payload lives beside it. A type that several modules use lives where its name
//! points: [`mcp::McpServerSource`], [`model::ModelTransport`], [`session::SessionMode`].
//!
//! A payload whose plain name belongs to another type of this crate ends in `Event`:
//! [`session::SessionStartEvent`], because [`SessionStart`](crate::hook::SessionStart) is the input
//! of a hook.
//!
//! # Re-exports
//!
//! The payloads that programs handle most can be imported from here: those that a chat window shows
//! (messages, reasoning, tool calls), those that end a turn ([`SessionIdle`], [`SessionError`]),
//! and those that an audit log records ([`UserMessage`], [`PermissionRequested`],
//! [`AssistantUsage`]). So can the two enums that methods of a [`Session`](crate::Session) take or
//! return: [`SessionMode`] and [`McpServerStatus`].
//!
//! The book has a page with a complete program: `docs/src/streaming.md` in the repository.

pub mod abort;
pub mod agent;
pub mod assistant;
pub mod auto_mode_switch;
mod by_hand;
pub mod capabilities;
pub mod command;
pub mod commands;
mod data;
mod decode;
pub mod elicitation;
mod envelope;
pub mod exit_plan_mode;
pub mod external_tool;
pub mod hook;
mod in_order;
mod macros;
pub mod mcp;
pub mod model;
pub mod pending_messages;
pub mod permission;
pub mod sampling;
pub mod sdk;
pub mod session;
pub mod session_limits_exhausted;
mod shared;
pub mod skill;
pub mod subagent;
pub mod system;
#[cfg(test)]
mod tests;
pub mod tool;
pub mod user;
pub mod user_input;

pub use assistant::{
    AssistantMessage, AssistantMessageDelta, AssistantReasoning, AssistantReasoningDelta,
    AssistantUsage,
};
pub use data::{EventData, OtherEvent};
pub(crate) use decode::{SessionEvent, decode_session_event, read_event};
pub(crate) use envelope::Begins;
pub use envelope::{Event, EventPayload};
pub use mcp::McpServerStatus;
pub use permission::PermissionRequested;
pub use session::{SessionError, SessionIdle, SessionMode};
pub use tool::{ToolExecutionComplete, ToolExecutionProgress, ToolExecutionStart};
pub use user::UserMessage;
