//! The other side of a connection, played frame by frame.

use std::pin::Pin;
use std::task::{Context, Poll};

use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::sync::mpsc;

use crate::closed::Closed;
use crate::jsonrpc::{Inbound, Peer, Responder};
use crate::transport::{FRAME_LIMIT, FrameReader, memory, write_frame};

/// Reports what comes in as text.
pub(super) struct Report(pub(super) mpsc::UnboundedSender<String>);

impl Inbound for Report {
    fn message(&mut self, text: &str) -> bool {
        let is_whole = text.starts_with("whole: ");
        if is_whole {
            self.say(text.to_owned());
        }
        is_whole
    }

    fn notification(&mut self, method: &str, params: Option<&RawValue>) {
        self.say(format!("{method} {}", params.map_or("-", RawValue::get)));
    }

    fn unread_request(
        &mut self,
        method: &str,
        params: &str,
        responder: &dyn Fn() -> Responder,
    ) -> bool {
        let is_taken = method == "unread";
        if is_taken {
            responder().result(&params);
        }
        is_taken
    }

    fn request(&mut self, method: &str, params: Option<&RawValue>, responder: Responder) {
        match method {
            "echo" => responder.result(&params),
            "unwritable" => responder.result(&std::collections::HashMap::from([((), 1)])),
            "refuse" => responder.error(-32000, "no"),
            _ => drop(responder),
        }
    }

    async fn ended(&mut self, cause: Closed) -> Closed {
        Closed::new(cause.kind, format!("{} (seen by the owner)", cause.reason))
    }

    fn closed(&mut self, closed: &Closed) {
        self.say(format!("closed: {}", closed.reason));
    }
}

impl Report {
    fn say(&self, text: String) {
        let _ = self.0.send(text);
    }
}

/// The other side of a connection, frame by frame.
pub(super) struct Remote {
    pub(super) frames: FrameReader<Box<dyn AsyncRead + Send + Unpin>>,
    pub(super) writer: Box<dyn AsyncWrite + Send + Unpin>,
}

impl Remote {
    pub(super) async fn read(&mut self) -> serde_json::Value {
        let frame = self.frames.next().await.unwrap().unwrap();
        serde_json::from_slice(frame).unwrap()
    }

    pub(super) async fn write(&mut self, message: serde_json::Value) {
        self.write_text(&message.to_string()).await;
    }

    pub(super) async fn write_text(&mut self, text: &str) {
        self.write_bytes(text.as_bytes()).await;
    }

    pub(super) async fn write_bytes(&mut self, body: &[u8]) {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, body);
        self.writer.write_all(&bytes).await.unwrap();
    }
}

/// Breaks when it is written to; what was written before can be read only afterwards.
pub(super) struct Exited {
    pub(super) rest: &'static [u8],
    /// How often the rest is not there yet.
    pub(super) delay: u8,
}

impl AsyncRead for Exited {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        // The readiness of a pipe arrives some time after its bytes.
        if let Some(delay) = self.delay.checked_sub(1) {
            self.delay = delay;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        buffer.put_slice(std::mem::take(&mut self.rest));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Exited {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Poll::Ready(Err(std::io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

pub(super) fn connect() -> (Peer, Remote, mpsc::UnboundedReceiver<String>) {
    let (near, remote) = memory::pair();
    let (say, heard) = mpsc::unbounded_channel();
    let peer = Peer::start(near, FRAME_LIMIT, Report(say));
    (
        peer,
        Remote { frames: FrameReader::new(remote.reader, FRAME_LIMIT), writer: remote.writer },
        heard,
    )
}
