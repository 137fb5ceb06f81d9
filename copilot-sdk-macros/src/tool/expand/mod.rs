//! The expansion. Everything is spanned at `mixed_site`, except code that errors should point at.

mod call;
mod expression;
mod handle;
mod signature;

pub(crate) use call::Callee;
pub(crate) use expression::tool_expression;
pub(super) use handle::{handle, header, listed};
