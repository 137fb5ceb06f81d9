//! Lifecycle events of all sessions of a server, whichever client opened them.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_core::Stream;
use serde_json::value::RawValue;

use crate::closed::Closed;
use crate::error::Result;
use crate::heap_size::HeapSize;
use crate::ids::SessionId;
use crate::jsonrpc::decode_params;
use crate::open_enum::open_enum;
use crate::payload::{answers, enum_fields};
use crate::queue::Queue;
use crate::seen_ids::SeenIds;

/// How many announcements are remembered, to detect duplicates.
const MEMORY: usize = 1024;

/// A lifecycle event of a session or of the CLI itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LifecycleEvent {
    /// A lifecycle event of a session.
    Session(SessionLifecycle),
    /// The CLI ended and is being restarted.
    Restarting {
        /// Why it ended.
        reason: String,
    },
    /// The CLI was restarted and the open sessions were reopened.
    Restarted {
        /// What could not be restored.
        lost: Vec<Lost>,
    },
    /// The CLI ended and is not restarted. All sessions are closed.
    GaveUp {
        /// Why it ended, and why the restart failed.
        reason: String,
    },
}

impl LifecycleEvent {
    /// The session event, if this is one.
    pub fn session(&self) -> Option<&SessionLifecycle> {
        match self {
            Self::Session(event) => Some(event),
            _ => None,
        }
    }
}

/// Something that a restart of the CLI could not restore.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lost {
    /// The session it belonged to.
    pub session_id: SessionId,
    /// A description for people.
    pub what: String,
}

answers! {
    /// A lifecycle event of a session (notification `session.lifecycle`).
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct SessionLifecycle {
        /// The kind of event (wire name `type`).
        pub kind: LifecycleKind = "type" [required],
        /// The session (wire name `sessionId`).
        pub session_id: SessionId = "sessionId",
        /// The session's metadata. Absent for a deleted session.
        pub metadata: Option<LifecycleMetadata> = "metadata",
    }
}

open_enum! {
    /// The kind of a session lifecycle event (wire name `type`).
    pub enum LifecycleKind {
        /// The session was created, by this or another client.
        Created = "session.created",
        /// The session was deleted from disk.
        Deleted = "session.deleted",
        /// An event was added to the session.
        Updated = "session.updated",
        /// The session was brought to the foreground. Only servers with a user interface send this.
        Foreground = "session.foreground",
        /// The session was sent to the background.
        Background = "session.background",
    }
}

enum_fields! { LifecycleKind }

answers! {
    /// The metadata of a session in a lifecycle event.
    #[derive(Debug, Clone, Default, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct LifecycleMetadata {
        /// The time the session was created, in RFC 3339 format (wire name `startTime`).
        pub start_time: Option<String> = "startTime",
        /// The time of its last event, in RFC 3339 format (wire name `modifiedTime`).
        pub modified_time: Option<String> = "modifiedTime",
        /// A summary of the conversation.
        pub summary: Option<String> = "summary",
    }
}

impl HeapSize for LifecycleEvent {
    fn heap_size(&self) -> usize {
        match self {
            Self::Session(SessionLifecycle { kind, session_id, metadata }) => {
                kind.heap_size() + session_id.heap_size() + metadata.heap_size()
            }
            Self::Restarting { reason } | Self::GaveUp { reason } => reason.heap_size(),
            Self::Restarted { lost } => lost.heap_size(),
        }
    }
}

impl HeapSize for Lost {
    fn heap_size(&self) -> usize {
        self.session_id.heap_size() + self.what.heap_size()
    }
}

impl HeapSize for LifecycleMetadata {
    fn heap_size(&self) -> usize {
        let Self { start_time, modified_time, summary } = self;
        start_time.heap_size() + modified_time.heap_size() + summary.heap_size()
    }
}

/// A stream of the lifecycle events of a server's sessions, each delivered once and in order.
///
/// Ends with `None` when the client is stopped or dropped, and with a final error if the connection
/// breaks. Also a [`Stream`].
///
/// ```no_run
/// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
/// use copilot_sdk::client::{LifecycleEvent, LifecycleKind};
///
/// let mut lifecycle = client.lifecycle();
/// while let Some(event) = lifecycle.next().await {
///     match event? {
///         LifecycleEvent::Session(event) if event.kind == LifecycleKind::Created => {
///             println!("new session {}", event.session_id);
///         }
///         LifecycleEvent::Restarted { lost } => println!("the cli runs again, without {lost:?}"),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Lifecycle {
    queue: Arc<Queue<LifecycleEvent>>,
}

