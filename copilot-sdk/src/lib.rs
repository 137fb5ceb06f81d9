//! Write an ordinary function, put `#[tool]` on it, and the GitHub Copilot CLI's agent can call it.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod cli;
pub mod client;
mod connection;
pub mod error;
pub mod event;
pub mod handler;
pub mod ids;
mod nullable;
pub mod permission;
pub mod provider;
mod queue;
mod router;
mod rpc;
mod secret;
pub mod session;
pub mod system_message;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tool;
pub mod transport;
mod unwind;

pub use client::Client;
pub use error::{Error, ErrorKind, Result};
pub use event::Event;
pub use provider::Provider;
pub use session::{Session, SessionBuilder};
pub use tool::{Tool, ToolContext, ToolError, ToolResult};
