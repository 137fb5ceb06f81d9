//! Write an ordinary function, put `#[tool]` on it, and the GitHub Copilot CLI's agent can call it.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod cli;
pub mod error;
pub mod event;
pub mod ids;
mod rpc;
pub mod transport;
pub mod tool;

pub use error::{Error, ErrorKind, Result};
pub use tool::{Tool, ToolContext, ToolError, ToolResult};
