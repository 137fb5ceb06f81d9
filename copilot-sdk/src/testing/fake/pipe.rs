//! The fake's end of the connection: one task that reads, one that writes.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;

use super::desk::Desk;
use crate::transport::FrameReader;

/// What is still to be written.
pub(super) enum Outgoing {
    Bytes(Vec<u8>),
    End,
}

pub(super) fn outbox() -> (mpsc::UnboundedSender<Outgoing>, mpsc::UnboundedReceiver<Outgoing>) {
    mpsc::unbounded_channel()
}

/// Writes until the script ends the connection or the client no longer reads.
pub(super) async fn write(
    mut writer: Box<dyn AsyncWrite + Send + Unpin>,
    mut queue: mpsc::UnboundedReceiver<Outgoing>,
) {
    while let Some(Outgoing::Bytes(bytes)) = queue.recv().await {
        if writer.write_all(&bytes).await.is_err() {
            break;
        }
    }
}

/// Hands every message of the client to the desk.
pub(super) async fn read(
    mut frames: FrameReader<Box<dyn AsyncRead + Send + Unpin>>,
    desk: Arc<Desk>,
) {
    loop {
        match frames.next().await {
            Ok(Some(frame)) => {
                desk.thawed().await;
                desk.take(frame);
            }
            Ok(None) => return desk.client_left("the client has closed the connection"),
            Err(error) => {
                return desk.client_left(&format!("the client's frames cannot be read: {error}"));
            }
        }
    }
}
