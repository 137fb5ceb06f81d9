//! The stored events of a session.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::Session;
use crate::error::Result;
use crate::event::{Event, read_event};
use crate::ids::SessionId;
use crate::payload::answers;
use crate::session_peer::SessionPeer;

impl Session {
    /// The session's stored events from its start, including those before a resume (wire method
    /// `session.getMessages`). Holds messages, tool calls and permissions, but no deltas or
    /// progress events.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::event::EventData;
    ///
    /// for event in session.history().await? {
    ///     match &event.data {
    ///         EventData::UserMessage(message) => println!("> {}", message.content),
    ///         EventData::AssistantMessage(message) => println!("{}", message.content),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn history(&self) -> Result<Vec<Event>> {
        self.check()?;
        // Nobody else has them.
        Ok(fetch(&self.0.peer).await?.into_iter().filter_map(Arc::into_inner).collect())
    }
}

/// The stored events of a session.
pub(super) async fn fetch(peer: &SessionPeer) -> Result<Vec<Arc<Event>>> {
    answers! {
        struct Messages {
            events: Vec<Box<RawValue>> = "events" [required],
        }
    }
    let id = peer.id();
    let messages = peer.ask::<Messages>("session.getMessages").await?;
    Ok(messages.events.iter().filter_map(|json| read(id, json)).collect())
}

/// Skips an unreadable event instead of failing the whole history.
fn read(id: &SessionId, json: &RawValue) -> Option<Arc<Event>> {
    read_event(json.get())
        .inspect_err(|error| {
            tracing::warn!(session_id = %id, %error, "skipped a stored event that cannot be read");
        })
        .ok()
}
