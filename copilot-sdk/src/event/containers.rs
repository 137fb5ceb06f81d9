//! Fields of payloads that hold other fields: options, boxes, lists, maps, and raw JSON.

use std::collections::BTreeMap;
use std::mem;

use serde_json::value::RawValue;

use super::lenient::{self, Lenient, Slot};

impl<T: Lenient> Lenient for Option<T> {
    type Partial = T::Partial;

    fn is_read(partial: &T::Partial) -> bool {
        T::is_read(partial)
    }

    fn finish(partial: T::Partial) -> Self {
        lenient::finish(partial)
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
pub(super) struct PartialList<T: Lenient> {
    opened: bool,
    done: Vec<T>,
    last: T::Partial,
}

impl<T: Lenient> Default for PartialList<T> {
    fn default() -> Self {
        Self { opened: false, done: Vec::new(), last: T::Partial::default() }
    }
}

impl<T: Lenient> Slot for PartialList<T> {
    fn list(&mut self) {
        self.opened = true;
    }

    fn item(&mut self) -> Option<&mut dyn Slot> {
        self.done.extend(lenient::finish(mem::take(&mut self.last)));
        Some(&mut self.last)
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    type Partial = PartialList<T>;

    fn is_read(partial: &PartialList<T>) -> bool {
        partial.opened
    }

    fn finish(partial: PartialList<T>) -> Self {
        let mut items = partial.done;
        items.extend(lenient::finish(partial.last));
        items
    }
}

/// A map whose last entry is still being read. Entries without a value are left out.
pub(super) struct Entries<T: Lenient> {
    opened: bool,
    done: BTreeMap<String, T>,
    key: String,
    last: T::Partial,
}

impl<T: Lenient> Default for Entries<T> {
    fn default() -> Self {
        Self {
            opened: false,
            done: BTreeMap::new(),
            key: String::new(),
            last: T::Partial::default(),
        }
    }
}

impl<T: Lenient> Slot for Entries<T> {
    fn object(&mut self) {
        self.opened = true;
    }

    fn field(&mut self, key: &str) -> Option<&mut dyn Slot> {
        let key = mem::replace(&mut self.key, key.to_owned());
        self.done.extend(lenient::finish(mem::take(&mut self.last)).map(|value| (key, value)));
        Some(&mut self.last)
    }
}

impl<T: Lenient> Lenient for BTreeMap<String, T> {
    type Partial = Entries<T>;

    fn is_read(partial: &Entries<T>) -> bool {
        partial.opened
    }

    fn finish(partial: Entries<T>) -> Self {
        let mut entries = partial.done;
        entries.extend(lenient::finish(partial.last).map(|value| (partial.key, value)));
        entries
    }
}

/// JSON kept verbatim.
#[derive(Default)]
pub(super) struct RawJson(Option<Box<RawValue>>);

impl Slot for RawJson {
    fn json(&mut self) -> Option<&mut Option<Box<RawValue>>> {
        Some(&mut self.0)
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
