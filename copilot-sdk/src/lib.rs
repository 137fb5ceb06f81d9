//! Write an ordinary function, put `#[tool]` on it, and the GitHub Copilot CLI's agent can call it.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod agent;
pub mod attachment;
pub mod cli;
pub mod client;
mod connection;
pub mod error;
pub mod event;
pub mod github_token;
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
mod queue;
mod router;
mod rpc;
mod secret;
pub mod session;
pub mod system_message;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tool;
pub mod tool_filter;
pub mod transport;
mod unwind;

pub use client::Client;
#[doc = include_str!("../docs/tool.md")]
#[cfg(feature = "macros")]
pub use copilot_sdk_macros::tool;
#[cfg(feature = "macros")]
pub use copilot_sdk_macros::{data, toolset};
pub use error::{Error, ErrorKind, Result};
pub use event::Event;
pub use prompt::Prompt;
pub use provider::Provider;
pub use session::{Session, SessionBuilder};
pub use tool::{Tool, ToolContext, ToolError, ToolResult};

/// A list of tools: functions with `#[tool]`, toolsets and lists after `..`, and any other expression that is a tool.
///
/// ```
/// use copilot_sdk::tool::Tool;
/// use copilot_sdk::{tool, tools};
///
/// /// Say hello.
/// #[tool]
/// async fn hello() -> &'static str {
///     "hello"
/// }
///
/// let more: Vec<Tool> = Vec::new();
/// let tools = tools![hello, ..more, Tool::new("deploy").description("Deploy the site")];
/// assert_eq!(tools.len(), 2);
/// ```
///
/// A path in the list names a function with `#[tool]`, never a variable: write `..variable` for a toolset, a `Vec`, an
/// `Option` or an `Arc`.
#[cfg(feature = "macros")]
#[macro_export]
macro_rules! tools {
    ($($entries:tt)*) => {
        $crate::__private::__tools!([$crate] $($entries)*)
    };
}
