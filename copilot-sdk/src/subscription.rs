//! Callbacks: a stream read by a task of its own.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_core::Stream;
use tokio::task::AbortHandle;

use crate::error::Result;

/// A callback that was registered.
///
/// It stays registered until what it listens to ends, also when this handle is dropped.
#[derive(Debug, Clone)]
pub struct Subscription {
    task: AbortHandle,
    cancelled: Arc<AtomicBool>,
}

impl Subscription {
    /// Ends the callback: it sees nothing further, what waits for it included.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        self.task.abort();
    }

    /// Calls `callback` for each item, on a task of its own; a panic in it is logged and costs that
    /// item only.
    pub(crate) fn start<T: Send + 'static>(
        stream: impl Stream<Item = Result<T>> + Send + 'static,
        callback: impl Fn(&T) + Send + 'static,
    ) -> Self {
        let cancelled = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&cancelled);
        let task = tokio::spawn(async move {
            let mut stream = pin!(stream);
            while let Some(item) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
                // An abort takes effect at the next wait, which may be far away.
                if over.load(Ordering::Relaxed) {
                    break;
                }
                match item {
                    Ok(item) => {
                        if std::panic::catch_unwind(AssertUnwindSafe(|| callback(&item))).is_err() {
                            tracing::error!("a callback panicked; it stays registered");
                        }
                    }
                    Err(error) => tracing::warn!(%error, "a callback has ended"),
                }
            }
        });
        Self { task: task.abort_handle(), cancelled }
    }
}
