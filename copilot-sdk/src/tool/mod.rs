//! Tools: functions of this program that the agent can call.
//!
//! Most tools are functions with `#[tool]` on them. [`Tool::new`] builds one by hand, from a
//! closure. Everything that the model reads about a call is a [`ToolResult`].

pub(crate) mod arguments;
mod builtin;
mod cancel;
mod check;
mod context;
mod error;
#[doc(hidden)]
pub mod function;
pub(crate) mod handler;
pub(crate) mod list;
pub(crate) mod output;
mod result;
mod run;
mod wire;

mod definition;

pub use crate::defer::Defer;
pub use context::{TimelineLevel, ToolContext};
pub use definition::Tool;
pub use error::ToolError;
pub use handler::{ToolArgument, ToolInvocation};
pub use list::{IntoTool, IntoTools, Toolset};
pub use output::{IntoToolResult, Json, ToolFailure, ToolOutput};
pub use result::{Binary, BinaryKind, ResultType, ToolResult};

pub(crate) use cancel::CancelToken;
pub(crate) use check::check;
pub(crate) use context::{SessionAccess, ToolCall};
pub(crate) use result::WireResult;
pub(crate) use wire::Definition;

#[cfg(test)]
mod tests;
