//! Messages from the other side, read in one pass.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::payload::{answers, read_whole};

/// A message from the other side.
pub(super) enum Message<'de> {
    Request {
        id: &'de RawValue,
        method: Cow<'de, str>,
        params: Option<&'de RawValue>,
    },
    Notification {
        method: Cow<'de, str>,
        params: Option<&'de RawValue>,
    },
    Response {
        /// `None` for an id that none of our requests can have.
        id: Option<u64>,
        outcome: Result<Option<&'de RawValue>, ErrorObject>,
    },
    /// An object that is neither; JSON-RPC says to ignore it.
    Neither,
}

/// The `error` of a response.
#[derive(Debug)]
pub(super) struct ErrorObject {
    pub(super) code: i64,
    pub(super) message: String,
}

impl ErrorObject {
    /// Parses an error of any shape, because refusing one would leave its call waiting.
    fn read(raw: &RawValue) -> Self {
        answers! {
            #[derive(Default)]
            struct Members {
                code: Option<Box<RawValue>> = "code",
                message: Option<Box<RawValue>> = "message",
            }
        }
        // As raw JSON: as values, small ones would take many times their bytes.
        let json = Some(raw.get()).filter(|json| json.starts_with('{'));
        let Members { code, message } = json.and_then(read_whole).unwrap_or_default();
        let code = code.and_then(|code| serde_json::from_str(code.get()).ok()).unwrap_or_default();
        let message = message.as_deref().unwrap_or(raw).get();
        let text = serde_json::from_str::<String>(message);
        Self { code, message: text.unwrap_or_else(|_| message.to_owned()) }
    }
}

/// The members of a message that identify who waits for it; available even if the rest is
/// unreadable.
#[derive(Default)]
pub(super) struct Head<'de> {
    id: Option<&'de RawValue>,
    method: Option<Cow<'de, str>>,
    /// A `result` or an `error` was begun.
    is_response: bool,
}

/// The party that waits for an unreadable message.
pub(super) enum WaitingFor<'de> {
    /// Our call: the message is its response.
    Call(u64),
    /// The other side: the message is its request.
    OtherSide { id: &'de RawValue, method: Cow<'de, str> },
}

impl<'de> Head<'de> {
    pub(super) fn waiting(self) -> Option<WaitingFor<'de>> {
        match (self.method, self.id) {
            (Some(method), Some(id)) => Some(WaitingFor::OtherSide { id, method }),
            (None, Some(id)) if self.is_response => own_id(id).map(WaitingFor::Call),
            _ => None,
        }
    }
}

/// Parses one message.
pub(super) struct MessageSeed<'head, 'de> {
    head: &'head mut Head<'de>,
}

impl<'head, 'de> MessageSeed<'head, 'de> {
    pub(super) fn new(head: &'head mut Head<'de>) -> Self {
        Self { head }
    }
}

impl<'de> DeserializeSeed<'de> for MessageSeed<'_, 'de> {
    type Value = Message<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MessageSeed<'_, 'de> {
    type Value = Message<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON-RPC message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let head = self.head;
        let mut params = None;
        let mut result = None;
        let mut error = None;
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Id => head.id = map.next_value()?,
                Key::Method => head.method = Some(map.next_value::<BorrowedText<'de>>()?.0),
                Key::Params => params = map.next_value()?,
                Key::Result => {
                    head.is_response = true;
                    result = map.next_value()?;
                }
                Key::Error => {
                    head.is_response = true;
                    error = map.next_value::<Option<&'de RawValue>>()?.map(ErrorObject::read);
                }
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(match (head.method.clone(), head.id) {
            (Some(method), Some(id)) => Message::Request { id, method, params },
            (Some(method), None) => Message::Notification { method, params },
            (None, None) if error.is_none() => Message::Neither,
            (None, id) => Message::Response {
                id: id.and_then(own_id),
                outcome: error.map_or(Ok(result), Err),
            },
        })
    }
}

/// The id of one of our requests, however the other side spells the number: `3`, `3.0` or `"3"`.
fn own_id(raw: &RawValue) -> Option<u64> {
    let text = raw.get();
    let number = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    number.parse().ok().or_else(|| whole(number.parse().ok()?))
}

/// The integer equal to `number`, if a float can represent it exactly.
fn whole(number: f64) -> Option<u64> {
    let is_exact = number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    is_exact.then_some(number as u64)
}

enum Key {
    Id,
    Method,
    Params,
    Result,
    Error,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl Visitor<'_> for Keys {
            type Value = Key;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_str<E>(self, key: &str) -> Result<Key, E> {
                Ok(match key {
                    "id" => Key::Id,
                    "method" => Key::Method,
                    "params" => Key::Params,
                    "result" => Key::Result,
                    "error" => Key::Error,
                    _ => Key::Other,
                })
            }
        }
        deserializer.deserialize_identifier(Keys)
    }
}

/// Text that is borrowed if it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct BorrowedText<'a>(#[serde(borrow)] Cow<'a, str>);
