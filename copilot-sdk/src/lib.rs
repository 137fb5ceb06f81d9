//! Write an ordinary function, put `#[tool]` on it, and the GitHub Copilot CLI's agent can call it.
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod error;
pub mod ids;
pub mod tool;

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
