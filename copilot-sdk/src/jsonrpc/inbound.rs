//! The receiving end of a connection, as its owner implements it.

use serde::Deserializer;
use serde_json::value::RawValue;

use super::responder::Responder;
use crate::closed::Closed;

/// Handles incoming messages. Called by the reader: must neither block nor wait.
pub(crate) trait Inbound: Send + 'static {
    /// The params of notifications that are decoded in place.
    type Notification<'de>: Send;

    /// Whether notifications of this method are decoded in place.
    fn decodes(method: &str) -> bool;

    /// Decodes the params of such a notification.
    fn decode<'de, D: Deserializer<'de>>(params: D) -> Result<Self::Notification<'de>, D::Error>;

    /// A notification that was decoded in place.
    fn decoded(&mut self, notification: Self::Notification<'_>);

    /// Any other notification, or one that could not be decoded in place.
    fn notification(&mut self, method: &str, params: Option<&RawValue>);

    /// A request, to be answered through the responder.
    fn request(&mut self, method: &str, params: Option<&RawValue>, responder: Responder);

    /// The stream ended. Returns the reason that pending and later calls fail with; no other
    /// method but [`closed`](Self::closed) is called afterwards.
    fn ended(&mut self, cause: Closed) -> impl Future<Output = Closed> + Send;

    /// All pending calls have failed with `closed`.
    fn closed(&mut self, closed: &Closed);
}
