//! Write an ordinary function, put `#[tool]` on it, and the GitHub Copilot CLI's agent can call it.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod error;
pub mod ids;
pub mod tool;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;


pub use error::{Error, ErrorKind, Result};
pub use tool::{Tool, ToolContext, ToolError, ToolResult};
