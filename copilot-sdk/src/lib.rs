//! Write an ordinary function, put `#[tool]` on it, and the GitHub Copilot CLI's agent can call it.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod agent;
pub mod attachment;
pub mod error;
pub mod handler;
pub mod hook;
pub mod ids;
pub mod interaction;
pub mod mcp;
pub mod model;
mod nullable;
mod open_enum;
pub mod permission;
pub mod prompt;
pub mod provider;
mod secret;
pub mod system_message;
pub mod tool_filter;

pub use error::{Error, ErrorKind, Result};
