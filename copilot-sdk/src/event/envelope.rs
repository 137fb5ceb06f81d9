use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::data::EventData;
use crate::heap_size::{HeapSize, shared};
use crate::ids::{AgentId, EventId};

/// One event of a session (wire name `session.event`).
///
/// Serializes to the shape of the wire, and deserializes from it:
///
/// ```
/// use copilot_sdk::event::{Event, EventData};
///
/// let json = r#"{
///     "type": "session.idle",
///     "data": {"aborted": true},
///     "id": "e2",
///     "timestamp": "2026-01-01T00:00:00.000Z",
///     "parentId": "e1",
///     "ephemeral": true
/// }"#;
/// let event: Event = serde_json::from_str(json)?;
/// assert!(matches!(&event.data, EventData::SessionIdle(idle) if idle.aborted));
/// assert_eq!(event.event_type(), "session.idle");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Event {
    /// The id of this event (wire name `id`).
    pub id: EventId,
    /// The time of the event, as RFC 3339 text with milliseconds.
    pub timestamp: String,
    /// The stored event before this one (wire name `parentId`); `None` for a session's first.
    pub parent_id: Option<EventId>,
    /// The sub-agent that sent it (wire name `agentId`); `None` for the session's own agent.
    pub agent_id: Option<AgentId>,
    /// Whether it was only sent live and is not part of the stored history.
    pub ephemeral: bool,
    /// The payload.
    pub data: EventData,
    /// Whose turn it begins, where its payload does not say so. Set by the session that reads the
    /// event, which may be shared by then.
    pub(crate) begins: OnceLock<Begins>,
}

/// Whose turn an event begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    /// That of the prompt with this number among those sent to the session.
    Sent(u64),
    /// That of a prompt which was not sent here.
    Another,
}

impl Event {
    /// An event of this crate, shared.
    pub(crate) fn own(id: EventId, data: EventData) -> Arc<Self> {
        Self::made(id, data).shared()
    }

    /// An event of this crate.
    pub(crate) fn made(id: EventId, data: EventData) -> Self {
        let timestamp = crate::timestamp::rfc3339(std::time::SystemTime::now());
        let begins = OnceLock::new();
        let (parent_id, agent_id) = (None, None);
        Self { id, timestamp, parent_id, agent_id, ephemeral: true, data, begins }
    }

    /// Shares an event. Not inline, and always the last step of what makes one: the code that drops
    /// an event is compiled in few places then.
    #[inline(never)]
    pub(crate) fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }

    /// The same event with other data.
    pub(crate) fn with_data(&self, data: EventData) -> Arc<Self> {
        let Self { id, timestamp, parent_id, agent_id, ephemeral, data: _, begins } = self;
        Self {
            id: id.clone(),
            timestamp: timestamp.clone(),
            parent_id: parent_id.clone(),
            agent_id: agent_id.clone(),
            ephemeral: *ephemeral,
            data,
            begins: begins.clone(),
        }
        .shared()
    }

    /// The event type by its wire name, such as `assistant.message`.
    pub fn event_type(&self) -> &str {
        self.data.event_type()
    }

    /// Whether the event belongs to the session's own agent, not to a sub-agent.
    pub fn is_root(&self) -> bool {
        self.agent_id.is_none()
    }

    /// The raw `data` of an event without a variant of its own, byte for byte as sent.
    ///
    /// `None` for every event that has a variant.
    pub fn json(&self) -> Option<&RawValue> {
        match &self.data {
            EventData::Other(other) => Some(&other.json),
            _ => None,
        }
    }

    /// Deserializes the data of an event without a variant of its own.
    ///
    /// `None` if the event has another type or a variant in [`EventData`].
    ///
    /// ```
    /// # use copilot_sdk::event::Event;
    /// #[derive(serde::Deserialize)]
    /// struct Log {
    ///     level: String,
    /// }
    ///
    /// # let json = r#"{"type":"model.log","data":{"level":"debug"},"id":"1"}"#;
    /// # let event: Event = serde_json::from_str(json)?;
    /// if let Some(log) = event.decode::<Log>("model.log") {
    ///     assert_eq!(log?.level, "debug");
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the JSON does not deserialize into `T`.
    pub fn decode<T: DeserializeOwned>(&self, event_type: &str) -> Option<serde_json::Result<T>> {
        match &self.data {
            EventData::Other(other) if other.event_type == event_type => Some(other.decode()),
            _ => None,
        }
    }

    /// Deserializes the data of an event of any type into the payload of that type.
    ///
    /// `None` if the event has another type. Events with a variant in [`EventData`] are read from
    /// what the variant holds, which leaves out a few fields; match on the variant where that is
    /// enough.
    ///
    /// ```
    /// use copilot_sdk::event::{Event, EventPayload};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Log {
    ///     level: String,
    /// }
    ///
    /// impl EventPayload for Log {
    ///     const EVENT_TYPES: &'static [&'static str] = &["model.log"];
    /// }
    ///
    /// # let json = r#"{"type":"model.log","data":{"level":"debug"},"id":"1"}"#;
    /// # let event: Event = serde_json::from_str(json)?;
    /// if let Some(log) = event.data_as::<Log>() {
    ///     assert_eq!(log?.level, "debug");
    /// }
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the JSON does not deserialize into `T`. The types in `protocol::events` read any object.
    pub fn data_as<T: EventPayload>(&self) -> Option<serde_json::Result<T>> {
        T::EVENT_TYPES.contains(&self.event_type()).then(|| match &self.data {
            EventData::Other(other) => other.decode(),
            data => serde_json::to_value(data).and_then(serde_json::from_value),
        })
    }
}

/// The payload of one or more event types, for [`Event::data_as`].
///
/// With the feature `events`, the types in `protocol::events` implement it. Implement it for a type
/// of your own to read an event that this version of the crate does not know.
pub trait EventPayload: DeserializeOwned {
    /// The wire names of the event types.
    const EVENT_TYPES: &'static [&'static str];
}

impl HeapSize for Event {
    fn heap_size(&self) -> usize {
        let Self { id, timestamp, parent_id, agent_id, ephemeral: _, data, begins: _ } = self;
        id.heap_size()
            + timestamp.heap_size()
            + parent_id.heap_size()
            + agent_id.heap_size()
            + data.heap_size()
    }
}

impl HeapSize for Arc<Event> {
    fn heap_size(&self) -> usize {
        shared(size_of::<Event>()) + Event::heap_size(self)
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
