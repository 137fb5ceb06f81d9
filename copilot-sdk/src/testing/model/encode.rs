//! Encodes a reply in the wire form of its request.

use serde_json::Value;

use super::api::ModelApi;
use super::completion::Completion;
use super::sse::SseEvents;
use super::{chat, messages, responses};

impl ModelApi {
    /// The reply as a stream of events.
    pub(super) fn events(self, completion: &Completion) -> SseEvents {
        match self {
            Self::ChatCompletions => chat::events(completion),
            Self::Responses => responses::events(completion),
            Self::Messages => messages::events(completion),
        }
    }

    /// The reply as one JSON body.
    pub(super) fn body(self, completion: &Completion) -> Value {
        match self {
            Self::ChatCompletions => chat::body(completion),
            Self::Responses => responses::body(completion),
            Self::Messages => messages::body(completion),
        }
    }
}
