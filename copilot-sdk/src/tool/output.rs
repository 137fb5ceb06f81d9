//! Conversion of return values into results for the model.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::rc::Rc;
use std::sync::Arc;

use serde::Serialize;

use super::error::{chain, model_text};
use super::result::{Binary, ToolResult};

/// A value a tool may return.
///
/// Text is passed to the model unchanged, everything else as JSON; `()` becomes empty text, and
/// `None` becomes `no result`. `#[data]` implements this for your types; [`Json`] wraps types that
/// are only `Serialize`. A function with `#[tool]` may return any `Serialize` type without either.
///
/// # Errors
///
/// Of errors, only the text of a [`ToolError`](super::ToolError) is shown to the model.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a tool",
    label = "not text, JSON or a `ToolResult`",
    note = "add `#[data]` to your type, or return `Json(value)`, `String`, `ToolResult`, or a \
            `Result` of these"
)]
pub trait IntoToolResult {
    /// Converts the value into the result to send, or into an error that is logged and hidden from
    /// the model.
    ///
    /// # Errors
    ///
    /// Fails with the tool's own error, or if the value cannot be serialized.
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>>;
}

/// A tool result made from any `Serialize` value, as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// The text the model gets for `None`.
pub(crate) const NO_RESULT: &str = "no result";

/// A tool's failure: the text for the model, and the full text for the log.
#[derive(Debug)]
pub struct Failure {
    pub(crate) visible: Option<String>,
    pub(crate) chain: String,
}

impl Failure {
    pub(crate) fn from_error(error: &(dyn StdError + 'static)) -> Self {
        Self { visible: model_text(error).map(str::to_owned), chain: chain(error) }
    }

    pub(crate) fn hidden(text: impl Into<String>) -> Self {
        Self { visible: None, chain: text.into() }
    }
}

/// A value that a function with `#[tool]` may return: any `Serialize` type, passed to the model as
/// JSON.
///
/// Implemented for all such types. Its only purpose is the compiler's message for other types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a tool",
    label = "not text, JSON or a `ToolResult`",
    note = "add `#[data]` to your type (or to the type inside), or return `String`, `ToolResult`, \
            or a `Result` of these",
    note = "a function that returns a future must be written as `async fn`"
)]
pub trait ToolOutput: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> ToolOutput for T {}

/// An error that a function with `#[tool]` may return: any type with a text.
///
/// Implemented for all such types. Its only purpose is the compiler's message for other types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a tool: it has no text",
    label = "needs `std::fmt::Display`",
    note = "implement `std::fmt::Display` or `std::error::Error` for it, or return `ToolError`"
)]
pub trait ToolFailure: fmt::Display {}

#[diagnostic::do_not_recommend]
impl<T: fmt::Display> ToolFailure for T {}

/// The text of a value for the model: JSON, except that text is unchanged, a unit is the empty
/// text, and a non-finite float is its name.
pub(crate) fn json_text<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let json = serde_json::to_string(value)?;
    text_of(json, &Display(value))
}

/// A value as serde writes scalars of text.
struct Display<'a, T: ?Sized>(&'a T);

impl<T: Serialize + ?Sized> fmt::Display for Display<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

/// Separate from [`json_text`], which is compiled for every type.
fn text_of(json: String, value: &dyn fmt::Display) -> serde_json::Result<String> {
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(&json),
        Some(b'n') => Ok(non_finite(value).unwrap_or_default().to_owned()),
        _ => Ok(json),
    }
}

/// The name of a float that JSON serializes as null, such as `NaN`.
fn non_finite(value: &dyn fmt::Display) -> Option<&'static str> {
    let mut text = String::new();
    write!(text, "{value}").ok()?;
    ["NaN", "inf", "-inf"].into_iter().find(|name| *name == text)
}

impl<T: Serialize> IntoToolResult for Json<T> {
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        Ok(ToolResult::success(json_text(&self.0)?))
    }
}

impl IntoToolResult for ToolResult {
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        Ok(self)
    }
}

impl IntoToolResult for Binary {
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        Ok(ToolResult::default().binary(self))
    }
}

impl IntoToolResult for Vec<Binary> {
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        Ok(ToolResult { binary_results_for_llm: self, ..ToolResult::default() })
    }
}

impl IntoToolResult for String {
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        Ok(ToolResult::success(self))
    }
}

impl<T: IntoToolResult> IntoToolResult for Option<T> {
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        self.map_or_else(|| Ok(ToolResult::success(NO_RESULT)), IntoToolResult::into_tool_result)
    }
}

impl<T, E> IntoToolResult for Result<T, E>
where
    T: IntoToolResult,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        self.map_err(Into::into)?.into_tool_result()
    }
}

macro_rules! as_json {
    ($([$($param:ident),*] $ty:ty;)*) => {$(
        impl<$($param: Serialize),*> IntoToolResult for $ty {
            fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
                Json(self).into_tool_result()
            }
        }
    )*};
}

as_json! {
    [] (); [] bool; [] char; [] f32; [] f64; [] &str; [] serde_json::Value;
    [] i8; [] i16; [] i32; [] i64; [] i128; [] isize; [] u8; [] u16; [] u32; [] u64; [] u128;
    [] usize;
    [T] Vec<T>; [T] BTreeSet<T>; [K, V] BTreeMap<K, V>;
    [A] (A,); [A, B] (A, B); [A, B, C] (A, B, C); [A, B, C, D] (A, B, C, D);
}

impl<T: Serialize, S> IntoToolResult for HashSet<T, S> {
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        Json(self).into_tool_result()
    }
}

impl<K: Serialize, V: Serialize, S> IntoToolResult for HashMap<K, V, S> {
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        Json(self).into_tool_result()
    }
}

impl<T: Serialize, const N: usize> IntoToolResult for [T; N]
where
    [T; N]: Serialize,
{
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
        Json(self).into_tool_result()
    }
}

macro_rules! as_text {
    ($($ty:ty;)*) => {$(
        impl IntoToolResult for $ty {
            fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>> {
                Ok(ToolResult::success(&*self))
            }
        }
    )*};
}

as_text! { Cow<'_, str>; Box<str>; Arc<str>; Rc<str>; }
