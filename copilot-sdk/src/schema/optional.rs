//! Determines whether a type has a value for "absent", by its behavior and not by its name.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};

/// The value of `T` for an absent argument: `None` for `Option`, its aliases and transparent
/// wrappers.
pub(crate) fn when_missing<'de, T: Deserialize<'de>>() -> Option<T> {
    T::deserialize(Missing).ok()
}

/// A deserializer that only yields an absent option.
struct Missing;

#[derive(Debug)]
struct NotOptional;

impl<'de> Deserializer<'de> for Missing {
    type Error = NotOptional;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotOptional> {
        Err(NotOptional)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotOptional> {
        visitor.visit_none()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl serde::de::Error for NotOptional {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

impl fmt::Display for NotOptional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not optional")
    }
}

impl std::error::Error for NotOptional {}
