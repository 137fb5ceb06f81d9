//! Reading a session's events: as a stream, or with a callback.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::closed::Closed;
use crate::error::Result;
use crate::event::{Event, EventData};
use crate::queue::Queue;

/// The events of one session, each once and in the order of the wire.
///
/// Ends with `None` when the session is disconnected, and with one last error when the connection
/// broke or when this consumer fell further behind than its [`budget`](Events::budget). Also a
/// [`Stream`].
///
/// ```no_run
/// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
/// use copilot_sdk::event::EventData;
///
/// let mut events = session.events();
/// session.send("Tell me a story").await?;
/// while let Some(event) = events.next().await {
///     match &event?.data {
///         EventData::AssistantMessageDelta(delta) => print!("{}", delta.delta_content),
///         EventData::SessionIdle(_) => break,
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct Events {
    queue: Arc<Queue<Arc<Event>>>,
    root_only: bool,
}

impl Events {
    pub(crate) fn new(queue: Arc<Queue<Arc<Event>>>) -> Self {
        Self { queue, root_only: false }
    }

    /// The memory that undelivered events may take for this consumer, in bytes; default 256 MiB.
    pub fn budget(self, bytes: usize) -> Self {
        self.queue.set_budget(bytes);
        self
    }

    /// Any number of undelivered events may wait for this consumer.
    pub fn unbounded(self) -> Self {
        self.budget(usize::MAX)
    }

    /// Passes over the events of sub-agents (those with an `agent_id`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::event::EventData;
    ///
    /// let mut events = session.events().root_only();
    /// while let Some(event) = events.next().await {
    ///     if let EventData::AssistantMessage(message) = &event?.data {
    ///         println!("{}", message.content); // not what the agent's helpers tell it
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn root_only(mut self) -> Self {
        self.root_only = true;
        self
    }

    /// Joins deltas of one message that wait behind each other: a slow consumer reads larger
    /// pieces, no text is lost.
    ///
    /// The joined event keeps the id of the first one.
    pub fn merge_deltas(self) -> Self {
        self.queue.set_merge(merge);
        self
    }

    /// Takes no more.
    pub(crate) fn abandon(&self) {
        self.queue.abandon();
    }

    /// Why the events ended, where that was in good order.
    pub(crate) fn finished(&self) -> Option<Closed> {
        self.queue.finished()
    }

    /// The next event.
    ///
    /// # Errors
    ///
    /// Once, as the last item: [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the connection
    /// broke, [`ErrorKind::Lagged`](crate::ErrorKind::Lagged) when this consumer fell behind its
    /// budget.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: a dropped future takes no event.
    pub async fn next(&mut self) -> Option<Result<Arc<Event>>> {
        poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl Stream for Events {
    type Item = Result<Arc<Event>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.queue.poll_next(cx) {
                Poll::Ready(Some(Ok(event))) if self.root_only && !event.is_root() => {}
                other => return other,
            }
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.queue.abandon();
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Events")
    }
}

fn merge(last: &mut Arc<Event>, next: Arc<Event>) -> Option<Arc<Event>> {
    let together = match (&last.data, &next.data) {
        (EventData::AssistantMessageDelta(last), EventData::AssistantMessageDelta(next)) => {
            last.message_id == next.message_id
        }
        (EventData::AssistantReasoningDelta(last), EventData::AssistantReasoningDelta(next)) => {
            last.reasoning_id == next.reasoning_id
        }
        _ => false,
    };
    if !together {
        return Some(next);
    }
    // Shared with other consumers only before its first merge; from then on this queue owns it.
    match (&mut Arc::make_mut(last).data, &next.data) {
        (EventData::AssistantMessageDelta(last), EventData::AssistantMessageDelta(next)) => {
            append(&mut last.delta_content, &next.delta_content);
        }
        (EventData::AssistantReasoningDelta(last), EventData::AssistantReasoningDelta(next)) => {
            append(&mut last.delta_content, &next.delta_content);
        }
        _ => {}
    }
    None
}

/// Grows by a sixteenth instead of twofold: the room counts towards the budget.
fn append(text: &mut String, next: &str) {
    if text.capacity() - text.len() < next.len() {
        text.reserve_exact(next.len() + text.len() / 16);
    }
    text.push_str(next);
}
