//! The fake's end of the connection: one task that reads, one that writes.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};

use super::outbox::{OutboxItem, OutboxQueue};
use super::server::FakeServer;
use crate::transport::FrameReader;

/// Writes until the script ends the connection or the client stops reading.
pub(super) async fn write(mut writer: Box<dyn AsyncWrite + Send + Unpin>, mut queue: OutboxQueue) {
    while let Some(OutboxItem::Bytes(bytes)) = queue.recv().await {
        if writer.write_all(&bytes).await.is_err() {
            break;
        }
    }
}

/// Passes every message of the client to the server.
pub(super) async fn read(
    mut frames: FrameReader<Box<dyn AsyncRead + Send + Unpin>>,
    server: Arc<FakeServer>,
) {
    loop {
        match frames.next().await {
            Ok(Some(frame)) => {
                server.wait_until_thawed().await;
                server.receive(frame);
            }
            Ok(None) => return server.client_left("the client has closed the connection"),
            Err(error) => {
                return server.client_left(&format!("the client's frames cannot be read: {error}"));
            }
        }
    }
}
