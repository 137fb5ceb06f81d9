//! Fields of payloads that hold other fields: options, boxes, lists, maps, and raw JSON.

use std::collections::BTreeMap;
use std::mem;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::slot::{self, Lenient, Slot, is_decodable};
use crate::json_scan::JsonScanner;

impl<T: Lenient> Lenient for Option<T> {
    type Partial = T::Partial;

    fn is_read(partial: &T::Partial) -> bool {
        T::is_read(partial)
    }

    fn finish(partial: T::Partial) -> Self {
        slot::finish(partial)
    }

    fn is_present(&self) -> bool {
        self.is_some()
    }
}

impl<T: Lenient> Lenient for Box<T> {
    type Partial = T::Partial;

    fn is_read(partial: &T::Partial) -> bool {
        T::is_read(partial)
    }

    fn is_complete(partial: &T::Partial) -> bool {
        T::is_complete(partial)
    }

    fn finish(partial: T::Partial) -> Self {
        Self::new(T::finish(partial))
    }
}

/// A list whose last item is still being read. Items without a value are left out.
pub(crate) struct PartialList<T: Lenient> {
    opened: bool,
    begun: usize,
    done: Vec<T>,
    last: T::Partial,
}

impl<T: Lenient> Default for PartialList<T> {
    fn default() -> Self {
        Self { opened: false, begun: 0, done: Vec::new(), last: T::Partial::default() }
    }
}

impl<T: Lenient> Slot for PartialList<T> {
    fn list(&mut self) -> bool {
        self.opened = true;
        true
    }

    fn item(&mut self) -> Option<&mut dyn Slot> {
        self.begun += 1;
        self.done.extend(slot::finish(mem::take(&mut self.last)));
        Some(&mut self.last)
    }

    fn is_whole(&self) -> bool {
        self.begun == self.done.len() + usize::from(is_decodable::<T>(&self.last))
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    type Partial = PartialList<T>;

    fn is_read(partial: &PartialList<T>) -> bool {
        partial.opened
    }

    fn finish(partial: PartialList<T>) -> Self {
        let mut items = partial.done;
        items.extend(slot::finish(partial.last));
        items
    }
}

/// A map whose last entry is still being read. Entries without a value are left out.
pub(crate) struct Entries<T: Lenient> {
    opened: bool,
    begun: usize,
    kept: usize,
    done: BTreeMap<String, T>,
    key: String,
    last: T::Partial,
}

impl<T: Lenient> Default for Entries<T> {
    fn default() -> Self {
        Self {
            opened: false,
            begun: 0,
            kept: 0,
            done: BTreeMap::new(),
            key: String::new(),
            last: T::Partial::default(),
        }
    }
}

impl<T: Lenient> Slot for Entries<T> {
    fn object(&mut self) -> bool {
        self.opened = true;
        true
    }

    fn field(&mut self, key: &str) -> Option<&mut dyn Slot> {
        let key = mem::replace(&mut self.key, key.to_owned());
        self.begun += 1;
        if let Some(value) = slot::finish(mem::take(&mut self.last)) {
            self.kept += 1;
            self.done.insert(key, value);
        }
        Some(&mut self.last)
    }

    fn is_whole(&self) -> bool {
        self.begun == self.kept + usize::from(is_decodable::<T>(&self.last))
    }
}

impl<T: Lenient> Lenient for BTreeMap<String, T> {
    type Partial = Entries<T>;

    fn is_read(partial: &Entries<T>) -> bool {
        partial.opened
    }

    fn finish(partial: Entries<T>) -> Self {
        let mut entries = partial.done;
        entries.extend(slot::finish(partial.last).map(|value| (partial.key, value)));
        entries
    }
}

/// JSON kept verbatim.
#[derive(Default)]
pub(crate) struct RawJson(Option<Box<RawValue>>);

impl Slot for RawJson {
    fn takes_json(&self) -> bool {
        true
    }

    fn json(&mut self, json: &mut JsonScanner<'_>) -> Option<bool> {
        self.0 = Some(json.raw()?.to_owned());
        Some(true)
    }
}

impl Lenient for Box<RawValue> {
    type Partial = RawJson;

    fn is_read(partial: &RawJson) -> bool {
        partial.0.as_ref().is_some_and(|json| json.get() != "null")
    }

    fn is_complete(partial: &RawJson) -> bool {
        Self::is_read(partial)
    }

    fn finish(partial: RawJson) -> Self {
        partial.0.unwrap_or_else(|| RawValue::NULL.to_owned())
    }
}

/// JSON that is read by serde.
pub(crate) struct ParsedJson<T>(pub(crate) Option<T>);

impl<T> Default for ParsedJson<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: DeserializeOwned> Slot for ParsedJson<T> {
    fn takes_json(&self) -> bool {
        true
    }

    fn json(&mut self, json: &mut JsonScanner<'_>) -> Option<bool> {
        if json.null()? {
            self.0 = None;
            return Some(true);
        }
        self.0 = json.parse()?.ok();
        Some(self.0.is_some())
    }
}

/// Implements `Lenient` for each type, as serde reads it.
macro_rules! json_fields {
    ($($type:ty)*) => {$(
        impl $crate::payload::Lenient for $type {
            type Partial = $crate::payload::ParsedJson<Self>;

            fn is_read(partial: &Self::Partial) -> bool {
                partial.0.is_some()
            }

            fn finish(partial: Self::Partial) -> Self {
                partial.0.unwrap_or_default()
            }
        }
    )*};
}

pub(crate) use json_fields;

json_fields! { Value Map<String, Value> }
