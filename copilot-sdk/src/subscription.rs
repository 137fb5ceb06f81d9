//! Callbacks: a stream read by a dedicated task.

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};

use futures_core::Stream;
use futures_core::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::error::Result;

/// A registered callback; cancelled with [`cancel`](Self::cancel).
///
/// It stays registered until its events end, even if this handle is dropped.
#[derive(Debug, Clone)]
pub struct Subscription {
    cancelled: watch::Sender<bool>,
}

impl Subscription {
    /// Cancels the callback. It receives no further events, not even those already queued.
    pub fn cancel(&self) {
        self.cancelled.send_replace(true);
    }
}

/// The runtime for callbacks, on which the client was started. Callbacks registered earlier wait
/// for it, so that they can be registered from any thread.
#[derive(Default)]
pub(crate) struct CallbackRuntime(Mutex<RuntimeState>);

enum RuntimeState {
    NotStarted(Vec<BoxFuture<'static, ()>>),
    Started(Handle),
}

impl Default for RuntimeState {
    fn default() -> Self {
        Self::NotStarted(Vec::new())
    }
}

impl CallbackRuntime {
    /// Starts the waiting callbacks on `runtime`, which also runs all later ones.
    pub(crate) fn started_on(&self, runtime: &Handle) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let RuntimeState::NotStarted(waiting) = &mut *state {
            for task in std::mem::take(waiting) {
                runtime.spawn(task);
            }
        }
        *state = RuntimeState::Started(runtime.clone());
    }

    /// Calls `callback` for each item of `stream` in a dedicated task. A panic is logged, and the
    /// next item is processed.
    pub(crate) fn subscribe<T: Send + 'static>(
        &self,
        stream: impl Stream<Item = Result<T>> + Send + 'static,
        callback: impl Fn(&T) + Send + 'static,
    ) -> Subscription {
        let cancelled = watch::Sender::new(false);
        self.spawn(run(stream, callback, cancelled.clone()));
        Subscription { cancelled }
    }

    /// Runs a task that nobody waits for.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.start(Box::pin(task));
    }

    fn start(&self, task: BoxFuture<'static, ()>) {
        match &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            RuntimeState::NotStarted(waiting) => waiting.push(task),
            // Dropping the join handle does not abort the task.
            RuntimeState::Started(runtime) => drop(runtime.spawn(task)),
        }
    }
}

async fn run<T>(
    stream: impl Stream<Item = Result<T>>,
    callback: impl Fn(&T),
    cancelled: watch::Sender<bool>,
) {
    let mut stream = pin!(stream);
    let mut over = cancelled.subscribe();
    loop {
        let item = tokio::select! {
            biased;
            // Cannot fail: a sender is held here.
            _ = over.wait_for(|over| *over) => break,
            item = poll_fn(|cx| stream.as_mut().poll_next(cx)) => item,
        };
        match item {
            Some(Ok(item)) => {
                if std::panic::catch_unwind(AssertUnwindSafe(|| callback(&item))).is_err() {
                    tracing::error!("a callback panicked; it stays registered");
                }
            }
            Some(Err(error)) => tracing::warn!(%error, "a callback has ended"),
            None => break,
        }
    }
}
