//! `#[tool]`: a function as a tool.

mod attribute;
mod expand;
mod fallback;
mod limits;
mod model;
mod parse;
#[cfg(test)]
mod tests;
mod validate;

pub(crate) use attribute::tool;
pub(crate) use expand::{Callee, tool_expression};
pub(crate) use model::Tool;
pub(crate) use parse::{Function, tool_keys};
pub(crate) use validate::validate;