impl Lifecycle {
    /// Returns the next event, or `None` after the end.
    ///
    /// # Errors
    ///
    /// Once, as the last item: if the connection broke, or if more than 256 MiB of events were
    /// unread.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropping the future loses no event.
    pub async fn next(&mut self) -> Option<Result<LifecycleEvent>> {
        poll_fn(|cx| self.queue.poll_next(cx)).await
    }
}

impl Stream for Lifecycle {
    type Item = Result<LifecycleEvent>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.queue.poll_next(cx)
    }
}

impl Drop for Lifecycle {
    fn drop(&mut self) {
        self.queue.abandon();
    }
}

impl fmt::Debug for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lifecycle")
    }
}

/// Distributes lifecycle events to subscribers. Outlives the connections they arrive on.
#[derive(Default)]
pub(crate) struct Broadcast(Mutex<BroadcastState>);

#[derive(Default)]
struct BroadcastState {
    subscribers: Vec<Arc<Queue<LifecycleEvent>>>,
    announced: Announced,
    /// Sessions that nobody asked for.
    hidden: Hidden,
    over: Option<Closed>,
}

impl Broadcast {
    pub(crate) fn subscribe(&self) -> Lifecycle {
        let queue = Arc::new(Queue::new());
        let mut state = self.lock();
        match &state.over {
            Some(closed) => queue.finish(closed),
            None => state.subscribers.push(Arc::clone(&queue)),
        }
        Lifecycle { queue }
    }

    /// Processes the params of a notification. Returns its event unless it is a duplicate.
    pub(crate) fn notification(&self, params: &RawValue) -> Option<SessionLifecycle> {
        let event: SessionLifecycle = match decode_params(params) {
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(%error, "skipped a lifecycle event that cannot be read");
                return None;
            }
        };
        let mut state = self.lock();
        if state.hidden.0.contains(&event.session_id) || state.announced.is_echo(&event) {
            return None;
        }
        let told = LifecycleEvent::Session(event.clone());
        state.subscribers.retain(|queue| queue.push(told.clone()));
        Some(event)
    }

    /// Publishes no events of this session.
    pub(crate) fn hide(&self, id: &SessionId) {
        self.lock().hidden.0.insert(id);
    }

    /// Publishes an event of the CLI itself.
    pub(crate) fn publish(&self, event: &LifecycleEvent) {
        self.lock().subscribers.retain(|queue| queue.push(event.clone()));
    }

    /// Accepts subscribers again after [`finish`](Self::finish).
    pub(crate) fn begin_again(&self) {
        self.lock().over = None;
    }

    /// Ends all subscriptions.
    pub(crate) fn finish(&self, closed: &Closed) {
        let subscribers = {
            let mut state = self.lock();
            state.over.get_or_insert_with(|| closed.clone());
            std::mem::take(&mut state.subscribers)
        };
        for queue in subscribers {
            queue.finish(closed);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BroadcastState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Broadcast {
    fn drop(&mut self) {
        self.finish(&Closed::orderly("the client was dropped"));
    }
}

/// Sessions last reported as created or deleted: the CLI reports both twice.
struct Announced(SeenIds);

struct Hidden(SeenIds);

impl Default for Hidden {
    fn default() -> Self {
        Self(SeenIds::new(MEMORY))
    }
}

impl Default for Announced {
    fn default() -> Self {
        Self(SeenIds::new(MEMORY))
    }
}

impl Announced {
    fn is_echo(&mut self, event: &SessionLifecycle) -> bool {
        let opposite = match event.kind {
            LifecycleKind::Created => LifecycleKind::Deleted,
            LifecycleKind::Deleted => LifecycleKind::Created,
            _ => return false,
        };
        self.0.remove(&(&event.session_id, opposite));
        !self.0.insert(&(&event.session_id, &event.kind))
    }
}

#[cfg(test)]
mod tests;
