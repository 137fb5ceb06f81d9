//! What requests hold, in logs: arguments, texts of files and of the conversation, in which secrets
//! may stand, by name and size only.

use std::any::Any;
use std::fmt;

use serde_json::{Map, Value};

/// Fields whose text is shown by its size.
const TEXTS: [&str; 12] = [
    "additional_context",
    "diff",
    "new_file_contents",
    "prompt",
    "transformed_prompt",
    "initial_prompt",
    "modified_prompt",
    "modified_transformed_prompt",
    "session_summary",
    "response",
    "final_message",
    "error",
];

/// A field of a request, for its `Debug`.
pub(crate) fn field<'a, T: fmt::Debug + Any>(name: &str, value: &'a T) -> Box<dyn fmt::Debug + 'a> {
    by_size(name, value).unwrap_or_else(|| Box::new(value))
}

/// Not generic, so that it is compiled once. `None` for what is shown as it is.
fn by_size<'a>(name: &str, value: &'a dyn Any) -> Option<Box<dyn fmt::Debug + 'a>> {
    if let Some(arguments) = value.downcast_ref::<Value>().or_else(|| inner(value)) {
        return Some(Box::new(ArgumentSizes(arguments)));
    }
    if let Some(fields) = inner(value) {
        return Some(Box::new(Fields(fields)));
    }
    let text: &String = value.downcast_ref().or_else(|| inner(value))?;
    TEXTS.contains(&name).then(|| Box::new(Size(text.len())) as Box<dyn fmt::Debug>)
}

fn inner<T: Any>(value: &dyn Any) -> Option<&T> {
    value.downcast_ref::<Option<T>>()?.as_ref()
}

/// The arguments of a call, by name.
pub(crate) struct ArgumentSizes<'a>(pub(crate) &'a Value);

/// The fields of an object, by name.
pub(crate) struct Fields<'a>(pub(crate) &'a Map<String, Value>);

/// A number of bytes in the place of text.
pub(crate) struct Size(pub(crate) usize);

impl fmt::Debug for ArgumentSizes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null => f.write_str("null"),
            Value::Object(fields) => Fields(fields).fmt(f),
            other => size(other).fmt(f),
        }
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(name, value)| (name, size(value)))).finish()
    }
}

impl fmt::Debug for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0)
    }
}

fn size(value: &Value) -> Size {
    Size(value.to_string().len())
}
