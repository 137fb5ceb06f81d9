//! Answers the CLI's questions with user code. Every question ends here and is answered exactly
//! once.
//!
//! Called from the reader, so nothing here waits or runs user code. Every handler runs in its own
//! task: one that blocks its thread does not delay other questions while the runtime has threads
//! left. Panics are caught where the handler is called.

mod access;
mod asked;
mod budget;
mod diagnostics;
#[expect(clippy::module_inception, reason = "the room is named after its main type")]
mod dispatch;
mod hook;
mod interaction;
mod later;
mod permission;
mod question;
mod request;
mod tool;
mod unreadable;

pub(crate) use access::TimelineLine;
pub(crate) use diagnostics::mcp_tools;
pub(crate) use dispatch::Dispatch;
use dispatch::Outcome;
