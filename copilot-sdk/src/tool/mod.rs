//! Tools: functions of this program that the agent can call.
//!
//! The model decides by a tool's description when to call it, and fills in the arguments. The call
//! runs in this program, and the model gets the result.
//!
//! ```no_run
//! use copilot_sdk::{Client, ToolError, tool, tools};
//!
//! /// Look up the status of an order.
//! #[tool]
//! async fn order_status(
//!     /// The number on the invoice, such as "A-1042".
//!     number: String,
//! ) -> Result<String, ToolError> {
//!     match number.as_str() {
//!         "A-1042" => Ok("shipped on Monday".to_owned()),
//!         _ => Err(ToolError::new(format!("there is no order {number}: ask for the invoice"))),
//!     }
//! }
//!
//! # async fn example(client: Client) -> copilot_sdk::Result<()> {
//! let session = client.session().tools(tools![order_status]).create().await?;
//! println!("{}", session.ask("Where is my order A-1042?").await?);
//! # Ok(())
//! # }
//! ```
//!
//! # Where to go next
//!
//! - [`#[tool]`](macro@crate::tool): arguments, results, errors, every key, and how to test a tool.
//! - [`#[toolset]`](macro@crate::toolset): tools that share state, as methods of a type.
//! - [`Tool::new`]: a tool from a closure, with a custom schema, or without a handler.
//! - [`ToolContext`]: the ids of a call, cancellation, lines in the session's timeline.
//! - [`ToolResult`] and [`Binary`]: results with more than text.
//! - [`Tool::call`] and [`Tool::spec`]: tools outside of a session, for example in an MCP server.
//! - [`permission`](crate::permission): which tools may run, and who decides.
//!
//! The book has a page with a complete program: `docs/src/tools.md` in the repository.

pub(crate) mod arguments;
mod builtin;
mod call;
mod cancel;
mod check;
mod context;
mod context_builder;
mod definition;
mod error;
#[doc(hidden)]
pub mod function;
mod handler;
pub(crate) mod list;
pub(crate) mod output;
mod result;
mod run;
mod spec;
mod wire;
mod wire_result;

pub use crate::defer::Defer;
pub use crate::schema::ToolArgument;
pub use context::{TimelineLevel, ToolContext};
pub use context_builder::ToolContextBuilder;
pub use definition::Tool;
pub use error::{ErrorText, ToolError};
pub use handler::{ToolHandler, ToolInvocation};
pub use list::{IntoTool, IntoTools, Toolset};
pub use output::{IntoToolResult, Json, ToolFailure, ToolOutput};
pub use result::{Binary, BinaryKind, ResultType, ToolResult};
pub use spec::ToolSpec;

pub(crate) use builtin::asks_as_custom;
pub(crate) use call::CallArguments;
pub(crate) use cancel::CancelToken;
pub(crate) use check::check;
pub(crate) use context::{SessionAccess, ToolCall};
pub(crate) use wire::Definition;
pub(crate) use wire_result::WireResult;

#[cfg(test)]
mod tests;
