//! A lossless queue between the reader and one consumer. It never blocks and never drops individual
//! items.
//!
//! Its content is bounded in bytes of memory. Beyond the bound, the whole queue ends after
//! delivering what it holds.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use futures_core::Stream;
use tokio::task::coop;

use crate::closed::Closed;
use crate::error::{Error, ErrorKind};
use crate::heap_size::HeapSize;
use crate::metrics;

/// Default budget of undelivered items, in bytes of memory: 256 MiB.
pub(crate) const DEFAULT_BUDGET: usize = 256 * 1024 * 1024;

/// Room in the list, beyond its items, that is kept when it runs empty.
const KEPT: usize = 1024;

pub(crate) struct Queue<T>(Mutex<QueueState<T>>);

struct QueueState<T> {
    /// Items and what each was charged.
    items: VecDeque<(T, usize)>,
    bytes: usize,
    budget: usize,
    merge: Option<Merge<T>>,
    consumer: Option<Waker>,
    end: Option<QueueEnd>,
}

/// Merges an item into the one queued before it, or returns it if the two do not belong together.
pub(crate) type Merge<T> = fn(last: &mut T, next: T) -> Option<T>;

enum QueueEnd {
    /// Ended by this program.
    Finished(Closed),
    /// Ended with an error, which the consumer still has to receive.
    Failed(Closed),
    /// The consumer is gone or has received the end.
    Over,
}

impl<T: HeapSize> Queue<T> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(QueueState {
            items: VecDeque::new(),
            bytes: 0,
            budget: DEFAULT_BUDGET,
            merge: None,
            consumer: None,
            end: None,
        }))
    }

    /// Adds an item. Returns `false` if the queue has ended.
    pub(crate) fn push(&self, item: T) -> bool {
        let size = cost(&item);
        let mut state = self.lock();
        if state.end.is_some() {
            return false;
        }
        if state.bytes.saturating_add(size) > state.budget && !state.items.is_empty() {
            let reason = format!(
                "the consumer lags: {} undelivered events of {} bytes exceed the budget of {} \
                 bytes; read faster, raise it with `budget`, or merge deltas with `merge_deltas`",
                state.items.len(),
                state.bytes,
                state.budget
            );
            state.end = Some(QueueEnd::Failed(Closed::new(ErrorKind::Lagged, reason)));
            metrics::lagged();
        } else {
            state.add(item, size);
        }
        let open = state.end.is_none();
        let consumer = state.consumer.take();
        drop(state);
        if let Some(consumer) = consumer {
            consumer.wake();
        }
        open
    }

    /// Ends the queue. Queued items are still delivered.
    pub(crate) fn finish(&self, closed: &Closed) {
        let mut state = self.lock();
        if state.end.is_none() {
            let closed = closed.clone();
            state.end = Some(if closed.orderly {
                QueueEnd::Finished(closed)
            } else {
                QueueEnd::Failed(closed)
            });
        }
        let consumer = state.consumer.take();
        drop(state);
        if let Some(consumer) = consumer {
            consumer.wake();
        }
    }

    /// Why the queue ended, if it ended normally.
    pub(crate) fn finished(&self) -> Option<Closed> {
        match &self.lock().end {
            Some(QueueEnd::Finished(closed)) => Some(closed.clone()),
            _ => None,
        }
    }

    /// Discards the content and ends the queue, because the consumer is gone.
    pub(crate) fn abandon(&self) {
        let mut state = self.lock();
        let unread = std::mem::take(&mut state.items);
        state.bytes = 0;
        state.end = Some(QueueEnd::Over);
        // Freed outside the lock: there may be much to free, and the reader may be waiting.
        drop(state);
        drop(unread);
    }

    /// Yields the next item, then the error of an abnormal end once, then `None` forever.
    pub(crate) fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        // A consumer with a backlog yields to other tasks from time to time.
        let budget = ready!(coop::poll_proceed(cx));
        let mut state = self.lock();
        if let Some((item, size)) = state.items.pop_front() {
            state.bytes -= size;
            if state.items.is_empty() && state.items.capacity() > KEPT {
                state.items.shrink_to(KEPT);
            }
            budget.made_progress();
            return Poll::Ready(Some(Ok(item)));
        }
        match &state.end {
            None => {
                state.consumer = Some(cx.waker().clone());
                Poll::Pending
            }
            Some(QueueEnd::Failed(closed)) => {
                let error = closed.error();
                state.end = Some(QueueEnd::Over);
                Poll::Ready(Some(Err(error)))
            }
            Some(QueueEnd::Finished(_) | QueueEnd::Over) => Poll::Ready(None),
        }
    }

    /// Sets the budget in bytes of memory; `usize::MAX` means unlimited.
    pub(crate) fn set_budget(&self, bytes: usize) {
        self.lock().budget = bytes;
    }

    pub(crate) fn set_merge(&self, merge: Merge<T>) {
        self.lock().merge = Some(merge);
    }

    fn lock(&self) -> MutexGuard<'_, QueueState<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: HeapSize> QueueState<T> {
    fn add(&mut self, item: T, size: usize) {
        let mut item = Some(item);
        if let (Some(merge), Some((last, held))) = (self.merge, self.items.back_mut()) {
            item = item.and_then(|next| merge(last, next));
            if item.is_none() {
                self.bytes -= *held;
                *held = cost(last);
                self.bytes += *held;
            }
        }
        if let Some(item) = item {
            self.items.push_back((item, size));
            self.bytes += size;
        }
    }
}

/// The items of a queue as a stream; the queue takes no more when this is dropped.
pub(crate) struct Items<T: HeapSize>(Arc<Queue<T>>);

impl<T: HeapSize> Items<T> {
    pub(crate) fn of(queue: &Arc<Queue<T>>) -> Self {
        Self(Arc::clone(queue))
    }
}

impl<T: HeapSize> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(cx)
    }
}

impl<T: HeapSize> Drop for Items<T> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// The memory of an item while it waits.
pub(crate) fn cost<T: HeapSize>(item: &T) -> usize {
    // The list of items doubles when it is full.
    2 * size_of::<(T, usize)>() + item.heap_size()
}

#[cfg(test)]
mod tests;
