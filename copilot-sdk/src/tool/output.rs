//! How the value that a tool returns becomes what the model reads.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::rc::Rc;
use std::sync::Arc;

use serde::Serialize;

use super::error::{chain, model_text};
use super::result::{Binary, ToolResult};

/// A value that a tool may return.
///
/// Text reaches the model as it is, everything else as JSON; `()` is the empty text, and `None`
/// reads `no result`. `#[data]` implements it for your own types, [`Json`] wraps a type that is
/// `Serialize` only. A function with `#[tool]` may return any `Serialize` type without either.
///
/// # Errors
///
/// The model reads the text of a [`ToolError`](super::ToolError) and of nothing else, see there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from a tool",
    label = "not text, JSON or a `ToolResult`",
    note = "add `#[data]` to your type, or return `Json(value)`, `String`, `ToolResult`, or a \
            `Result` of these"
)]
pub trait IntoToolResult {
    /// The result that the CLI is sent, or the error that is logged and kept from the model.
    ///
    /// # Errors
    ///
    /// Fails with what the tool itself failed with, or when the value cannot be written as JSON.
    fn into_tool_result(self) -> Result<ToolResult, Box<dyn StdError + Send + Sync>>;
}

/// Any `Serialize` value as the result of a tool, as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// What the model reads in place of `None`.
pub(crate) const NO_RESULT: &str = "no result";

/// Why a tool failed: what the model may read, and the whole story for the log.
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

/// A value that a function with `#[tool]` may return: any `Serialize` type, and the model reads its
/// JSON.
///
/// Implemented for all of them; what the compiler says of other types is the only purpose of the
/// name.
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

/// The error that a function with `#[tool]` may return: any type with a text.
///
/// Implemented for all of them; what the compiler says of other types is the only purpose of the
/// name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a tool: it has no text",
    label = "needs `std::fmt::Display`",
    note = "implement `std::fmt::Display` or `std::error::Error` for it, or return `ToolError`"
)]
pub trait ToolFailure: fmt::Display {}

#[diagnostic::do_not_recommend]
impl<T: fmt::Display> ToolFailure for T {}

/// A value as the text that the model reads: JSON, except that text stays as it is, nothing is the
/// empty text, and a float that is no number is its name.
pub(crate) fn json_text<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let json = serde_json::to_string(value)?;
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(&json),
        Some(b'n') => Ok(non_finite(value).unwrap_or_default().to_owned()),
        _ => Ok(json),
    }
}

/// The name of a float that JSON writes as null, such as `NaN`.
fn non_finite<T: Serialize + ?Sized>(value: &T) -> Option<&'static str> {
    struct Display<'a, T: ?Sized>(&'a T);
    impl<T: Serialize + ?Sized> fmt::Display for Display<'_, T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.serialize(f)
        }
    }
    let mut text = String::new();
    write!(text, "{}", Display(value)).ok()?;
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
