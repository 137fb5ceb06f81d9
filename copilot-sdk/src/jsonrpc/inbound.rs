//! The receiving end of a connection, as its owner implements it.

use serde_json::value::RawValue;

use super::responder::Responder;
use crate::closed::Closed;

/// Handles incoming messages. Called by the reader: must neither block nor wait.
pub(crate) trait Inbound: Send + 'static {
    /// A whole message. Returns whether it was a notification that the owner could read as it is,
    /// which saves a pass.
    fn message(&mut self, text: &str) -> bool;

    /// Any other notification.
    fn notification(&mut self, method: &str, params: Option<&RawValue>);

    /// A request whose params are text that nobody has read yet. Returns whether the owner takes
    /// it as it is, with a responder, which saves a pass; it then says so itself where the text is
    /// not JSON.
    fn unread_request(
        &mut self,
        method: &str,
        params: &str,
        responder: &dyn Fn() -> Responder,
    ) -> bool;

    /// Any other request, to be answered through the responder.
    fn request(&mut self, method: &str, params: Option<&RawValue>, responder: Responder);

    /// The stream ended. Returns the reason that pending and later calls fail with; no other
    /// method but [`closed`](Self::closed) is called afterwards.
    fn ended(&mut self, cause: Closed) -> impl Future<Output = Closed> + Send;

    /// All pending calls have failed with `closed`.
    fn closed(&mut self, closed: &Closed);
}
