//! Where the compiler says what a function with `#[tool]` takes or returns, and a list of tools
//! holds, that it should not.
//!
//! The macros pick one of these by the type; the bounds stand here, because the compiler's notes
//! name this place.

#![allow(missing_docs, missing_debug_implementations, reason = "only the macros use these")]

use std::error::Error as StdError;
use std::ops::Deref;

pub use super::call::Call;
use super::definition::Tool;
use super::list::IntoTools;
pub use super::list::{Shared, ToolMethods};
use super::output::{Failure, IntoToolResult, ToolFailure, ToolOutput, json_text};
use super::result::ToolResult;
pub use crate::schema::Signature;
use crate::schema::ToolArgument;

/// Anything that `tools![]` may spread.
pub fn spread(tools: &mut Vec<Tool>, more: impl IntoTools) {
    tools.extend(more.into_tools());
}

/// What a path in `tools![]` names: the type that `#[tool]` puts beside a function.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tool",
    label = "not a function with `#[tool]`",
    note = "what is in a variable is listed after dots, be it a toolset, a `Tool` or a list of them: \
            `tools![..crm]`"
)]
pub trait ToolFunction {
    fn tool() -> Tool;
}

/// The only argument, whose fields are the arguments.
pub struct ObjectPlace;

/// An argument among others.
pub struct ArgumentPlace;

/// What knows itself how it becomes a result.
pub struct ReturnedResult;

/// What becomes a result as JSON.
pub struct ReturnedValue;

/// An error with causes.
pub struct ReturnedError;

/// A boxed error, and what is one inside, such as `anyhow::Error`.
pub struct ReturnedBox;

/// An error that is no more than a text.
pub struct ReturnedText;

impl ObjectPlace {
    pub fn describe<T: ToolArgument>(
        self,
        signature: &mut Signature,
        name: &'static str,
        description: &'static str,
    ) {
        signature.object::<T>(name, description);
    }
}

impl ArgumentPlace {
    pub fn describe<T: ToolArgument>(
        self,
        signature: &mut Signature,
        name: &'static str,
        description: &'static str,
    ) {
        signature.property::<T>(name, description);
    }
}

impl ReturnedResult {
    pub fn result<T: IntoToolResult>(self, value: T) -> Result<ToolResult, Failure> {
        value.into_tool_result().map_err(|error| Failure::from_error(&*error))
    }
}

impl ReturnedValue {
    pub fn result<T: ToolOutput>(self, value: T) -> Result<ToolResult, Failure> {
        match json_text(&value) {
            Ok(text) => Ok(ToolResult::success(text)),
            Err(error) => Err(Failure::from_error(&error)),
        }
    }
}

impl ReturnedError {
    pub fn failure<E: StdError + 'static>(self, error: &E) -> Failure {
        Failure::from_error(error)
    }
}

impl ReturnedBox {
    pub fn failure<E: Deref<Target: AsError + 'static>>(self, error: &E) -> Failure {
        Failure::from_error(error.as_error())
    }
}

impl ReturnedText {
    pub fn failure<E: ToolFailure>(self, error: &E) -> Failure {
        Failure::hidden(error.to_string())
    }
}

/// The kinds of errors without a size.
pub trait AsError {
    fn as_error(&self) -> &(dyn StdError + 'static);
}

impl AsError for dyn StdError {
    fn as_error(&self) -> &(dyn StdError + 'static) {
        self
    }
}

impl AsError for dyn StdError + Send {
    fn as_error(&self) -> &(dyn StdError + 'static) {
        self
    }
}

impl AsError for dyn StdError + Send + Sync {
    fn as_error(&self) -> &(dyn StdError + 'static) {
        self
    }
}
