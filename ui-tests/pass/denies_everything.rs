//! A crate that denies what can be denied, with names that get in the way.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(
    warnings,
    non_camel_case_types,
    missing_docs,
    unreachable_pub,
    unused,
    unused_qualifications,
    unnameable_types,
    missing_debug_implementations,
    missing_copy_implementations,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_results,
    let_underscore_drop,
    clippy::all,
    clippy::pedantic,
    clippy::nursery
)]
// It wants `pub` where `unreachable_pub` refuses it.
#![allow(clippy::redundant_pub_crate)]

// `schemars::JsonSchema` calls these two as methods.
use ::std::convert::{From as _, Into as _};

use ::copilot_sdk::{ToolContext, data, tool, tools, toolset};

/// Not the one of the prelude.
#[derive(Debug, Clone, Copy)]
pub struct Result;
/// Not the one of the prelude.
#[derive(Debug, Clone, Copy)]
pub struct Option;
/// Not the one of the prelude.
#[derive(Debug, Clone, Copy)]
pub struct Vec;
/// Not the one of the prelude.
#[derive(Debug, Clone, Copy)]
pub struct Box;
/// Not the one of the prelude.
#[derive(Debug, Clone, Copy)]
pub struct String;
/// Not the one of the prelude.
#[derive(Debug, Clone, Copy)]
pub struct Default;
/// Not the one of the prelude.
#[derive(Debug, Clone, Copy)]
pub struct Some;

/// Data.
#[data]
#[derive(Debug, Clone)]
pub struct Page {
    /// Size.
    pub size: u8,
    /// Text.
    pub text: ::std::option::Option<::std::string::String>,
}

/// Choice.
#[data]
#[derive(Debug, Clone, Copy)]
pub enum Choice {
    /// One.
    One,
    /// Two.
    Two,
}

/// Arguments.
#[tool]
pub async fn args(args: u8, call: u8, signature: u8, arguments: u8, context: &ToolContext) -> u8 {
    ::std::future::ready(()).await;
    ::std::debug_assert!(!context.is_cancelled());
    args ^ call ^ signature ^ arguments
}

/// Call.
#[tool]
#[must_use]
pub const fn call(
    #[arg(default = 5, range(min = 1, max = 9))] value: u8,
    #[arg(default)] returned: u8,
) -> u8 {
    value ^ returned
}

/// Keyword.
///
/// # Errors
///
/// Never.
#[tool]
pub async fn r#match(
    r#type: ::std::string::String,
) -> ::std::result::Result<Page, ::std::fmt::Error> {
    ::std::future::ready(()).await;
    ::std::result::Result::Ok(Page { size: 1, text: ::std::option::Option::Some(r#type) })
}

/// Length.
#[tool]
const fn str_len(page: Page) -> usize {
    ::std::mem::forget(page);
    3
}

/// Private.
#[tool]
async fn choice(choice: Choice) -> ::std::option::Option<Choice> {
    ::std::future::ready(()).await;
    ::std::option::Option::Some(choice)
}

mod inner {
    use ::copilot_sdk::tool;

    /// In a module.
    #[tool]
    pub(crate) async fn value() {
        ::std::future::ready(()).await;
    }
}

/// Shared.
#[derive(Debug)]
pub struct Crm(::std::vec::Vec<u8>);

#[toolset(parts(admin))]
impl Crm {
    /// Find.
    #[tool]
    pub async fn find(&self, this: u8, text: ::std::string::String) -> ::std::string::String {
        ::std::future::ready(()).await;
        ::std::debug_assert_ne!(usize::from(this), self.0.len() + 1);
        text
    }

    /// Count.
    #[tool]
    const fn count(&self) -> usize {
        self.0.len()
    }
}

#[toolset(part = admin)]
impl Crm {
    /// Reset.
    #[tool]
    #[must_use]
    pub fn reset(self: ::std::sync::Arc<Self>) -> usize {
        self.0.len()
    }
}

/// In a function.
#[must_use]
pub fn list() -> ::std::vec::Vec<::copilot_sdk::Tool> {
    tools![args, call, r#match, str_len, choice, inner::value, ..Crm(::std::vec::Vec::new())]
}

fn main() {
    let tools = list();
    ::std::assert_eq!(tools.len(), 9);
}
