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
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;


pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "macros")]
pub use copilot_sdk_macros::{data, toolset};
#[doc = include_str!("../docs/tool.md")]
#[cfg(feature = "macros")]
pub use copilot_sdk_macros::tool;
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
