//! Fields of payloads that hold a single value, and their empty values.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::slot::Slot;
use crate::ids::{AgentId, EventId, MessageId, RequestId, SessionId, ToolCallId};

/// A value read from a JSON string, boolean or number.
pub(crate) trait Scalar: Sized {
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
    fn text(&mut self, text: &str) -> bool {
        *self = T::from_text(text);
        self.is_some()
    }

    fn flag(&mut self, flag: bool) -> bool {
        *self = T::from_flag(flag);
        self.is_some()
    }

    fn unsigned(&mut self, number: u64) -> bool {
        *self = T::from_unsigned(number);
        self.is_some()
    }

    fn signed(&mut self, number: i64) -> bool {
        *self = T::from_signed(number);
        self.is_some()
    }

    fn float(&mut self, number: f64) -> bool {
        *self = T::from_float(number);
        self.is_some()
    }
}

/// Implements `Lenient` for each [`Scalar`]. A blanket implementation would overlap with those of
/// lists and boxes.
macro_rules! scalar_fields {
    ($($type:ty)*) => {$(
        impl $crate::payload::Lenient for $type {
            type Partial = Option<Self>;

            fn is_read(partial: &Option<Self>) -> bool {
                partial.is_some()
            }

            fn is_complete(partial: &Option<Self>) -> bool {
                partial.is_some() || !<Self as $crate::payload::Scalar>::REQUIRED
            }

            fn finish(partial: Option<Self>) -> Self {
                partial.unwrap_or_else($crate::payload::Scalar::empty)
            }
        }
    )*};
}

pub(crate) use scalar_fields;

scalar_fields! {
    String PathBuf SystemTime bool f64 u16 u64 i64
    AgentId EventId MessageId RequestId SessionId ToolCallId
}

impl Scalar for String {
    fn empty() -> Self {
        Self::new()
    }

    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Scalar for PathBuf {
    fn empty() -> Self {
        Self::new()
    }

    fn from_text(text: &str) -> Option<Self> {
        Some(text.into())
    }
}

/// Milliseconds since 1970. A time in another form is 1970, not a value of the wrong shape: no
/// decision depends on it, and a hook that cannot be read denies its call.
impl Scalar for SystemTime {
    fn empty() -> Self {
        Self::UNIX_EPOCH
    }

    fn from_text(_text: &str) -> Option<Self> {
        Some(Self::empty())
    }

    fn from_unsigned(number: u64) -> Option<Self> {
        Self::UNIX_EPOCH.checked_add(Duration::from_millis(number)).or(Some(Self::empty()))
    }

    fn from_signed(_number: i64) -> Option<Self> {
        Some(Self::empty())
    }

    fn from_float(number: f64) -> Option<Self> {
        let since = Duration::try_from_secs_f64(number / 1_000.0).unwrap_or_default();
        Self::UNIX_EPOCH.checked_add(since).or(Some(Self::empty()))
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
        $crate::payload::scalar_fields! { $name }

        impl $crate::payload::Scalar for $name {
            fn empty() -> Self {
                Self::from("")
            }

            fn from_text(text: &str) -> Option<Self> {
                Some(text.into())
            }
        }
    )*};
}

pub(crate) use enum_fields;

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
