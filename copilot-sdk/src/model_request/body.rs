//! Bodies that arrive piece by piece.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
#[cfg(feature = "forward")]
use std::{
    io,
    task::{Context, Poll, ready},
};

use tokio::sync::mpsc;

use crate::error::{Error, ErrorKind, Result};

const CUT_OFF: &str = "the body of the model request was cut off";

/// A piece of a body. Over HTTP its limits have no meaning; of a WebSocket it is one message.
#[derive(Clone, PartialEq, Eq)]
pub enum BodyChunk {
    /// Text.
    Text(String),
    /// Bytes (wire name `binary`).
    Binary(Vec<u8>),
}

/// The body of a model request, which arrives piece by piece.
pub struct RequestBody {
    chunks: mpsc::UnboundedReceiver<Charged>,
    is_whole: Arc<AtomicBool>,
}

/// Fills a [`RequestBody`]. Dropped before [`finish`](Self::finish), it leaves a part of one.
#[derive(Debug, Clone)]
pub(crate) struct BodySender {
    chunks: mpsc::UnboundedSender<Charged>,
    is_whole: Arc<AtomicBool>,
    /// The bytes of all bodies that nobody has taken yet.
    waiting: Arc<AtomicUsize>,
}

/// A piece that counts as waiting until it is dropped.
struct Charged {
    chunk: BodyChunk,
    bytes: usize,
    waiting: Arc<AtomicUsize>,
}

impl BodyChunk {
    /// The bytes of the piece.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }

    /// The bytes of the piece.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

impl RequestBody {
    /// The next piece, or `None` at the end of the whole body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the CLI gave the request up, or its connection ended, before the
    /// body was complete.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: no piece is lost.
    pub async fn chunk(&mut self) -> Result<Option<BodyChunk>> {
        match self.chunks.recv().await {
            Some(chunk) => Ok(Some(chunk.take())),
            None if self.is_whole.load(Ordering::Acquire) => Ok(None),
            None => Err(Error::new(ErrorKind::Closed, CUT_OFF)),
        }
    }

    /// The next piece, for whoever sends the body on: a part of it must not pass for the whole.
    ///
    /// # Errors
    ///
    /// If the CLI gave the request up, or its connection ended, before the body was complete.
    #[cfg(feature = "forward")]
    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<BodyChunk>>> {
        Poll::Ready(match ready!(self.chunks.poll_recv(cx)) {
            Some(chunk) => Some(Ok(chunk.take())),
            None if self.is_whole.load(Ordering::Acquire) => None,
            None => Some(Err(io::Error::new(io::ErrorKind::UnexpectedEof, CUT_OFF))),
        })
    }

    /// The whole body.
    ///
    /// # Errors
    ///
    /// As [`chunk`](Self::chunk): a part of a body never passes for the whole.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: what has arrived is lost with the future.
    pub async fn bytes(mut self) -> Result<Vec<u8>> {
        let mut whole = self.chunk().await?.map(BodyChunk::into_bytes).unwrap_or_default();
        while let Some(chunk) = self.chunk().await? {
            whole.extend_from_slice(chunk.as_bytes());
        }
        Ok(whole)
    }
}

impl BodySender {
    /// Creates a body whose pieces are counted in `waiting`.
    pub(crate) fn new(waiting: &Arc<AtomicUsize>) -> (Self, RequestBody) {
        let (chunks, body) = mpsc::unbounded_channel();
        let is_whole = Arc::<AtomicBool>::default();
        let body = RequestBody { chunks: body, is_whole: Arc::clone(&is_whole) };
        (Self { chunks, is_whole, waiting: Arc::clone(waiting) }, body)
    }

    /// Ends the body: it is complete.
    pub(crate) fn finish(self) {
        self.is_whole.store(true, Ordering::Release);
    }

    /// Adds a piece, unless more than `limit` bytes would be waiting. Returns whether it was added.
    pub(crate) fn send(&self, chunk: BodyChunk, limit: usize) -> bool {
        let bytes = chunk.as_bytes().len() + size_of::<Charged>();
        let before = self.waiting.fetch_add(bytes, Ordering::Relaxed);
        let charged = Charged { chunk, bytes, waiting: Arc::clone(&self.waiting) };
        if before > 0 && before.saturating_add(bytes) > limit {
            return false;
        }
        // Nobody may read the body: that is no failure.
        let _ = self.chunks.send(charged);
        true
    }
}

impl Charged {
    fn take(mut self) -> BodyChunk {
        std::mem::replace(&mut self.chunk, BodyChunk::Binary(Vec::new()))
    }
}

impl Drop for Charged {
    fn drop(&mut self) {
        self.waiting.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl From<String> for BodyChunk {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for BodyChunk {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Vec<u8>> for BodyChunk {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Binary(bytes)
    }
}

impl fmt::Debug for BodyChunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.as_bytes().len())
    }
}

impl fmt::Debug for Charged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chunk.fmt(f)
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestBody")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_is_whole_and_counts_as_waiting_until_it_is_taken() {
        let waiting = Arc::new(AtomicUsize::new(0));
        let (sender, mut body) = BodySender::new(&waiting);
        assert!(sender.send("one ".into(), 10), "one piece alone has room whatever its size");
        assert!(!sender.send("refused".into(), 10));
        assert_eq!(body.chunk().await.unwrap(), Some(BodyChunk::Text("one ".into())));
        assert_eq!(waiting.load(Ordering::Relaxed), 0);
        assert!(sender.send(vec![116, 119].into(), 1000) && sender.send("o".into(), 1000));
        sender.finish();
        assert_eq!(body.bytes().await.unwrap(), b"two");
        assert_eq!(waiting.load(Ordering::Relaxed), 0);
        let (sender, mut body) = BodySender::new(&waiting);
        assert!(sender.send("half".into(), 10));
        drop(sender);
        assert_eq!(body.chunk().await.unwrap(), Some(BodyChunk::Text("half".into())));
        for error in [body.chunk().await.map(drop), body.bytes().await.map(drop)] {
            let error = error.unwrap_err();
            assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Closed, CUT_OFF));
        }
        let (sender, body) = BodySender::new(&waiting);
        drop(body);
        assert!(sender.send("unread".into(), 10));
        assert_eq!(waiting.load(Ordering::Relaxed), 0);
    }
}
