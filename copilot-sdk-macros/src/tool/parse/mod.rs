//! Parses the item below `#[tool]`.

mod arg_keys;
mod function;
mod item;
mod parameter;
mod tool_keys;

pub(crate) use arg_keys::{ArgKeys, DefaultValue, Limits, limits_help};
pub(crate) use function::{Body, Function};
pub(crate) use item::{Item, Other, item};
pub(crate) use parameter::{Parameter, ParameterKind, parameters};
pub(crate) use tool_keys::{Defer, ToolKeys, tool_keys};
