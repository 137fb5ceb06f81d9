//! Requests in logs. Call arguments and file contents, which may contain secrets, appear only by
//! name and size.

use std::any::Any;
use std::fmt;

use serde_json::Value;

/// A field of an action, for its `Debug`.
pub(super) fn field<'a, T: fmt::Debug + Any>(name: &str, value: &'a T) -> Box<dyn fmt::Debug + 'a> {
    let any: &dyn Any = value;
    if let Some(Some(arguments)) = any.downcast_ref::<Option<Value>>() {
        return Box::new(ArgumentSizes(arguments));
    }
    let is_text_of_a_file = matches!(name, "diff" | "new_file_contents");
    match (any.downcast_ref::<String>(), any.downcast_ref::<Option<String>>()) {
        (Some(text), _) | (_, Some(Some(text))) if is_text_of_a_file => Box::new(Size(text.len())),
        _ => Box::new(value),
    }
}

/// The arguments of a call, by name.
pub(super) struct ArgumentSizes<'a>(pub(super) &'a Value);

/// The number of bytes, in place of text.
pub(super) struct Size(pub(super) usize);

impl fmt::Debug for ArgumentSizes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = |value: &Value| Size(value.to_string().len());
        match self.0 {
            Value::Object(fields) => f
                .debug_map()
                .entries(fields.iter().map(|(name, value)| (name, size(value))))
                .finish(),
            other => size(other).fmt(f),
        }
    }
}

impl fmt::Debug for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0)
    }
}
