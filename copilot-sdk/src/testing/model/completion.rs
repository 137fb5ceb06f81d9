//! A message together with the request that it answers: the input of the wire forms.

use super::reply::ModelMessage;
use super::request::ModelRequest;

pub(super) struct Completion {
    /// The number of the request; ids are derived from it.
    pub(super) number: usize,
    /// The requested model.
    pub(super) model: String,
    pub(super) message: ModelMessage,
}

impl Completion {
    /// The creation time of every completion, in seconds since 1970. Fixed, so that every run has
    /// the same replies.
    pub(super) const CREATED: u64 = 1_700_000_000;

    pub(super) fn new(request: &ModelRequest, message: ModelMessage) -> Self {
        Self { number: request.number(), model: request.model().to_owned(), message }
    }

    pub(super) fn text(&self) -> String {
        self.message.text.concat()
    }

    pub(super) fn reasoning(&self) -> String {
        self.message.reasoning.concat()
    }
}
