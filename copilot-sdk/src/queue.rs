//! A lossless queue between the reader and one consumer. It never blocks and never drops individual
//! items.
//!
//! Its content is bounded in bytes. Beyond the bound, the whole queue ends after delivering what it
//! holds.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use futures_core::Stream;
use tokio::task::coop;

use crate::closed::Closed;
use crate::error::{Error, ErrorKind};

/// Default budget of undelivered items in bytes: 256 MiB.
pub(crate) const DEFAULT_BUDGET: usize = 256 * 1024 * 1024;

pub(crate) struct Queue<T>(Mutex<QueueState<T>>);

struct QueueState<T> {
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

impl<T> Queue<T> {
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

    /// Adds an item of `size` bytes. Returns `false` if the queue has ended.
    pub(crate) fn push(&self, item: T, size: usize) -> bool {
        let mut state = self.lock();
        if state.end.is_some() {
            return false;
        }
        if state.bytes + size > state.budget && !state.items.is_empty() {
            let reason = format!(
                "the consumer lags: {} undelivered events of {} bytes exceed the budget of {} \
                 bytes; read faster, raise it with `budget`, or merge deltas with `merge_deltas`",
                state.items.len(),
                state.bytes,
                state.budget
            );
            state.end = Some(QueueEnd::Failed(Closed::new(ErrorKind::Lagged, reason)));
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

    /// Sets the budget in bytes; `usize::MAX` means unlimited.
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

impl<T> QueueState<T> {
    fn add(&mut self, item: T, size: usize) {
        self.bytes += size;
        let mut item = Some(item);
        if let (Some(merge), Some((last, held))) = (self.merge, self.items.back_mut()) {
            item = item.and_then(|next| merge(last, next));
            if item.is_none() {
                *held += size;
            }
        }
        self.items.extend(item.map(|item| (item, size)));
    }
}

/// The items of a queue as a stream. Dropping it closes the queue.
pub(crate) struct Items<T>(Arc<Queue<T>>);

impl<T> Items<T> {
    pub(crate) fn of(queue: &Arc<Queue<T>>) -> Self {
        Self(Arc::clone(queue))
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(cx)
    }
}

impl<T> Drop for Items<T> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(queue: &Queue<&'static str>) -> Vec<Result<&'static str, String>> {
        let mut context = Context::from_waker(Waker::noop());
        let mut items = Vec::new();
        while let Poll::Ready(Some(item)) = queue.poll_next(&mut context) {
            items.push(item.map_err(|error| error.to_string()));
        }
        items
    }

    #[test]
    fn beyond_its_budget_a_queue_delivers_what_it_holds_and_ends_with_the_reason() {
        let queue = Queue::new();
        queue.set_budget(10);
        assert!(queue.push("a", 6));
        assert!(queue.push("b", 4));
        assert!(!queue.push("c", 1));
        assert!(!queue.push("d", 1));
        let items = drain(&queue);
        assert_eq!(items.get(..2), Some(&[Ok("a"), Ok("b")][..]));
        let reason = items.get(2).and_then(|item| item.as_ref().err()).unwrap();
        assert!(reason.starts_with(
            "the consumer lags: 2 undelivered events of 10 bytes exceed the budget of 10"
        ));
        assert_eq!(items.len(), 3);
    }

    #[test]
    fn one_item_larger_than_the_budget_still_passes() {
        let queue = Queue::new();
        queue.set_budget(10);
        assert!(queue.push("large", 1000));
        assert_eq!(drain(&queue), [Ok("large")]);
    }

    #[test]
    fn an_orderly_end_comes_after_what_waits() {
        let queue = Queue::new();
        queue.push("a", 1);
        queue.finish(&Closed::orderly("done"));
        assert!(!queue.push("late", 1));
        assert_eq!(drain(&queue), [Ok("a")]);
    }

    #[test]
    fn a_bad_end_is_told_once() {
        let queue = Queue::new();
        queue.finish(&Closed::new(ErrorKind::Closed, "gone"));
        assert_eq!(drain(&queue), [Err("gone".to_owned())]);
        assert_eq!(drain(&queue), []);
    }
}
