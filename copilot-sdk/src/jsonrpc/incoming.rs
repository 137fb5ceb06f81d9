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
        params: Params<'de, N>,
    },
    Response {
        id: Option<u64>,
        outcome: Result<Option<&'de RawValue>, ErrorObject>,
    },
    /// An object that is none of these; JSON-RPC says to ignore it.
    Neither,
}

/// The params of a notification: decoded in place where the owner of the peer knows them, raw
/// otherwise.
pub(super) enum Params<'de, N> {
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
    /// Reads whatever stands there: an answer that cannot be read would leave its call waiting.
    fn read(raw: &RawValue) -> Self {
        let value: Value = serde_json::from_str(raw.get()).unwrap_or_default();
        let code = value.get("code").and_then(Value::as_i64).unwrap_or_default();
        let message = value.get("message").filter(|message| !message.is_null()).unwrap_or(&value);
        let message = message.as_str().map_or_else(|| message.to_string(), str::to_owned);
        Self { code, message }
    }
}

/// Reads one message; `in_place` says whether params are decoded where they stand or all kept raw.
pub(super) struct MessageSeed<I> {
    in_place: bool,
    inbound: PhantomData<I>,
}

impl<I> MessageSeed<I> {
    pub(super) fn new(in_place: bool) -> Self {
        Self { in_place, inbound: PhantomData }
    }
}

impl<'de, I: Inbound> DeserializeSeed<'de> for MessageSeed<I> {
    type Value = Message<'de, I::Notification<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, I: Inbound> Visitor<'de> for MessageSeed<I> {
    type Value = Message<'de, I::Notification<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON-RPC message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut id: Option<&'de RawValue> = None;
        let mut method: Option<Cow<'de, str>> = None;
        let mut params = Params::Raw(None);
        let mut result = None;
        let mut error = None;
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Id => id = map.next_value()?,
                Key::Method => method = Some(map.next_value::<Text<'de>>()?.0),
                Key::Params => {
                    params = match &method {
                        Some(method) if self.in_place && id.is_none() && I::decodes(method) => {
                            Params::Decoded(map.next_value_seed(InPlace::<I>(PhantomData))?)
                        }
                        _ => Params::Raw(map.next_value()?),
                    };
                }
                Key::Result => result = map.next_value()?,
                Key::Error => {
                    error = map.next_value::<Option<&'de RawValue>>()?.map(ErrorObject::read);
                }
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(match (method, id, params) {
            (Some(method), Some(id), Params::Raw(params)) => {
                Message::Request { id, method, params }
            }
            (Some(method), _, params) => Message::Notification { method, params },
            (None, Some(id), _) => {
                let outcome = error.map_or(Ok(result), Err);
                Message::Response { id: id.get().parse().ok(), outcome }
            }
            (None, None, _) => Message::Neither,
        })
    }
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

/// Text that is borrowed where it holds no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct InPlace<I>(PhantomData<I>);

impl<'de, I: Inbound> DeserializeSeed<'de> for InPlace<I> {
    type Value = I::Notification<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        I::decode(deserializer)
    }
}
