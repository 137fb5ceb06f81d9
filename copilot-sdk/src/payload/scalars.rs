//! Fields of payloads that hold a single value, and their empty values.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::slot::{Lenient, Plain, Scalar};
use crate::ids::{AgentId, EventId, MessageId, RequestId, SessionId, ToolCallId};

/// Implements `Lenient` for each [`Scalar`], with its empty value. A blanket implementation would
/// overlap with those of lists and boxes.
macro_rules! scalar_fields {
    ($($type:ty = $empty:expr, $required:literal;)*) => {$(
        impl $crate::payload::Lenient for $type {
            const REQUIRED: bool = $required;

            fn empty() -> Self {
                $empty
            }

            fn slot(&mut self) -> $crate::payload::Slot<'_> {
                $crate::payload::Slot::Scalar(self)
            }

            fn option_slot(option: &mut Option<Self>) -> $crate::payload::Slot<'_> {
                $crate::payload::Slot::Scalar(option)
            }
        }
    )*};
}

pub(crate) use scalar_fields;

scalar_fields! {
    String = Self::new(), false;
    PathBuf = Self::new(), false;
    SystemTime = Self::UNIX_EPOCH, false;
    bool = false, false;
    f64 = 0.0, false;
}

impl<T: Scalar + Lenient> Scalar for Option<T> {
    fn text(&mut self, text: &str) -> bool {
        let mut value = T::empty();
        let fits = value.text(text);
        *self = fits.then_some(value);
        fits
    }

    fn plain(&mut self, plain: Plain) -> bool {
        let mut value = T::empty();
        let fits = value.plain(plain);
        *self = fits.then_some(value);
        fits
    }
}

impl Scalar for String {
    fn text(&mut self, text: &str) -> bool {
        *self = text.into();
        true
    }
}

impl Scalar for PathBuf {
    fn text(&mut self, text: &str) -> bool {
        *self = text.into();
        true
    }
}

/// Milliseconds since 1970. A time in another form is 1970, not a value of the wrong shape: no
/// decision depends on it, and a hook that cannot be read denies its call.
impl Scalar for SystemTime {
    fn text(&mut self, _text: &str) -> bool {
        true
    }

    fn plain(&mut self, value: Plain) -> bool {
        let since = match value {
            Plain::Flag(_) => return false,
            Plain::Unsigned(number) => Duration::from_millis(number),
            Plain::Signed(_) => Duration::ZERO,
            Plain::Float(number) => {
                Duration::try_from_secs_f64(number / 1_000.0).unwrap_or_default()
            }
        };
        *self = Self::UNIX_EPOCH.checked_add(since).unwrap_or(Self::UNIX_EPOCH);
        true
    }
}

impl Scalar for bool {
    fn plain(&mut self, value: Plain) -> bool {
        let Plain::Flag(flag) = value else { return false };
        *self = flag;
        true
    }
}

macro_rules! identifiers {
    ($($id:ident)*) => {$(
        scalar_fields! { $id = Self::empty(), true; }

        impl Scalar for $id {
            fn text(&mut self, text: &str) -> bool {
                *self = text.into();
                true
            }
        }
    )*};
}

identifiers! { AgentId EventId MessageId RequestId SessionId ToolCallId }

/// Implements [`Scalar`] for each [`open_enum`](crate::open_enum).
macro_rules! enum_fields {
    ($($name:ident)*) => {$(
        $crate::payload::scalar_fields! { $name = Self::from(""), false; }

        impl $crate::payload::Scalar for $name {
            fn text(&mut self, text: &str) -> bool {
                *self = text.into();
                true
            }
        }
    )*};
}

pub(crate) use enum_fields;

macro_rules! integers {
    ($($int:ident)*) => {$(
        scalar_fields! { $int = 0, false; }

        impl Scalar for $int {
            fn plain(&mut self, value: Plain) -> bool {
                let number = value.to_integer().and_then(|number| number.try_into().ok());
                number.map(|number| *self = number).is_some()
            }
        }
    )*};
}

integers! { u16 u32 u64 i64 }

impl Scalar for f64 {
    #[expect(clippy::cast_precision_loss, reason = "a measurement, not a count")]
    fn plain(&mut self, value: Plain) -> bool {
        *self = match value {
            Plain::Flag(_) => return false,
            Plain::Unsigned(number) => number as Self,
            Plain::Signed(number) => number as Self,
            Plain::Float(number) => number,
        };
        true
    }
}

impl Plain {
    #[expect(clippy::cast_possible_truncation, reason = "rounds to a whole number")]
    fn to_integer(self) -> Option<i128> {
        match self {
            Self::Flag(_) => None,
            Self::Unsigned(number) => Some(number.into()),
            Self::Signed(number) => Some(number.into()),
            Self::Float(number) => Some(number.round() as i128),
        }
    }
}
