//! The event stream of a session.

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

/// A stream of a session's events, each delivered once and in order.
///
/// Ends with `None` when the session is disconnected, and with a final error if the connection
/// breaks or this consumer exceeds its [`budget`](Events::budget). Also a [`Stream`].
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

    /// A stream that yields nothing.
    pub(super) fn ended() -> Self {
        let events = Self::new(Arc::new(Queue::new()));
        events.abandon();
        events
    }

    /// Limits the memory of this consumer's undelivered events, in bytes. Defaults to 256 MiB.
    pub fn budget(self, bytes: usize) -> Self {
        self.queue.set_budget(bytes);
        self
    }

    /// Removes the limit on undelivered events of this consumer.
    pub fn unbounded(self) -> Self {
        self.budget(usize::MAX)
    }

    /// Skips the events of sub-agents (those with an `agent_id`).
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

    /// Merges consecutive undelivered deltas of one message. A slow consumer reads larger pieces;
    /// no text is lost.
    ///
    /// A merged event keeps the id of the first delta.
    pub fn merge_deltas(self) -> Self {
        self.queue.set_merge(merge);
        self
    }

    /// Closes the queue.
    pub(crate) fn abandon(&self) {
        self.queue.abandon();
    }

    /// Why the stream ended, if it ended normally.
    pub(crate) fn finished(&self) -> Option<Closed> {
        self.queue.finished()
    }

    /// Returns the next event, or `None` after the end.
    ///
    /// # Errors
    ///
    /// Once, as the last item: [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the connection
    /// broke, [`ErrorKind::Lagged`](crate::ErrorKind::Lagged) if this consumer exceeded its budget.
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
    use EventData::{AssistantMessageDelta as Message, AssistantReasoningDelta as Reasoning};
    let together = match (&last.data, &next.data) {
        (Message(last), Message(next)) => last.message_id == next.message_id,
        (Reasoning(last), Reasoning(next)) => last.reasoning_id == next.reasoning_id,
        _ => false,
    };
    if !together {
        return Some(next);
    }
    // Copied at most once: after its first merge, the event belongs to this queue alone. Not with
    // `Arc::make_mut`, which is compiled with a copy of every type of event.
    if Arc::get_mut(last).is_none() {
        let data = match &last.data {
            Message(delta) => Message(delta.clone()),
            Reasoning(delta) => Reasoning(delta.clone()),
            _ => return Some(next),
        };
        *last = last.with_data(data);
    }
    match (Arc::get_mut(last).map(|last| &mut last.data), &next.data) {
        (Some(Message(last)), Message(next)) => {
            append(&mut last.delta_content, &next.delta_content);
        }
        (Some(Reasoning(last)), Reasoning(next)) => {
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
