//! Deserialization of [`Event`]s: in one pass where the order of keys allows, else in two.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::data::{EventData, OtherEvent};
use super::envelope::Event;
use super::lenient::{Fill, Room, TextSeed};
use crate::ids::{AgentId, EventId};

/// How the message of an event begins.
const ENVELOPE: &str = r#"{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":""#;

/// The params of the notification `session.event`.
#[derive(Debug)]
pub(crate) struct SessionEvent<'de> {
    /// The session of the event, borrowed from the frame.
    pub(crate) session_id: Cow<'de, str>,
    pub(crate) event: Event,
}

/// Decodes the params of `session.event`; fails on malformed JSON or a malformed envelope only.
pub(crate) fn decode_session_event(params: &str) -> serde_json::Result<SessionEvent<'_>> {
    let read =
        |pass: Pass| pass.read_session_event(&mut serde_json::Deserializer::from_str(params));
    read(Pass::InPlace).or_else(|_| read(Pass::Tolerant))
}

impl<'de> SessionEvent<'de> {
    /// Reads a message whose envelope is, byte for byte, that of every CLI so far. `None` for any
    /// other, and for one that cannot be read in place.
    pub(crate) fn of_message(message: &'de str) -> Option<Self> {
        let params = message.strip_prefix(ENVELOPE)?;
        let (session_id, event) = params.split_once('"')?;
        let event = event.strip_prefix(r#","event":"#)?.strip_suffix("}}")?;
        if session_id.contains('\\') {
            return None;
        }
        let event = Event::in_order(event).or_else(|| {
            let mut deserializer = serde_json::Deserializer::from_str(event);
            let event = Pass::InPlace.deserialize(&mut deserializer).ok()?;
            deserializer.end().ok().map(|()| event)
        })?;
        Some(Self { session_id: Cow::Borrowed(session_id), event })
    }
}

/// Deserializes an event of any type. Data that does not fit its type becomes
/// [`EventData::Other`], not an error.
impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Pass::Tolerant.deserialize(deserializer)
    }
}

/// The way `data` is read.
#[derive(Clone, Copy, PartialEq)]
enum Pass {
    /// Directly into its type, if `type` precedes it.
    InPlace,
    /// As raw JSON, which is kept if it does not fit its type.
    Tolerant,
}

impl Pass {
    fn read_session_event<'de, D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<SessionEvent<'de>, D::Error> {
        deserializer.deserialize_map(ParamsVisitor(self))
    }
}

impl<'de> DeserializeSeed<'de> for Pass {
    type Value = Event;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Event, D::Error> {
        deserializer.deserialize_map(EventVisitor(self))
    }
}

struct ParamsVisitor(Pass);

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
                "event" => event = Some(map.next_value_seed(self.0)?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(SessionEvent {
            session_id: session_id.ok_or_else(|| A::Error::missing_field("sessionId"))?,
            event: event.ok_or_else(|| A::Error::missing_field("event"))?,
        })
    }
}

struct EventVisitor(Pass);

impl<'de> Visitor<'de> for EventVisitor {
    type Value = Event;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event: an object with `type`, `data` and `id`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Event, A::Error> {
        let mut event_type = None;
        let mut data = Data::Missing;
        let mut id: Option<EventId> = None;
        let mut timestamp: Option<String> = None;
        let mut parent_id: Option<EventId> = None;
        let mut agent_id: Option<AgentId> = None;
        let mut ephemeral: Option<bool> = None;
        let room = &Room::default();
        while let Some(key) = map.next_key_seed(TextSeed)? {
            match key.as_ref() {
                "type" => event_type = Some(map.next_value_seed(TextSeed)?),
                "data" => {
                    data = match event_type.take_if(|_| self.0 == Pass::InPlace) {
                        Some(event_type) => Data::Read(map.next_value_seed(DataOf(event_type))?),
                        None => Data::Json(map.next_value()?),
                    }
                }
                "id" => map.next_value_seed(Fill { slot: &mut id, room })?,
                "timestamp" => map.next_value_seed(Fill { slot: &mut timestamp, room })?,
                "parentId" => map.next_value_seed(Fill { slot: &mut parent_id, room })?,
                "agentId" => map.next_value_seed(Fill { slot: &mut agent_id, room })?,
                "ephemeral" => map.next_value_seed(Fill { slot: &mut ephemeral, room })?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let data = match (data, event_type) {
            (Data::Read(data), _) => data,
            (_, None) => return Err(A::Error::missing_field("type")),
            (Data::Json(json), Some(event_type)) => EventData::from_json(event_type.as_ref(), json),
            (Data::Missing, Some(event_type)) => {
                EventData::from_json(event_type.as_ref(), RawValue::NULL.to_owned())
            }
        };
        Ok(Event {
            id: id.ok_or_else(|| A::Error::missing_field("id"))?,
            timestamp: timestamp.unwrap_or_default(),
            parent_id,
            agent_id,
            ephemeral: ephemeral.unwrap_or_default(),
            data,
            begins: None,
        })
    }
}

enum Data {
    Missing,
    Json(Box<RawValue>),
    Read(EventData),
}

/// Reads the data of an event whose type has already been read.
struct DataOf<'de>(Cow<'de, str>);

impl<'de> DeserializeSeed<'de> for DataOf<'de> {
    type Value = EventData;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<EventData, D::Error> {
        EventData::read(self.0, deserializer)
    }
}

impl EventData {
    fn from_json(event_type: &str, json: Box<RawValue>) -> Self {
        let read = || {
            Self::read(event_type.into(), &mut serde_json::Deserializer::from_str(json.get())).ok()
        };
        let data = if Self::is_known(event_type) { read() } else { None };
        data.unwrap_or_else(|| Self::Other(OtherEvent { event_type: event_type.to_owned(), json }))
    }
}
