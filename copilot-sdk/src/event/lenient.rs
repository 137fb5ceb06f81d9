//! Reading what the CLI sends without insisting on its exact shape.
//!
//! One rule for every field: `null`, a value of the wrong shape and a missing field are the same, *absent*, and an
//! absent field takes the empty value of its type. Only identifiers have none: whatever lacks its identifier does not
//! decode. Whole numbers may arrive as fractions.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::ids::{AgentId, EventId, MessageId, RequestId, SessionId, ToolCallId};

/// A value that reads itself from JSON of almost any shape.
pub(super) trait Lenient: Sized {
    /// The value of a field that is not there; `None` when there has to be one.
    fn absent() -> Option<Self>;

    fn from_text(_text: &str) -> Option<Self> {
        None
    }

    fn from_bool(_flag: bool) -> Option<Self> {
        None
    }

    fn from_u64(_number: u64) -> Option<Self> {
        None
    }

    fn from_i64(_number: i64) -> Option<Self> {
        None
    }

    fn from_f64(_number: f64) -> Option<Self> {
        None
    }

    fn from_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Option<Self>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    /// Reads one JSON value; `None` when it stands for nothing of this type. Fails on broken JSON only.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(Anything(PhantomData))
    }

    /// Whether the field is written out again.
    fn is_present(&self) -> bool {
        true
    }
}

/// Reads a value of a map or list leniently.
pub(super) struct Read<T>(PhantomData<T>);

impl<T> Read<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Lenient> DeserializeSeed<'de> for Read<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read(deserializer)
    }
}

/// Reads text without copying it where the input allows.
pub(super) struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

struct Anything<T>(PhantomData<T>);

impl<'de, T: Lenient> Visitor<'de> for Anything<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Option<T>, E> {
        Ok(T::from_text(text))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Option<T>, E> {
        Ok(T::from_bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Option<T>, E> {
        Ok(T::from_u64(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Option<T>, E> {
        Ok(T::from_i64(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Option<T>, E> {
        Ok(T::from_f64(number))
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::read(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Option<T>, A::Error> {
        T::from_seq(seq)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        T::from_map(map)
    }
}

impl Lenient for String {
    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Lenient for bool {
    fn absent() -> Option<Self> {
        Some(false)
    }

    fn from_bool(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

macro_rules! lenient_ids {
    ($($id:ident)*) => {$(
        impl Lenient for $id {
            fn absent() -> Option<Self> {
                None
            }

            fn from_text(text: &str) -> Option<Self> {
                Some(text.into())
            }
        }
    )*};
}

lenient_ids! { AgentId EventId MessageId RequestId SessionId ToolCallId }

macro_rules! lenient_integers {
    ($($int:ident)*) => {$(
        impl Lenient for $int {
            fn absent() -> Option<Self> {
                Some(0)
            }

            fn from_u64(number: u64) -> Option<Self> {
                number.try_into().ok()
            }

            fn from_i64(number: i64) -> Option<Self> {
                number.try_into().ok()
            }

            #[expect(clippy::cast_possible_truncation, reason = "a fraction becomes the nearest whole number")]
            fn from_f64(number: f64) -> Option<Self> {
                (number.round() as i128).try_into().ok()
            }
        }
    )*};
}

lenient_integers! { u16 u64 i64 }

impl Lenient for f64 {
    fn absent() -> Option<Self> {
        Some(0.0)
    }

    #[expect(clippy::cast_precision_loss, reason = "a measurement, not a count")]
    fn from_u64(number: u64) -> Option<Self> {
        Some(number as Self)
    }

    #[expect(clippy::cast_precision_loss, reason = "a measurement, not a count")]
    fn from_i64(number: i64) -> Option<Self> {
        Some(number as Self)
    }

    fn from_f64(number: f64) -> Option<Self> {
        Some(number)
    }
}

impl<T: Lenient> Lenient for Option<T> {
    fn absent() -> Option<Self> {
        Some(None)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Some))
    }

    fn is_present(&self) -> bool {
        self.is_some()
    }
}

impl<T: Lenient> Lenient for Box<T> {
    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Self::new))
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn from_seq<'de, A: SeqAccess<'de>>(mut seq: A) -> Result<Option<Self>, A::Error> {
        let mut items = Self::new();
        while let Some(item) = seq.next_element_seed(Read::new())? {
            items.extend(item);
        }
        Ok(Some(items))
    }
}

impl<T: Lenient> Lenient for BTreeMap<String, T> {
    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn from_map<'de, A: MapAccess<'de>>(mut map: A) -> Result<Option<Self>, A::Error> {
        let mut entries = Self::new();
        while let Some(key) = map.next_key()? {
            if let Some(value) = map.next_value_seed(Read::new())? {
                entries.insert(key, value);
            }
        }
        Ok(Some(entries))
    }
}

impl Lenient for Box<RawValue> {
    fn absent() -> Option<Self> {
        None
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let json = Self::deserialize(deserializer)?;
        Ok((json.get() != "null").then_some(json))
    }
}
