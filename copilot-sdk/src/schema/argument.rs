//! The requirements on argument types.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

/// A type of tool argument: deserialized from JSON and described to the model by a schema.
///
/// Implemented by `#[data]`, and for every type that implements `serde::Deserialize` and
/// `schemars::JsonSchema` (version 1).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a tool argument: the model would not know how to fill it in",
    label = "needs `#[data]`, or features of its crate",
    note = "add `#[data]` to your type (or to the type inside), or derive both \
            `serde::Deserialize` and `schemars::JsonSchema`, version 1",
    note = "a type of another crate needs the feature `serde` of that crate and the one of \
            `schemars` that is named after it, such as `uuid1` for `uuid::Uuid`; one without them, \
            such as `Instant` or `Arc<str>`, is taken as a `String` or a number and converted in \
            the body"
)]
pub trait ToolArgument: DeserializeOwned + JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema> ToolArgument for T {}
