//! What the other side speaks, where that differs from what this program says.

use serde_json::value::RawValue;

/// Translates calls for the other side, and explains its refusals.
pub(crate) trait Dialect: Send + Sync {
    /// Whether calls of this method are translated.
    fn translates(&self, method: &str) -> bool;

    /// Translates a call. Called by whoever makes it, so it must neither block nor wait.
    fn translate(&self, method: &str, params: &RawValue) -> Translated;

    /// What to add to the text of a refusal with this code, if anything.
    fn advice(&self, code: i64) -> Option<String>;
}

/// What a call becomes.
#[derive(Debug)]
pub(crate) enum Translated {
    /// A call of this method, or of the same one.
    Call { method: Option<&'static str>, params: Box<RawValue> },
    /// No call: this is its result.
    Result(Box<RawValue>),
    /// No call: it is refused.
    Refusal { code: i64, message: String },
}
