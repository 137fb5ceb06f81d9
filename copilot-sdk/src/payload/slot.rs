//! The places that values are read into.

use crate::json_scan::JsonScanner;

/// A value that is read from JSON of almost any shape.
///
/// [`is_read`](Self::is_read) and [`is_complete`](Self::is_complete) are checked before
/// [`finish`](Self::finish), which therefore cannot fail and needs no error path for each field.
pub(crate) trait Lenient: Sized {
    /// The state of a value that is being read.
    type Partial: Slot + Default;

    /// Whether JSON of the right shape was read.
    fn is_read(partial: &Self::Partial) -> bool;

    /// Whether all identifiers and required fields are present.
    fn is_complete(_partial: &Self::Partial) -> bool {
        true
    }

    /// Builds the value, with empty values for absent fields.
    fn finish(partial: Self::Partial) -> Self;

    /// Whether serialization writes the field.
    fn is_present(&self) -> bool {
        true
    }
}

/// Builds the value if one was read and nothing that it needs is absent.
pub(crate) fn finish<T: Lenient>(partial: T::Partial) -> Option<T> {
    is_decodable::<T>(&partial).then(|| T::finish(partial))
}

/// Whether a value was read and nothing that it needs is absent.
pub(super) fn is_decodable<T: Lenient>(partial: &T::Partial) -> bool {
    T::is_read(partial) && T::is_complete(partial)
}

/// A place for one JSON value. Each method returns whether the slot accepts the value; one that it
/// does not accept is dropped.
pub(crate) trait Slot {
    fn text(&mut self, _text: &str) -> bool {
        false
    }

    fn flag(&mut self, _flag: bool) -> bool {
        false
    }

    fn unsigned(&mut self, _number: u64) -> bool {
        false
    }

    fn signed(&mut self, _number: i64) -> bool {
        false
    }

    fn float(&mut self, _number: f64) -> bool {
        false
    }

    /// Called at the start of a list.
    fn list(&mut self) -> bool {
        false
    }

    /// Called at the start of an object.
    fn object(&mut self) -> bool {
        false
    }

    /// The slot for a field of the object.
    fn field(&mut self, _key: &str) -> Option<&mut dyn Slot> {
        None
    }

    /// The slot for the next item of the list.
    fn item(&mut self) -> Option<&mut dyn Slot> {
        None
    }

    /// Called at the end of an object or a list: whether nothing that it needs is absent, and no
    /// item was left out.
    fn is_whole(&self) -> bool {
        true
    }

    /// Whether the slot takes every value as JSON, with [`json`](Self::json) alone.
    fn takes_json(&self) -> bool {
        false
    }

    /// Takes a value from JSON text. `None` if the text is not JSON.
    fn json(&mut self, _json: &mut JsonScanner<'_>) -> Option<bool> {
        None
    }
}
