//! What the expansion of the macros uses. Not part of the public API: it may change in any version.
//!
//! Return values are told apart by type, with autoref: method lookup tries the reference levels of `&&&Out<T>` from the
//! outside in, and each level has an impl for one shape. The last level takes everything, so lookup never fails, and the
//! bound that a user's type may miss stands on a plain function after it, where the compiler can say what is missing.

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
pub use crate::tool::handler::{Call, ToolArgument};
pub use crate::tool::list::Toolset;
pub use crate::tool::output::{Failure, ToolFailure, ToolOutput, value_returned_from_tool};
pub use crate::tool::schema::Signature;
use crate::tool::{Defer, IntoToolResult, IntoTools, Tool, ToolResult, output};
#[cfg(feature = "macros")]
pub use copilot_sdk_macros::__tools;
pub use {core, futures_core, schemars, serde, serde_json, std};

/// The traits whose methods the expansion calls; they have no names there.
pub mod by_type {
    pub use super::{
        FailDyn as _, FailError as _, FailLocalDyn as _, FailText as _, IsObject as _, IsProperty as _, LeafJson as _,
        LeafResult as _, NotShown as _, ShownAsJson as _, SplitOption as _, SplitPlain as _, SplitResult as _,
        SplitSome as _,
    };
}

/// A tool that `#[tool]` made.
pub fn tool(
    name: &'static str,
    origin: &'static str,
    description: &'static str,
    signature: Signature,
    body: impl Fn(Call) -> BoxFuture<'static, ToolResult> + Send + Sync + 'static,
) -> Tool {
    Tool::expanded(name, origin, doc_text(description), signature, body)
}

/// Anything that `tools![]` may spread.
pub fn spread(tools: &mut Vec<Tool>, more: impl IntoTools) {
    tools.extend(more.into_tools());
}

/// A value that is a toolset once it is shared.
///
/// The lifetime stands for nothing: because of it the compiler does not judge the bound where it is written, and a type
/// that cannot be a toolset is one error, not several.
pub trait SharesTools<'a> {
    fn share(self) -> Vec<Tool>;
}

impl<T: Toolset> SharesTools<'_> for T {
    fn share(self) -> Vec<Tool> {
        Arc::new(self).tools()
    }
}

/// One tool in `tools![]`.
pub fn push(tools: &mut Vec<Tool>, tool: Tool) {
    tools.push(tool);
}

pub const fn defer_never() -> Defer {
    Defer::Never
}

pub const fn defer_auto() -> Defer {
    Defer::Auto
}

/// The schema of a tool, for `name::schema()`.
pub fn schema(tool: &Tool) -> serde_json::Value {
    tool.parameters().cloned().unwrap_or_default()
}

/// One call outside of any session, for `name::call(..)`.
pub fn call(tool: &Tool, arguments: &impl Serialize) -> BoxFuture<'static, ToolResult> {
    tool.call_now(arguments)
}

/// The description of an argument, where it is an expression of the user.
pub const fn static_text(text: &'static str) -> &'static str {
    text
}

/// Doc comments as text: one leading space less, without blank lines at the ends.
fn doc_text(doc: &'static str) -> String {
    let lines: Vec<&str> = doc.lines().map(str::trim_end).collect();
    let margin = |line: &&str| (!line.is_empty()).then(|| line.len() - line.trim_start().len());
    let margin = lines.iter().filter_map(margin).min().unwrap_or_default();
    let text: Vec<&str> = lines.iter().map(|line| line.get(margin..).unwrap_or_default()).collect();
    text.join("\n").trim_matches('\n').to_owned()
}

// Arguments: is a lone argument the whole object?

/// Implemented by `#[data]` for structs with named fields: such a struct as the only argument is all the arguments.
pub trait ParameterObject {}

pub struct Argument<T>(pub PhantomData<T>);

impl<T> Argument<T> {
    #[expect(clippy::new_without_default, reason = "only the macros call it")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

pub struct ObjectArgument;
pub struct PropertyArgument;

pub trait IsObject {
    fn place(&self) -> ObjectArgument {
        ObjectArgument
    }
}
impl<T: ParameterObject> IsObject for &Argument<T> {}

pub trait IsProperty {
    fn place(&self) -> PropertyArgument {
        PropertyArgument
    }
}
impl<T> IsProperty for Argument<T> {}

impl ObjectArgument {
    pub fn describe<T: ToolArgument>(self, signature: &mut Signature, name: &'static str, description: &'static str) {
        signature.object::<T>(name, description);
    }
}

impl PropertyArgument {
    pub fn describe<T: ToolArgument>(self, signature: &mut Signature, name: &'static str, description: &'static str) {
        signature.property::<T>(name, description);
    }
}

// A default value as JSON, where its type can be written as JSON.

pub struct Shown<'a, T>(pub &'a T);

pub trait ShownAsJson {
    fn json(&self) -> Option<serde_json::Value>;
}

impl<T: Serialize> ShownAsJson for &Shown<'_, T> {
    fn json(&self) -> Option<serde_json::Value> {
        let value = serde_json::to_value(self.0).ok()?;
        // By way of the text, where an `f32` is as short as it was written.
        serde_json::to_string(self.0).ok().and_then(|text| serde_json::from_str(&text).ok()).or(Some(value))
    }
}

