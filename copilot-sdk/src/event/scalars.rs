//! Fields of payloads that hold a single value, and their empty values.

use super::lenient::Slot;
use crate::ids::{AgentId, EventId, MessageId, RequestId, SessionId, ToolCallId};
use crate::model::{ContextTier, ReasoningEffort, ReasoningSummary, Verbosity};
use crate::prompt::AgentMode;

/// A value read from a JSON string, boolean or number.
pub(super) trait Scalar: Sized {
    /// Whether the value may not be absent.
    const REQUIRED: bool = false;

    /// The value of an absent field.
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

/// Implements `Lenient` for each [`Scalar`]. A blanket implementation would overlap with those of
/// lists and boxes.
macro_rules! scalar_fields {
    ($($type:ty)*) => {$(
        impl $crate::event::lenient::Lenient for $type {
            type Partial = Option<Self>;

            fn is_read(partial: &Option<Self>) -> bool {
                partial.is_some()
            }

            fn is_complete(partial: &Option<Self>) -> bool {
                partial.is_some() || !<Self as $crate::event::scalars::Scalar>::REQUIRED
            }

            fn finish(partial: Option<Self>) -> Self {
                partial.unwrap_or_else($crate::event::scalars::Scalar::empty)
            }
        }
    )*};
}

pub(super) use scalar_fields;

scalar_fields! {
    String bool f64 u16 u64 i64 AgentId EventId MessageId RequestId SessionId ToolCallId
}

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

/// Implements [`Scalar`] for each [`open_enum`](crate::open_enum).
macro_rules! enum_fields {
    ($($name:ident)*) => {$(
        $crate::event::scalars::scalar_fields! { $name }

        impl $crate::event::scalars::Scalar for $name {
            fn empty() -> Self {
                Self::from("")
            }

            fn from_text(text: &str) -> Option<Self> {
                Some(text.into())
            }
        }
    )*};
}

pub(super) use enum_fields;

enum_fields! { AgentMode ContextTier ReasoningEffort ReasoningSummary Verbosity }

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

            #[expect(clippy::cast_possible_truncation, reason = "rounds to a whole number")]
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
