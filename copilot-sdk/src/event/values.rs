//! How each kind of value is read leniently, and what stands for it when it is absent.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess};
use serde_json::value::RawValue;

use super::lenient::{Lenient, Read};
use crate::ids::{AgentId, EventId, MessageId, RequestId, SessionId, ToolCallId};

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
