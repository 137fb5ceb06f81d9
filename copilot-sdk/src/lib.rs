//! Write an ordinary function, put `#[tool]` on it, and the GitHub Copilot CLI's agent can call it.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod cli;
pub mod client;
mod connection;
pub mod error;
pub mod event;
pub mod handler;
mod nullable;
pub mod permission;
pub mod provider;
pub mod system_message;
pub mod ids;
mod queue;
mod router;
mod rpc;
pub mod session;
pub mod tool;
pub mod transport;
mod unwind;
pub mod handler;
pub mod ids;
mod nullable;
pub mod permission;
pub mod provider;
mod secret;
#[cfg(feature = "testing")]
pub mod testing;

pub use client::Client;
pub use error::{Error, ErrorKind, Result};
pub use event::Event;
pub use session::{Session, SessionBuilder};
pub use tool::{Tool, ToolContext, ToolError, ToolResult};