pub trait NotShown {
    fn json(&self) -> Option<serde_json::Value>;
}

impl<T> NotShown for Shown<'_, T> {
    fn json(&self) -> Option<serde_json::Value> {
        None
    }
}

// Return values: result or not, option or not, and then what it is.

pub struct Out<T>(pub T);

/// The error of a tool that returns no `Result`.
#[derive(Debug)]
pub struct Never(Infallible);

pub struct ResultOut;
pub struct PlainOut;
pub struct OptionOut;
pub struct ResultLeaf;
pub struct JsonLeaf;

pub trait SplitResult {
    fn shape(&self) -> ResultOut {
        ResultOut
    }
}
impl<T, E> SplitResult for &Out<Result<T, E>> {}

pub trait SplitPlain {
    fn shape(&self) -> PlainOut {
        PlainOut
    }
}
impl<T> SplitPlain for Out<T> {}

impl ResultOut {
    pub fn split<T, E>(self, out: Out<Result<T, E>>) -> Result<T, E> {
        out.0
    }
}

impl PlainOut {
    pub fn split<T>(self, out: Out<T>) -> Result<T, Never> {
        Ok(out.0)
    }
}

pub trait SplitOption {
    fn option(&self) -> OptionOut {
        OptionOut
    }
}
impl<T> SplitOption for &Out<Option<T>> {}

pub trait SplitSome {
    fn option(&self) -> PlainOut {
        PlainOut
    }
}
impl<T> SplitSome for Out<T> {}

impl OptionOut {
    pub fn value<T>(self, out: Out<Option<T>>) -> Option<T> {
        out.0
    }
}

impl PlainOut {
    pub fn value<T>(self, out: Out<T>) -> Option<T> {
        Some(out.0)
    }
}

pub trait LeafResult {
    fn leaf(&self) -> ResultLeaf {
        ResultLeaf
    }
}
impl<T: IntoToolResult> LeafResult for &Out<T> {}

pub trait LeafJson {
    fn leaf(&self) -> JsonLeaf {
        JsonLeaf
    }
}
impl<T> LeafJson for Out<T> {}

impl ResultLeaf {
    pub fn result<T: IntoToolResult>(self, value: T) -> Result<ToolResult, Failure> {
        value.into_tool_result().map_err(|error| Failure::from_error(&*error))
    }
}

impl JsonLeaf {
    pub fn result<T: ToolOutput>(self, value: T) -> Result<ToolResult, Failure> {
        value_returned_from_tool(value)
    }
}

pub fn no_result() -> Result<ToolResult, Failure> {
    Ok(ToolResult::success(output::NO_RESULT))
}

// Errors: with their causes where the type has them, else as text.

pub struct Fail<E>(pub E);

pub struct ErrorFail;
pub struct DynFail;
pub struct LocalDynFail;
pub struct TextFail;

pub trait FailError {
    fn kind(&self) -> ErrorFail {
        ErrorFail
    }
}
impl<E: StdError + 'static> FailError for &&&Fail<E> {}

pub trait FailDyn {
    fn kind(&self) -> DynFail {
        DynFail
    }
}
impl<E: Deref<Target = dyn StdError + Send + Sync>> FailDyn for &&Fail<E> {}

pub trait FailLocalDyn {
    fn kind(&self) -> LocalDynFail {
        LocalDynFail
    }
}
impl<E: Deref<Target = dyn StdError>> FailLocalDyn for &Fail<E> {}

pub trait FailText {
    fn kind(&self) -> TextFail {
        TextFail
    }
}
impl<E> FailText for Fail<E> {}

impl ErrorFail {
    pub fn failure<E: StdError + 'static>(self, error: &E) -> Failure {
        Failure::from_error(error)
    }
}

impl DynFail {
    pub fn failure<E: Deref<Target = dyn StdError + Send + Sync>>(self, error: &E) -> Failure {
        Failure::from_error(&**error)
    }
}

impl LocalDynFail {
    pub fn failure<E: Deref<Target = dyn StdError>>(self, error: &E) -> Failure {
        Failure::from_error(&**error)
    }
}

impl TextFail {
    pub fn failure<E: ToolFailure>(self, error: &E) -> Failure {
        Failure::hidden(error.to_string())
    }
}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {}
    }
}

impl StdError for Never {}
