//! Fields of payloads that hold other fields: options, boxes, lists, maps, and raw JSON.

use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::slot::{JsonSlot, Lenient, ListSlot, ObjectSlot, OptionSlot};
use super::slot::{Slot, UnreadValue};
use crate::json_scan::JsonScanner;
use crate::sorted_map::SortedMap;

impl<T: Lenient> Lenient for Option<T> {
    fn empty() -> Self {
        None
    }

    fn slot(&mut self) -> Slot<'_> {
        T::option_slot(self)
    }

    fn is_present(&self) -> bool {
        self.is_some()
    }
}

impl<T: Lenient> OptionSlot for Option<T> {
    fn insert(&mut self) -> Slot<'_> {
        self.insert(T::empty()).slot()
    }

    fn clear(&mut self) {
        *self = None;
    }
}

impl<T: Lenient> Lenient for Box<T> {
    const REQUIRED: bool = T::REQUIRED;

    fn empty() -> Self {
        Self::new(T::empty())
    }

    fn slot(&mut self) -> Slot<'_> {
        (**self).slot()
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    fn empty() -> Self {
        Self::new()
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Lenient> ListSlot for Vec<T> {
    fn item(&mut self) -> Option<Slot<'_>> {
        self.push(T::empty());
        self.last_mut().map(T::slot)
    }

    fn remove_item(&mut self) {
        self.pop();
    }
}

impl<T: Lenient> Lenient for BTreeMap<String, T> {
    fn empty() -> Self {
        Self::new()
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Object(self)
    }
}

impl<T: Lenient> ObjectSlot for BTreeMap<String, T> {
    fn field(&mut self, _key: &str, _bit: &mut u64) -> Slot<'_> {
        Slot::Unknown
    }

    /// Entries without a value are left out.
    fn other(&mut self, key: &str, unread: &mut dyn UnreadValue) -> Option<bool> {
        let mut value = T::empty();
        let is_read = unread.read_into(value.slot())?;
        if is_read {
            self.insert(key.to_owned(), value);
        }
        Some(is_read)
    }
}

impl<T: Lenient> Lenient for SortedMap<String, T> {
    fn empty() -> Self {
        Self::new()
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Object(self)
    }
}

impl<T: Lenient> ObjectSlot for SortedMap<String, T> {
    fn field(&mut self, _key: &str, _bit: &mut u64) -> Slot<'_> {
        Slot::Unknown
    }

    fn other(&mut self, key: &str, unread: &mut dyn UnreadValue) -> Option<bool> {
        let mut value = T::empty();
        let is_read = unread.read_into(value.slot())?;
        if is_read {
            self.insert(key.to_owned(), value);
        }
        Some(is_read)
    }
}

/// JSON kept verbatim.
impl Lenient for Box<RawValue> {
    const REQUIRED: bool = true;

    fn empty() -> Self {
        RawValue::NULL.to_owned()
    }

    fn slot(&mut self) -> Slot<'_> {
        Slot::Json(self)
    }

    // An empty one is allocated, which is not worth it for one that is replaced at once.
    fn option_slot(option: &mut Option<Self>) -> Slot<'_> {
        Slot::Json(option)
    }
}

impl JsonSlot for Option<Box<RawValue>> {
    fn json(&mut self, json: &mut JsonScanner<'_>) -> Option<bool> {
        *self = Some(json.raw()?.to_owned());
        Some(true)
    }
}

impl JsonSlot for Box<RawValue> {
    fn json(&mut self, json: &mut JsonScanner<'_>) -> Option<bool> {
        *self = json.raw()?.to_owned();
        Some(true)
    }
}

/// Implements `Lenient` for each type, as serde reads it.
macro_rules! json_fields {
    ($($type:ty)*) => {$(
        impl $crate::payload::Lenient for $type {
            fn empty() -> Self {
                Self::default()
            }

            fn slot(&mut self) -> $crate::payload::Slot<'_> {
                $crate::payload::Slot::Json(self)
            }
        }

        impl $crate::payload::JsonSlot for $type {
            fn json(&mut self, json: &mut $crate::json_scan::JsonScanner<'_>) -> Option<bool> {
                let value = json.parse()?;
                Some(value.map(|value| *self = value).is_ok())
            }
        }
    )*};
}

pub(crate) use json_fields;

json_fields! { Value Map<String, Value> }
