//! Support code for the expansion of the macros. Not part of the public API: it may change in any
//! version.
//!
//! Return values are distinguished by type with autoref specialization: method lookup tries the
//! reference levels of `&&&Out<T>` from the outside in, and each level has an impl for one shape.
//! The last level accepts everything, so lookup never fails. The bound that a user's type may fail
//! is on a plain function called afterwards, where the compiler can report what is missing.

#![allow(missing_docs, missing_debug_implementations, reason = "nobody reads or prints these")]

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde::Serialize;

pub use crate::tool::arguments::Arguments;
use crate::tool::function::{FnCall, Signature};
use crate::tool::output::Failure;
use crate::tool::{Defer, IntoToolResult, Tool, ToolContext, ToolResult, function, output};
#[cfg(feature = "macros")]
pub use copilot_sdk_macros::__tools;
pub use core::option::Option::{None, Some};
pub use core::result::Result::{Err, Ok};
pub use {core, futures_core, schemars, serde, serde_json, std};

/// The traits whose methods the expansion calls. They are imported without names, and their methods
/// are named so as not to collide with traits of the program.
pub mod by_type {
    pub use super::{
        FailBox as _, FailError as _, FailText as _, IsObject as _, IsProperty as _, LeafJson as _,
        LeafResult as _, NotShown as _, ShownAsJson as _, SplitOption as _, SplitPlain as _,
        SplitResult as _, SplitSome as _,
    };
}

/// Creates a tool for `#[tool]`.
pub fn tool(
    name: &'static str,
    origin: &'static str,
    description: &'static str,
    signature: Signature,
    body: impl Fn(FnCall) -> BoxFuture<'static, ToolResult> + Send + Sync + 'static,
) -> Tool {
    Tool::expanded(name, origin, description, signature, Arc::new(body))
}

/// Adds a tool in `tools![]`.
pub fn push(tools: &mut Vec<Tool>, tool: Tool) {
    tools.push(tool);
}

pub const fn defer_never() -> Defer {
    Defer::Never
}

pub const fn defer_auto() -> Defer {
    Defer::Auto
}

/// Returns the schema of a tool, for `name::schema()`.
pub fn schema(tool: &Tool) -> serde_json::Value {
    tool.spec().schema().cloned().unwrap_or_default()
}

/// Calls a tool outside of any session, for `name::call(..)`.
pub fn call(tool: &Tool, arguments: &impl Serialize) -> BoxFuture<'static, ToolResult> {
    tool.call(arguments, ToolContext::detached(tool.name()))
}

/// A limit of an argument.
pub fn json(limit: impl Into<serde_json::Value>) -> Option<serde_json::Value> {
    Some(limit.into())
}

