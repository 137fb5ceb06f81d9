//! Messages from the other side, read in one pass.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::inbound::Inbound;

/// A message from the other side.
pub(super) enum Message<'de, N> {
    Request {
        id: &'de RawValue,
        method: Cow<'de, str>,
        params: Option<&'de RawValue>,
    },
    Notification {
        method: Cow<'de, str>,
        params: IncomingParams<'de, N>,
    },
    Response {
        /// `None` for an id that none of our requests can have.
        id: Option<u64>,
        outcome: Result<Option<&'de RawValue>, ErrorObject>,
    },
    /// An object that is neither; JSON-RPC says to ignore it.
    Neither,
}

/// The params of a notification, decoded in place if the owner of the peer knows them, otherwise
/// raw.
pub(super) enum IncomingParams<'de, N> {
    Decoded(N),
    Raw(Option<&'de RawValue>),
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
        let value: Value = serde_json::from_str(raw.get()).unwrap_or_default();
        let code = value.get("code").and_then(Value::as_i64).unwrap_or_default();
        let message = value.get("message").filter(|message| !message.is_null()).unwrap_or(&value);
        let message = message.as_str().map_or_else(|| message.to_string(), str::to_owned);
        Self { code, message }
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

/// Parses one message; `in_place` tells whether params are decoded in place or kept raw.
pub(super) struct MessageSeed<'head, 'de, I> {
    head: &'head mut Head<'de>,
    in_place: bool,
    inbound: PhantomData<I>,
}

impl<'head, 'de, I> MessageSeed<'head, 'de, I> {
    pub(super) fn new(head: &'head mut Head<'de>, in_place: bool) -> Self {
        Self { head, in_place, inbound: PhantomData }
    }
}

impl<'de, I: Inbound> DeserializeSeed<'de> for MessageSeed<'_, 'de, I> {
    type Value = Message<'de, I::Notification<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, I: Inbound> Visitor<'de> for MessageSeed<'_, 'de, I> {
    type Value = Message<'de, I::Notification<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON-RPC message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let head = self.head;
        let mut params = IncomingParams::Raw(None);
        let mut result = None;
        let mut error = None;
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Id => head.id = map.next_value()?,
                Key::Method => head.method = Some(map.next_value::<BorrowedText<'de>>()?.0),
                Key::Params => {
                    params = match &head.method {
                        Some(method)
                            if self.in_place && head.id.is_none() && I::decodes(method) =>
                        {
                            IncomingParams::Decoded(map.next_value_seed(InPlace::<I>(PhantomData))?)
                        }
                        _ => IncomingParams::Raw(map.next_value()?),
                    };
                }
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
        Ok(match (head.method.clone(), head.id, params) {
            (Some(method), Some(id), IncomingParams::Raw(params)) => {
                Message::Request { id, method, params }
            }
            (Some(method), _, params) => Message::Notification { method, params },
            (None, None, _) if error.is_none() => Message::Neither,
            (None, id, _) => Message::Response {
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

struct InPlace<I>(PhantomData<I>);

impl<'de, I: Inbound> DeserializeSeed<'de> for InPlace<I> {
    type Value = I::Notification<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        I::decode(deserializer)
    }
}
