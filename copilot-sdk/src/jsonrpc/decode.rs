//! Decodes JSON of the other side.

use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind, Result};
use crate::excerpt::Excerpt;
use crate::json_path::JsonPath;

/// Decodes the result of a call; a missing one counts as `null`.
pub(crate) fn decode<R: DeserializeOwned>(method: &str, raw: Option<&RawValue>) -> Result<R> {
    let text = raw.map_or("null", RawValue::get);
    R::deserialize(Named(&mut serde_json::Deserializer::from_str(text)))
        .map_err(|error| unreadable(method, text, error))
}

fn unreadable(method: &str, text: &str, error: serde_json::Error) -> Error {
    let path = JsonPath::of(text, &error);
    let start = Excerpt::of(text);
    let message =
        format!("the answer to `{method}` cannot be read at `{path}`; it begins with `{start}`");
    Error::new(ErrorKind::Protocol, message).with_source(error)
}

/// Decodes the params of a message.
pub(crate) fn decode_params<'de, P: Deserialize<'de>>(
    params: &'de RawValue,
) -> serde_json::Result<P> {
    P::deserialize(Named(&mut serde_json::Deserializer::from_str(params.get())))
}

/// Deserializes structs from objects only. The derived implementations also accept arrays, field by
/// field, so `[1]` would be a server that speaks protocol 1.
struct Named<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Named<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        // Raw JSON is requested in this way as well.
        self.0.deserialize_newtype_struct(name, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_ignored_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}
