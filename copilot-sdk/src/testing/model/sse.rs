//! Server-sent events.

use std::fmt;

use serde_json::Value;

/// The events of a reply, in the groups between which it can be held or cut.
#[derive(Default)]
pub(super) struct SseEvents {
    /// Events before the text.
    pub(super) lead: Vec<SseEvent>,
    /// One event per chunk of text.
    pub(super) chunks: Vec<SseEvent>,
    /// Events after the text, such as tool calls.
    pub(super) rest: Vec<SseEvent>,
    /// Events that end the reply.
    pub(super) finish: Vec<SseEvent>,
}

pub(super) struct SseEvent(String);

impl SseEvent {
    /// An event without a name.
    pub(super) fn data(data: impl fmt::Display) -> Self {
        Self(format!("data: {data}\n\n"))
    }

    /// An event that repeats its name in its data, as `type`.
    pub(super) fn typed(name: &str, mut data: Value) -> Self {
        if let Value::Object(fields) = &mut data {
            fields.insert("type".to_owned(), name.into());
        }
        Self::named(name, data)
    }

    pub(super) fn named(name: &str, data: impl fmt::Display) -> Self {
        Self(format!("event: {name}\ndata: {data}\n\n"))
    }

    pub(super) fn into_text(self) -> String {
        self.0
    }
}
