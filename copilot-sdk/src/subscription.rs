//! Callbacks: a stream read by a task of its own.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;

use futures_core::Stream;
use tokio::task::AbortHandle;

use crate::error::Result;

/// A callback that was registered.
///
/// It stays registered until what it listens to ends, also when this handle is dropped.
#[derive(Debug, Clone)]
pub struct Subscription {
    task: AbortHandle,
}

impl Subscription {
    /// Ends the callback: it sees nothing further.
    pub fn cancel(&self) {
        self.task.abort();
    }

    /// Calls `callback` for each item, on a task of its own; a panic in it is logged and costs that item only.
    pub(crate) fn start<T: Send + 'static>(
        stream: impl Stream<Item = Result<T>> + Send + 'static,
        callback: impl Fn(&T) + Send + 'static,
    ) -> Self {
        let task = tokio::spawn(async move {
            let mut stream = pin!(stream);
            while let Some(item) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
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
        Self { task: task.abort_handle() }
    }
}
