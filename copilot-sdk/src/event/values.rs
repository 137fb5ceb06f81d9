//! How each kind of value is put together, and what stands for it when it is absent.

use std::collections::BTreeMap;
use std::mem;

use serde_json::value::RawValue;

use super::lenient::{Lenient, Slot};
use crate::ids::{AgentId, EventId, MessageId, RequestId, SessionId, ToolCallId};

/// A value that comes from text, a flag or a number.
pub(super) trait Scalar: Sized {
    fn empty() -> Option<Self>;

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

/// What makes a [`Scalar`] a field; not for all at once, because lists and boxes are fields as well.
macro_rules! scalar_fields {
    ($($type:ty)*) => {$(
        impl $crate::event::lenient::Lenient for $type {
            type Partial = Option<Self>;

            fn absent() -> Option<Self> {
                $crate::event::values::Scalar::empty()
            }

            fn finish(partial: Option<Self>) -> Option<Self> {
                partial
            }
        }
    )*};
}

pub(super) use scalar_fields;

scalar_fields! { String bool f64 u16 u64 i64 AgentId EventId MessageId RequestId SessionId ToolCallId }

impl Scalar for String {
    fn empty() -> Option<Self> {
        Some(Self::new())
    }

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Scalar for bool {
    fn empty() -> Option<Self> {
        Some(false)
    }

    fn from_flag(flag: bool) -> Option<Self> {
        Some(flag)
    }
}

macro_rules! identifiers {
    ($($id:ident)*) => {$(
        impl Scalar for $id {
            fn empty() -> Option<Self> {
                None
            }

            fn from_text(text: &str) -> Option<Self> {
                Some(text.into())
            }
        }
    )*};
}

identifiers! { AgentId EventId MessageId RequestId SessionId ToolCallId }

macro_rules! integers {
    ($($int:ident)*) => {$(
        impl Scalar for $int {
            fn empty() -> Option<Self> {
                Some(0)
            }

            fn from_unsigned(number: u64) -> Option<Self> {
                number.try_into().ok()
            }

            fn from_signed(number: i64) -> Option<Self> {
                number.try_into().ok()
            }

            #[expect(clippy::cast_possible_truncation, reason = "a fraction becomes the nearest whole number")]
            fn from_float(number: f64) -> Option<Self> {
                (number.round() as i128).try_into().ok()
            }
        }
    )*};
}

integers! { u16 u64 i64 }

impl Scalar for f64 {
    fn empty() -> Option<Self> {
        Some(0.0)
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

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn finish(partial: T::Partial) -> Option<Self> {
        T::finish(partial).map(Some)
    }

    fn is_present(&self) -> bool {
        self.is_some()
    }
}

impl<T: Lenient> Lenient for Box<T> {
    type Partial = T::Partial;

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }

    fn finish(partial: T::Partial) -> Option<Self> {
        T::finish(partial).map(Self::new)
    }
}

/// A list whose last item is still being read. Items that stand for nothing are left out.
pub(super) struct Items<T: Lenient> {
    done: Vec<T>,
    last: T::Partial,
}

impl<T: Lenient> Default for Items<T> {
    fn default() -> Self {
        Self { done: Vec::new(), last: T::Partial::default() }
    }
}

impl<T: Lenient> Slot for Items<T> {
    fn item(&mut self) -> Option<&mut dyn Slot> {
        self.done.extend(T::finish(mem::take(&mut self.last)));
        Some(&mut self.last)
    }
}

impl<T: Lenient> Lenient for Vec<T> {
    type Partial = Items<T>;

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn finish(mut partial: Items<T>) -> Option<Self> {
        partial.done.extend(T::finish(partial.last));
        Some(partial.done)
    }
}

/// A map whose last value is still being read. Values that stand for nothing are left out.
pub(super) struct Entries<T: Lenient> {
    done: BTreeMap<String, T>,
    key: String,
    last: T::Partial,
}

impl<T: Lenient> Default for Entries<T> {
    fn default() -> Self {
        Self { done: BTreeMap::new(), key: String::new(), last: T::Partial::default() }
    }
}

impl<T: Lenient> Slot for Entries<T> {
    fn field(&mut self, key: &str) -> Option<&mut dyn Slot> {
        let key = mem::replace(&mut self.key, key.to_owned());
        self.done.extend(T::finish(mem::take(&mut self.last)).map(|value| (key, value)));
        Some(&mut self.last)
    }
}

impl<T: Lenient> Lenient for BTreeMap<String, T> {
    type Partial = Entries<T>;

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn finish(mut partial: Entries<T>) -> Option<Self> {
        partial.done.extend(T::finish(partial.last).map(|value| (partial.key, value)));
        Some(partial.done)
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

    fn absent() -> Option<Self> {
        None
    }

    fn finish(partial: Json) -> Option<Self> {
        partial.0.filter(|json| json.get() != "null")
    }
}
