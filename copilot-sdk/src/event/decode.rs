//! Deserialization of [`Event`]s: in one pass where they are written as usual, else in two.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::data::{EventData, OtherEvent};
use super::envelope::Event;
use crate::ids::{AgentId, EventId};
use crate::json_text::split_at_quote;
use crate::payload::{Fill, Lenient, Reading, TextSeed};

/// How the message of an event begins.
const ENVELOPE: &str = r#"{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":""#;

/// The params of the notification `session.event`.
#[derive(Debug)]
pub(crate) struct SessionEvent<'de> {
    /// The session of the event, borrowed from the frame.
    pub(crate) session_id: Cow<'de, str>,
    /// Shared from here on: code that drops an event is then compiled in few places.
    pub(crate) event: Arc<Event>,
}

/// Decodes the params of `session.event`; fails on malformed JSON or a malformed envelope only.
pub(crate) fn decode_session_event(params: &str) -> serde_json::Result<SessionEvent<'_>> {
    serde_json::Deserializer::from_str(params).deserialize_map(ParamsVisitor)
}

impl<'de> SessionEvent<'de> {
    /// Reads a message whose envelope is, byte for byte, that of every CLI so far. `None` for any
    /// other.
    pub(crate) fn of_message(message: &'de str) -> Option<Self> {
        let params = message.strip_prefix(ENVELOPE)?;
        let (session_id, event) = split_at_quote(params)?;
        let event = event.strip_prefix(r#","event":"#)?.strip_suffix("}}")?;
        let event = match Event::in_order(event) {
            Some(event) => event.shared(),
            None => read_event(event).ok()?,
        };
        Some(Self { session_id: Cow::Borrowed(session_id), event })
    }
}

/// Reads an event of any type, as its `Deserialize` does.
pub(crate) fn read_event(text: &str) -> serde_json::Result<Arc<Event>> {
    Ok(serde_json::from_str::<UnreadEvent<'_>>(text)?.open().shared())
}

/// Deserializes an event of any type. Data that does not fit its type becomes
/// [`EventData::Other`], not an error.
impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UnreadEventVisitor).map(UnreadEvent::open)
    }
}

/// An event whose data is not read yet.
struct UnreadEvent<'de> {
    event_type: Cow<'de, str>,
    data: Box<RawValue>,
    id: EventId,
    timestamp: String,
    parent_id: Option<EventId>,
    agent_id: Option<AgentId>,
    ephemeral: bool,
}

impl UnreadEvent<'_> {
    fn open(self) -> Event {
        let Self { event_type, data, id, timestamp, parent_id, agent_id, ephemeral } = self;
        let data = EventData::from_json(&event_type, data);
        let begins = OnceLock::new();
        Event { id, timestamp, parent_id, agent_id, ephemeral, data, begins }
    }
}

impl<'de> Deserialize<'de> for UnreadEvent<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UnreadEventVisitor)
    }
}

struct ParamsVisitor;

impl<'de> Visitor<'de> for ParamsVisitor {
    type Value = SessionEvent<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `sessionId` and `event`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SessionEvent<'de>, A::Error> {
        let (mut session_id, mut event) = (None, None);
        while let Some(key) = map.next_key_seed(TextSeed)? {
            match key.as_ref() {
                "sessionId" => session_id = Some(map.next_value_seed(TextSeed)?),
                "event" => event = Some(map.next_value::<UnreadEvent<'_>>()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(SessionEvent {
            session_id: session_id.ok_or_else(|| A::Error::missing_field("sessionId"))?,
            event: event.ok_or_else(|| A::Error::missing_field("event"))?.open().shared(),
        })
    }
}

struct UnreadEventVisitor;

impl<'de> Visitor<'de> for UnreadEventVisitor {
    type Value = UnreadEvent<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event: an object with `type`, `data` and `id`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<UnreadEvent<'de>, A::Error> {
        let mut event_type = None;
        let mut data: Option<Box<RawValue>> = None;
        let mut id: Option<EventId> = None;
        let mut timestamp: Option<String> = None;
        let mut parent_id: Option<EventId> = None;
        let mut agent_id: Option<AgentId> = None;
        let mut ephemeral: Option<bool> = None;
        let mut reading = Reading::default();
        let reading = &mut reading;
        while let Some(key) = map.next_key_seed(TextSeed)? {
            match key.as_ref() {
                "type" => event_type = Some(map.next_value_seed(TextSeed)?),
                "data" => data = Some(map.next_value()?),
                "id" => id = value(&mut map, reading)?,
                "timestamp" => timestamp = value(&mut map, reading)?,
                "parentId" => parent_id = value(&mut map, reading)?,
                "agentId" => agent_id = value(&mut map, reading)?,
                "ephemeral" => ephemeral = value(&mut map, reading)?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(UnreadEvent {
            event_type: event_type.ok_or_else(|| A::Error::missing_field("type"))?,
            data: data.unwrap_or_else(|| RawValue::NULL.to_owned()),
            id: id.ok_or_else(|| A::Error::missing_field("id"))?,
            timestamp: timestamp.unwrap_or_default(),
            parent_id,
            agent_id,
            ephemeral: ephemeral.unwrap_or_default(),
        })
    }
}

/// Reads the value of a field; one of the wrong shape is absent.
fn value<'de, T: Lenient, A: MapAccess<'de>>(
    map: &mut A,
    reading: &mut Reading,
) -> Result<Option<T>, A::Error> {
    let mut value = T::empty();
    let is_read = map.next_value_seed(Fill { slot: value.slot(), reading, name: "" })?;
    Ok(is_read.then_some(value))
}

impl EventData {
    fn from_json(event_type: &str, json: Box<RawValue>) -> Self {
        // Read before it is copied.
        let known = Self::is_known(event_type).then(|| Self::read(event_type, json.get()));
        known
            .flatten()
            .unwrap_or_else(|| Self::Other(OtherEvent { event_type: event_type.to_owned(), json }))
    }
}
