//! The response to a model request.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::body::BodyChunk;
use super::headers::HttpHeaders;
use crate::handler::HandlerError;

/// The response to a model request. Its body is sent whole or piece by piece.
///
/// ```
/// use copilot_sdk::model_request::ModelHttpResponse;
///
/// let busy = ModelHttpResponse::new(429).header("retry-after", "30").body("come back later");
/// assert_eq!(busy.status, 429);
/// ```
#[must_use]
#[non_exhaustive]
pub struct ModelHttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HttpHeaders,
    pub(crate) body: ResponseBody,
}

/// Where the body comes from.
pub(crate) enum ResponseBody {
    Whole(BodyChunk),
    Stream(Pin<Box<dyn Stream<Item = Result<BodyChunk, HandlerError>> + Send>>),
}

impl ModelHttpResponse {
    /// Creates a response with an empty body.
    pub fn new(status: u16) -> Self {
        let body = ResponseBody::Whole(BodyChunk::Text(String::new()));
        Self { status, headers: HttpHeaders::new(), body }
    }

    /// Adds a value to a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.add(name, value);
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<BodyChunk>) -> Self {
        self.body = ResponseBody::Whole(body.into());
        self
    }

    /// Sets a body that is sent as it comes. An error or a panic of the stream ends the request as
    /// a lost connection would.
    ///
    /// The next piece is asked for once the CLI has taken the one before.
    pub fn stream<T, E>(mut self, body: impl Stream<Item = Result<T, E>> + Send + 'static) -> Self
    where
        T: Into<BodyChunk>,
        E: Into<HandlerError>,
    {
        self.body = ResponseBody::Stream(Box::pin(Pieces(Box::pin(body))));
        self
    }
}

/// The pieces of a body, of any type.
struct Pieces<S>(Pin<Box<S>>);

impl<S, T, E> Stream for Pieces<S>
where
    S: Stream<Item = Result<T, E>>,
    T: Into<BodyChunk>,
    E: Into<HandlerError>,
{
    type Item = Result<BodyChunk, HandlerError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.0.as_mut().poll_next(cx);
        next.map(|next| next.map(|piece| piece.map(Into::into).map_err(Into::into)))
    }
}

impl fmt::Debug for ModelHttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("ModelHttpResponse");
        debug.field("status", &self.status).field("headers", &self.headers).finish_non_exhaustive()
    }
}
