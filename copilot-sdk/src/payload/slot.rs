//! The places that values are read into.

use crate::json_scan::JsonScanner;

/// A value that is read from JSON of almost any shape, in place.
pub(crate) trait Lenient: Sized {
    /// Whether a struct with such a field does not decode without it.
    const REQUIRED: bool = false;

    /// The value of an absent field.
    fn empty() -> Self;

    /// The place for the JSON of the value.
    fn slot(&mut self) -> Slot<'_>;

    /// The place for the JSON of an optional value.
    fn option_slot(option: &mut Option<Self>) -> Slot<'_> {
        Slot::Optional(option)
    }

    /// Whether serialization writes the field.
    fn is_present(&self) -> bool {
        true
    }
}

/// A place for one JSON value, by the shape that it accepts. Values of another shape are dropped.
pub(crate) enum Slot<'a> {
    Scalar(&'a mut dyn Scalar),
    List(&'a mut dyn ListSlot),
    Object(&'a mut dyn ObjectSlot),
    Json(&'a mut dyn JsonSlot),
    Optional(&'a mut dyn OptionSlot),
    /// No place.
    Unknown,
}

/// A place for a string, a boolean or a number. Each method returns whether it accepts the value.
pub(crate) trait Scalar {
    fn text(&mut self, _text: &str) -> bool {
        false
    }

    fn plain(&mut self, _value: Plain) -> bool {
        false
    }
}

/// A boolean or a number.
#[derive(Clone, Copy)]
pub(crate) enum Plain {
    Flag(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

/// A place for a list.
pub(crate) trait ListSlot {
    /// Adds an item, and returns its place.
    fn item(&mut self) -> Option<Slot<'_>>;

    /// Removes the last item, which has no value.
    fn remove_item(&mut self);
}

/// A place for an object.
pub(crate) trait ObjectSlot {
    /// The place for a field. If the field must not be absent, sets `bit` to its bit among those
    /// that were read.
    fn field(&mut self, key: &str, bit: &mut u64) -> Slot<'_>;

    /// Takes a field without a place. Returns whether none was left out; `None` if the value is not
    /// JSON.
    fn other(&mut self, _key: &str, value: &mut dyn UnreadValue) -> Option<bool> {
        value.skip()
    }

    /// The first field that must not be absent, and is not among those that were read.
    fn missing(&self, _read: u64) -> Option<&'static str> {
        None
    }
}

/// The value of a field that is not read yet. Both methods return `None` if it is not JSON.
pub(crate) trait UnreadValue {
    /// Reads the value. Returns whether the slot has one now.
    fn read_into(&mut self, slot: Slot<'_>) -> Option<bool>;

    /// Leaves the value out, as one that nobody needs.
    fn skip(&mut self) -> Option<bool>;
}

/// A place for JSON of any shape.
pub(crate) trait JsonSlot {
    /// Takes a value that is not `null`. Returns whether it is accepted; `None` if the text is not
    /// JSON.
    fn json(&mut self, json: &mut JsonScanner<'_>) -> Option<bool>;
}

/// A place that may stay empty.
pub(crate) trait OptionSlot {
    /// The place for the value.
    fn insert(&mut self) -> Slot<'_>;

    /// Called if no value was read.
    fn clear(&mut self);
}
