//! The wire forms of a model call.

use serde_json::{Value, json};

/// The wire form of a model call, told by the end of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModelApi {
    /// OpenAI chat completions: `POST .../chat/completions`.
    ChatCompletions,
    /// OpenAI responses: `POST .../responses`.
    Responses,
    /// Anthropic messages: `POST .../messages`.
    Messages,
}

impl ModelApi {
    pub(in crate::testing) fn of_path(path: &str) -> Option<Self> {
        [
            ("/chat/completions", Self::ChatCompletions),
            ("/responses", Self::Responses),
            ("/messages", Self::Messages),
        ]
        .into_iter()
        .find_map(|(end, api)| path.ends_with(end).then_some(api))
    }

    /// The body of an HTTP error.
    pub(super) fn error(self, status: u16, message: &str, code: Option<&str>) -> Value {
        let word = code.unwrap_or(match status {
            401 => "authentication_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            529 => "overloaded_error",
            400..500 => "invalid_request_error",
            _ => "api_error",
        });
        match self {
            Self::Messages => json!({"type": "error", "error": {"type": word, "message": message}}),
            Self::ChatCompletions | Self::Responses => {
                json!({"error": {"message": message, "type": word, "code": word, "param": null}})
            }
        }
    }
}
