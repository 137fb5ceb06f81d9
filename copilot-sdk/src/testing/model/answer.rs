//! A message together with the request that it answers: what the wire forms are written from.

use super::reply::Message;
use super::request::ModelRequest;

pub(super) struct Answer {
    /// The number of the request, which makes the ids of the answer.
    pub(super) number: usize,
    /// The model that was asked, which is the one that answers.
    pub(super) model: String,
    pub(super) message: Message,
}

impl Answer {
    /// The moment that every answer claims to be made at, in seconds since 1970: the same in every
    /// run.
    pub(super) const CREATED: u64 = 1_700_000_000;

    pub(super) fn new(request: &ModelRequest, message: Message) -> Self {
        Self { number: request.number(), model: request.model().to_owned(), message }
    }

    pub(super) fn text(&self) -> String {
        self.message.text.concat()
    }

    pub(super) fn reasoning(&self) -> String {
        self.message.reasoning.concat()
    }
}
