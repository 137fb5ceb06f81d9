//! What happens in a session, as the CLI tells it.
//!
//! Every [`Event`] has an envelope and [`EventData`]: the events that programs act on are variants
//! of their own, all others keep their JSON in [`EventData::Other`].
//!
//! ```
//! use copilot_sdk::event::{Event, EventData};
//!
//! fn show(event: &Event) {
//!     match &event.data {
//!         EventData::AssistantMessageDelta(delta) => print!("{}", delta.delta_content),
//!         EventData::ToolExecutionStart(call) => println!("[{}]", call.tool_name),
//!         EventData::SessionError(error) => eprintln!("{}", error.message),
//!         _ => {}
//!     }
//! }
//! ```

mod assistant;
mod data;
mod envelope;
mod hook;
mod interaction;
mod lenient;
mod macros;
mod mcp;
mod message;
mod permission;
mod reconnected;
mod session;
mod session_state;
mod skill;
mod subagent;
#[cfg(test)]
mod tests;
mod tool;
mod usage;
mod values;

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

pub use assistant::*;
pub use data::{EventData, OtherEvent};
pub(crate) use envelope::{SessionEvent, decode_session_event};
pub use hook::*;
pub use interaction::*;
pub use mcp::*;
pub use message::*;
pub use permission::*;
pub use reconnected::*;
pub use session::*;
pub use session_state::*;
pub use skill::*;
pub use subagent::*;
pub use tool::*;
pub use usage::*;

use crate::ids::{AgentId, EventId};

/// One event of a session (wire name `session.event`).
///
/// An event writes itself in the wire's own shape, and reads that shape back:
///
/// ```
/// use copilot_sdk::event::{Event, EventData};
///
/// let json = r#"{"type":"session.idle","data":{"aborted":true},"id":"e2","timestamp":"2026-01-01T00:00:00.000Z","parentId":"e1","ephemeral":true}"#;
/// let event: Event = serde_json::from_str(json)?;
/// assert!(matches!(&event.data, EventData::SessionIdle(idle) if idle.aborted));
/// assert_eq!(event.event_type(), "session.idle");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event {
    /// Names this event (wire name `id`).
    pub id: EventId,
    /// When it happened, as RFC 3339 text with milliseconds.
    pub timestamp: String,
    /// The stored event before this one (wire name `parentId`); none for the first of a session.
    pub parent_id: Option<EventId>,
    /// The sub-agent that it comes from (wire name `agentId`); none for the session's own agent.
    pub agent_id: Option<AgentId>,
    /// Whether it was sent only live, and is not part of the stored history.
    pub ephemeral: bool,
    /// What happened.
    pub data: EventData,
}

impl Event {
    /// An event of this crate.
    pub(crate) fn own(id: EventId, data: EventData) -> Self {
        let timestamp = crate::timestamp::rfc3339(std::time::SystemTime::now());
        Self { id, timestamp, parent_id: None, agent_id: None, ephemeral: true, data }
    }

    /// The type of the event as the wire names it, such as `assistant.message`.
    pub fn event_type(&self) -> &str {
        self.data.event_type()
    }

    /// Whether the session's own agent is meant, not one of its sub-agents.
    pub fn is_root(&self) -> bool {
        self.agent_id.is_none()
    }

    /// The data of an event without a variant of its own, byte for byte as it was sent; none for
    /// all others.
    pub fn json(&self) -> Option<&RawValue> {
        match &self.data {
            EventData::Other(other) => Some(&other.json),
            _ => None,
        }
    }

    /// Reads the data of an event without a variant of its own into a type of yours.
    ///
    /// None unless the event is of that type and has no variant in [`EventData`].
    ///
    /// ```
    /// # use copilot_sdk::event::Event;
    /// #[derive(serde::Deserialize)]
    /// struct Log {
    ///     level: String,
    /// }
    ///
    /// # let event: Event = serde_json::from_str(r#"{"type":"model.log","data":{"level":"debug"},"id":"1"}"#)?;
    /// if let Some(log) = event.decode::<Log>("model.log") {
    ///     assert_eq!(log?.level, "debug");
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The JSON does not fit the type.
    pub fn decode<T: DeserializeOwned>(&self, event_type: &str) -> Option<serde_json::Result<T>> {
        match &self.data {
            EventData::Other(other) if other.event_type == event_type => Some(other.decode()),
            _ => None,
        }
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", self.event_type())?;
        map.serialize_entry("data", &self.data)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("timestamp", &self.timestamp)?;
        map.serialize_entry("parentId", &self.parent_id)?;
        if let Some(agent_id) = &self.agent_id {
            map.serialize_entry("agentId", agent_id)?;
        }
        if self.ephemeral {
            map.serialize_entry("ephemeral", &true)?;
        }
        map.end()
    }
}
