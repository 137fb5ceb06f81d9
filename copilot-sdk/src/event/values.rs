//! How each kind of value is put together, and what stands for it when it is absent.

use std::collections::BTreeMap;
use std::mem;

use serde_json::value::RawValue;

use super::lenient::{self, Lenient, Slot};
use crate::ids::{AgentId, EventId, MessageId, RequestId, SessionId, ToolCallId};
use crate::model::{ContextTier, ReasoningEffort, ReasoningSummary, Verbosity};
use crate::prompt::AgentMode;

/// A value that comes from text, a flag or a number.
pub(super) trait Scalar: Sized {
    /// Whether there has to be one.
    const REQUIRED: bool = false;

    /// What stands for it when it is absent.
    fn empty() -> Self;

    fn from_text(_text: &str) -> Option<Self> {
        None
    }

    fn from_flag(_flag: bool) -> Option<Self> {
        None
    }

    fn from_unsigned(_number: u64) -> Option<Self> {
        None
    }

    fn from_signed(_number: i64) -> Option<Self> {
        None
    }

    fn from_float(_number: f64) -> Option<Self> {
        None
    }
}

impl<T: Scalar> Slot for Option<T> {
    fn text(&mut self, text: &str) {
        *self = T::from_text(text);
    }

    fn flag(&mut self, flag: bool) {
        *self = T::from_flag(flag);
    }

    fn unsigned(&mut self, number: u64) {
        *self = T::from_unsigned(number);
    }

    fn signed(&mut self, number: i64) {
        *self = T::from_signed(number);
    }

    fn float(&mut self, number: f64) {
        *self = T::from_float(number);
    }
}

/// What makes a [`Scalar`] a field; not for all at once, because lists and boxes are fields as
/// well.
macro_rules! scalar_fields {
    ($($type:ty)*) => {$(
        impl $crate::event::lenient::Lenient for $type {
            type Partial = Option<Self>;

            fn is_read(partial: &Option<Self>) -> bool {
                partial.is_some()
            }

            fn is_complete(partial: &Option<Self>) -> bool {
                partial.is_some() || !<Self as $crate::event::values::Scalar>::REQUIRED
            }

            fn finish(partial: Option<Self>) -> Self {
                partial.unwrap_or_else($crate::event::values::Scalar::empty)
            }
        }
    )*};
}

pub(super) use scalar_fields;

scalar_fields! { String bool f64 u16 u64 i64 AgentId EventId MessageId RequestId SessionId ToolCallId }

impl Scalar for String {
    fn empty() -> Self {
        Self::new()
    }

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Scalar for bool {
    fn empty() -> Self {
        false
    }

    fn from_flag(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

macro_rules! identifiers {
    ($($id:ident)*) => {$(
        impl Scalar for $id {
            const REQUIRED: bool = true;

            fn empty() -> Self {
                "".into()
            }

            fn from_text(text: &str) -> Option<Self> {
                Some(text.into())
            }
        }
    )*};
}

identifiers! { AgentId EventId MessageId RequestId SessionId ToolCallId }

/// What makes an [`open_enum`](crate::open_enum) a field.
macro_rules! word_fields {
    ($($name:ident)*) => {$(
        $crate::event::values::scalar_fields! { $name }

        impl $crate::event::values::Scalar for $name {
            fn empty() -> Self {
                Self::from("")
            }

            fn from_text(text: &str) -> Option<Self> {
                Some(text.into())
            }
        }
    )*};
}

pub(super) use word_fields;

word_fields! { AgentMode ContextTier ReasoningEffort ReasoningSummary Verbosity }

macro_rules! integers {
    ($($int:ident)*) => {$(
        impl Scalar for $int {
            fn empty() -> Self {
                0
            }

            fn from_unsigned(number: u64) -> Option<Self> {
                number.try_into().ok()
            }

            fn from_signed(number: i64) -> Option<Self> {
                number.try_into().ok()
            }

            #[expect(clippy::cast_possible_truncation, reason = "a fraction becomes the nearest \
                                                                 whole number")]
            fn from_float(number: f64) -> Option<Self> {
                (number.round() as i128).try_into().ok()
            }
        }
    )*};
}

integers! { u16 u64 i64 }

impl Scalar for f64 {
    fn empty() -> Self {
        0.0
    }

    #[expect(clippy::cast_precision_loss, reason = "a measurement, not a count")]
    fn from_unsigned(number: u64) -> Option<Self> {
        Some(number as Self)
    }

    #[expect(clippy::cast_precision_loss, reason = "a measurement, not a count")]
    fn from_signed(number: i64) -> Option<Self> {
        Some(number as Self)
    }

    fn from_float(number: f64) -> Option<Self> {
        Some(number)
    }
}

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

/// A list whose last item is still being read. Items that stand for nothing are left out.
pub(super) struct Items<T: Lenient> {
    opened: bool,
    done: Vec<T>,
    last: T::Partial,
}

impl<T: Lenient> Default for Items<T> {
    fn default() -> Self {
        Self { opened: false, done: Vec::new(), last: T::Partial::default() }
    }
}

impl<T: Lenient> Slot for Items<T> {
    fn list(&mut self) {
        self.opened = true;
    }

    fn item(&mut self) -> Option<&mut dyn Slot> {
        self.done.extend(lenient::finish(mem::take(&mut self.last)));
        Some(&mut self.last)
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    type Partial = Items<T>;

    fn is_read(partial: &Items<T>) -> bool {
        partial.opened
    }

    fn finish(partial: Items<T>) -> Self {
        let mut items = partial.done;
        items.extend(lenient::finish(partial.last));
        items
    }
}

/// A map whose last value is still being read. Values that stand for nothing are left out.
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

/// JSON that is kept as it is.
#[derive(Default)]
pub(super) struct Json(Option<Box<RawValue>>);

impl Slot for Json {
    fn json(&mut self) -> Option<&mut Option<Box<RawValue>>> {
        Some(&mut self.0)
    }
}

impl Lenient for Box<RawValue> {
    type Partial = Json;

    fn is_read(partial: &Json) -> bool {
        partial.0.as_ref().is_some_and(|json| json.get() != "null")
    }

    fn is_complete(partial: &Json) -> bool {
        Self::is_read(partial)
    }

    fn finish(partial: Json) -> Self {
        partial.0.unwrap_or_else(|| RawValue::NULL.to_owned())
    }
}
