//! The requirements on argument types.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A type of tool argument: deserialized from JSON and described to the model by a schema.
///
/// Implemented by `#[data]`, and for every type that implements `serde::Deserialize` and
/// `schemars::JsonSchema` (version 1).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a tool argument: the model would not know how to fill it in",
    label = "needs `#[data]`",
    note = "add `#[data]` to your type (or to the type inside), or derive both \
            `serde::Deserialize` and `schemars::JsonSchema`, version 1"
)]
pub trait ToolArgument: DeserializeOwned + JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema> ToolArgument for T {}
