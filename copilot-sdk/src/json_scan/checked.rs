//! Text that is known to be JSON, as raw JSON.

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{Deserialize, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::Error;
use serde_json::value::RawValue;

/// Text that is known to be one JSON value, without blanks around it.
pub(super) fn checked(text: &str) -> Option<&RawValue> {
    <&RawValue>::deserialize(Checked(text)).or_else(|_| serde_json::from_str(text)).ok()
}

/// Hands out the text where raw JSON is asked for.
pub(super) struct Checked<'a>(pub(super) &'a str);

impl<'de> Deserializer<'de> for Checked<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        // Raw JSON is a map with one member, whose name is that of the type.
        visitor.visit_map(OneMember { name: Some(name), value: self.0 })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct OneMember<'a> {
    name: Option<&'static str>,
    value: &'a str,
}

impl<'de> MapAccess<'de> for OneMember<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        self.name.take().map(|name| seed.deserialize(name.into_deserializer())).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(BorrowedStrDeserializer::new(self.value))
    }
}
