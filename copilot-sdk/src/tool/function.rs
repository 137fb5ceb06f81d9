//! Bounds by which the compiler diagnoses unsupported arguments, return types and lists of tools.
//!
//! The macros pick one of these by type. The bounds are in this module because compiler notes name
//! it.

#![allow(missing_docs, missing_debug_implementations, reason = "only the macros use these")]

use std::error::Error as StdError;
use std::ops::Deref;

pub use super::call::FnCall;
use super::definition::Tool;
use super::list::{IntoTools, append};
pub use super::list::{Shared, ToolMethods};
use super::output::{Failure, IntoToolResult, ToolFailure, ToolOutput, json_text};
use super::result::ToolResult;
pub use crate::schema::Signature;
use crate::schema::ToolArgument;

/// Spreads a list of tools in `tools![]`.
pub fn spread(tools: &mut Vec<Tool>, more: impl IntoTools) {
    append(tools, more.into_tools());
}

/// The type `#[tool]` generates next to a function, named by a path in `tools![]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tool",
    label = "not a function with `#[tool]`",
    note = "what is in a variable is listed after dots, be it a toolset, a `Tool` or a list of them: \
            `tools![..crm]`"
)]
pub trait ToolFunction {
    fn tool() -> Tool;
}

/// A sole argument whose fields are the arguments.
pub struct ObjectPlace;

/// An argument among several.
pub struct ArgumentPlace;

/// A return type that converts itself into a result.
pub struct ReturnedResult;

/// A return type that becomes a result as JSON.
pub struct ReturnedValue;

/// A returned error with causes.
pub struct ReturnedError;

/// A returned boxed error, or a wrapper of one such as `anyhow::Error`.
pub struct ReturnedBox;

/// A returned error that is only a text.
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

/// The unsized kinds of errors.
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
