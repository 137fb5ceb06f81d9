//! The queue of bytes that the fake still has to write.

use tokio::sync::mpsc;

pub(super) type Outbox = mpsc::UnboundedSender<OutboxItem>;
pub(super) type OutboxQueue = mpsc::UnboundedReceiver<OutboxItem>;

pub(super) enum OutboxItem {
    Bytes(Vec<u8>),
    /// Ends the stream; later items are discarded.
    End,
}

pub(super) fn outbox() -> (Outbox, OutboxQueue) {
    mpsc::unbounded_channel()
}