/// The description of an argument, if it is a user's expression.
pub const fn static_text(text: &'static str) -> &'static str {
    text
}

/// A placeholder for code the macros could not generate. The reported errors stop the compilation;
/// if there were none, this would be one.
pub fn unreadable<T>() -> T {
    const {
        panic!(
            "the macro cannot read this item: write it by hand, as a `Tool::new(..)` or with \
             derives"
        )
    }
}

/// A `#[data]` type that serializes to JSON.
///
/// The unused lifetime keeps the compiler from checking the bound at its definition, so that a type
/// whose derive failed does not cause a second error.
pub trait WrittenAsJson<'a>: Serialize {}

impl<T: Serialize> WrittenAsJson<'_> for T {}

// Arguments: whether a sole argument is the whole object.

/// Implemented by `#[data]` for structs with named fields. Such a struct, as the only argument,
/// holds all the arguments.
pub trait ParameterObject {}

pub struct Argument<T>(pub PhantomData<T>);

impl<T> Argument<T> {
    #[expect(clippy::new_without_default, reason = "only the macros call it")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

pub trait IsObject {
    fn copilot_sdk_place(&self) -> function::ObjectPlace {
        function::ObjectPlace
    }
}
impl<T: ParameterObject> IsObject for &Argument<T> {}

pub trait IsProperty {
    fn copilot_sdk_place(&self) -> function::ArgumentPlace {
        function::ArgumentPlace
    }
}
impl<T> IsProperty for Argument<T> {}

// Default values as JSON, if their type serializes to JSON.

pub trait ShownAsJson {
    fn copilot_sdk_json(&self) -> Option<serde_json::Value>;
}

impl<T: Serialize> ShownAsJson for &fn() -> T {
    fn copilot_sdk_json(&self) -> Option<serde_json::Value> {
        let value = self();
        // Through text, which keeps an `f32` as short as written.
        let short = serde_json::to_string(&value).ok().and_then(|text| value_of(&text));
        short.or_else(|| serde_json::to_value(&value).ok())
    }
}

fn value_of(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok()
}

pub trait NotShown {
    fn copilot_sdk_json(&self) -> Option<serde_json::Value>;
}

impl<T> NotShown for fn() -> T {
    fn copilot_sdk_json(&self) -> Option<serde_json::Value> {
        None
    }
}

// Return values: first `Result` or not, then `Option` or not, then the value.

pub struct Out<T>(pub T);

/// The error type of a tool that does not return a `Result`.
#[derive(Debug)]
pub struct Never(Infallible);

pub struct ResultOut;
pub struct PlainOut;
pub struct OptionOut;

pub trait SplitResult {
    fn copilot_sdk_shape(&self) -> ResultOut {
        ResultOut
    }
}
impl<T, E> SplitResult for &Out<Result<T, E>> {}

pub trait SplitPlain {
    fn copilot_sdk_shape(&self) -> PlainOut {
        PlainOut
    }
}
impl<T> SplitPlain for Out<T> {}

impl ResultOut {
    pub fn split<T, E>(self, out: Out<Result<T, E>>) -> Result<Out<T>, Fail<E>> {
        out.0.map(Out).map_err(Fail)
    }
}

impl PlainOut {
    pub fn split<T>(self, out: Out<T>) -> Result<Out<T>, Fail<Never>> {
        Ok(out)
    }
}

pub trait SplitOption {
    fn copilot_sdk_option(&self) -> OptionOut {
        OptionOut
    }
}
impl<T> SplitOption for &Out<Option<T>> {}

pub trait SplitSome {
    fn copilot_sdk_option(&self) -> PlainOut {
        PlainOut
    }
}
impl<T> SplitSome for Out<T> {}

impl OptionOut {
    pub fn value<T>(self, out: Out<Option<T>>) -> Option<Out<T>> {
        out.0.map(Out)
    }
}

impl PlainOut {
    pub fn value<T>(self, out: Out<T>) -> Option<Out<T>> {
        Some(out)
    }
}

pub trait LeafResult {
    fn copilot_sdk_leaf(&self) -> function::ReturnedResult {
        function::ReturnedResult
    }
}
impl<T: IntoToolResult> LeafResult for &Out<T> {}

pub trait LeafJson {
    fn copilot_sdk_leaf(&self) -> function::ReturnedValue {
        function::ReturnedValue
    }
}
impl<T> LeafJson for Out<T> {}

pub fn no_result() -> Result<ToolResult, Failure> {
    Ok(ToolResult::success(output::NO_RESULT))
}

// Errors: with their causes if the type has them, otherwise as text.

pub struct Fail<E>(pub E);

pub trait FailError {
    fn copilot_sdk_kind(&self) -> function::ReturnedError {
        function::ReturnedError
    }
}
impl<E: StdError + 'static> FailError for &&Fail<E> {}

pub trait FailBox {
    fn copilot_sdk_kind(&self) -> function::ReturnedBox {
        function::ReturnedBox
    }
}
impl<E: Deref<Target: function::AsError>> FailBox for &Fail<E> {}

pub trait FailText {
    fn copilot_sdk_kind(&self) -> function::ReturnedText {
        function::ReturnedText
    }
}
impl<E> FailText for Fail<E> {}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {}
    }
}

impl StdError for Never {}
