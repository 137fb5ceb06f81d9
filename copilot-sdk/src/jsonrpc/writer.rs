//! The outgoing half: frames are written whole and in order, even if their sender is dropped.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::AsyncWrite;

use crate::closed::Closed;
use crate::error::ErrorKind;
use crate::transport::write_parts;

/// Buffer capacity kept for later messages, so that one large message does not hold its memory
/// forever.
const KEPT: usize = 64 * 1024;

/// Writes frames: at once when the pipe is free, otherwise through the task that drives
/// [`Writer::poll_drain`].
///
/// A frame belongs to the writer from the moment it is queued, so a dropped caller never leaves
/// half a frame behind.
pub(super) struct Writer(Mutex<WriterState>);

struct WriterState {
    /// `None` once the pipe is closed.
    io: Option<Box<dyn AsyncWrite + Send + Unpin>>,
    queue: Vec<u8>,
    written: usize,
    limit: usize,
    drainer: Waker,
    end: Option<WriterEnd>,
}

/// Why nothing more is written.
#[derive(Clone)]
pub(super) enum WriterEnd {
    /// The stream failed: the other side has ended or is ending.
    Failed(Closed),
    /// This side gave up.
    Closed(Closed),
}

impl Writer {
    pub(super) fn new(io: Box<dyn AsyncWrite + Send + Unpin>, limit: usize) -> Self {
        let drainer = Waker::noop().clone();
        Self(Mutex::new(WriterState {
            io: Some(io),
            queue: Vec::new(),
            written: 0,
            limit,
            drainer,
            end: None,
        }))
    }

    /// Queues one message, given in parts, and writes as much as the pipe takes now.
    ///
    /// A message to a closed pipe is dropped: its caller learns of the end from the reader, which
    /// knows the reason.
    pub(super) fn send(&self, parts: &[&[u8]]) {
        let length = parts.iter().map(|part| part.len()).sum::<usize>();
        let mut state = self.lock();
        if state.end.is_some() {
            return;
        }
        if state.pending() > 0 && state.pending() + length > state.limit {
            let reason = format!(
                "the other side does not read: {} bytes wait to be written",
                state.pending()
            );
            state.close(WriterEnd::Closed(Closed::new(ErrorKind::Closed, reason)));
            return;
        }
        let idle = state.pending() == 0;
        write_parts(&mut state.queue, parts);
        if idle {
            let drainer = state.drainer.clone();
            let _ = state.poll_write(&mut Context::from_waker(&drainer));
        }
    }

    /// Writes queued frames. Ready with the reason once the pipe is closed or broken.
    pub(super) fn poll_drain(&self, cx: &mut Context<'_>) -> Poll<WriterEnd> {
        let mut state = self.lock();
        state.drainer.clone_from(cx.waker());
        state.poll_write(cx)
    }

    /// Drops the pipe: the other side reads the end of the stream.
    pub(super) fn hang_up(&self) {
        self.lock().io = None;
    }

    /// Closes the pipe: the other side reads the end of the stream. Unwritten frames are dropped.
    pub(super) fn close(&self, closed: Closed) {
        self.lock().close(WriterEnd::Closed(closed));
    }

    fn lock(&self) -> MutexGuard<'_, WriterState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WriterState {
    fn pending(&self) -> usize {
        self.queue.len() - self.written
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<WriterEnd> {
        while self.pending() > 0 {
            let (Some(io), Some(rest)) = (&mut self.io, self.queue.get(self.written..)) else {
                break;
            };
            match Pin::new(io).poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => self.fail("the connection takes no more bytes"),
                Poll::Ready(Ok(count)) => self.written += count,
                Poll::Ready(Err(error)) => {
                    self.fail(format!("the connection cannot be written any more: {error}"));
                }
                Poll::Pending => {
                    self.forget_written();
                    return Poll::Pending;
                }
            }
        }
        if let Some(end) = &self.end {
            return Poll::Ready(end.clone());
        }
        self.queue.clear();
        self.queue.shrink_to(KEPT);
        self.written = 0;
        let Some(io) = &mut self.io else { return Poll::Pending };
        // Everything has been written; wait for the next message whether or not the flush
        // completed.
        if let Poll::Ready(Err(error)) = Pin::new(io).poll_flush(cx) {
            self.fail(format!("the connection cannot be flushed: {error}"));
        }
        self.end.clone().map_or(Poll::Pending, Poll::Ready)
    }

    /// Frees written bytes, which the buffer would otherwise keep under a backlog that never fully
    /// drains.
    fn forget_written(&mut self) {
        if self.written > self.queue.len() / 2 {
            self.queue.drain(..self.written);
            self.written = 0;
        }
    }

    fn fail(&mut self, reason: impl Into<Arc<str>>) {
        self.close(WriterEnd::Failed(Closed::new(ErrorKind::Closed, reason)));
    }

    fn close(&mut self, end: WriterEnd) {
        self.io = None;
        self.queue = Vec::new();
        self.written = 0;
        self.end.get_or_insert(end);
        self.drainer.wake_by_ref();
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}
