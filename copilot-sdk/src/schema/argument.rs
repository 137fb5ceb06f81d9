//! What a type must be to be an argument.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A type that the model can fill in: read from JSON, and described to the model.
///
/// `#[data]` on your type implements it. Types that derive `serde::Deserialize` and
/// `schemars::JsonSchema` (version 1) themselves work as well.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a tool argument: the model would not know how to fill it in",
    label = "needs `#[data]`",
    note = "add `#[data]` to your type (or to the type inside), or derive both \
            `serde::Deserialize` and `schemars::JsonSchema`, version 1"
)]
pub trait ToolArgument: DeserializeOwned + JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema> ToolArgument for T {}
