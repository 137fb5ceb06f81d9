//! The macros that declare the types of the protocol, with their wire names.
//!
//! Their functions are `#[inline]`, so that a program compiles those of the types that it uses, and
//! this crate none of a thousand types. Each takes lists of fields to code that is not generic.

/// Declares objects: `field: Type = "wireName"`, `or null` for a field that is never left out, and
/// `"wireName" = value` for one whose value the type determines.
macro_rules! objects {
    ($(
        $(#[$doc:meta])*
        pub struct $name:ident {
            $($constant:literal = $value:literal,)*
            $($(#[$field_doc:meta])* $field:ident: $type:ty = $wire:literal $(or $null:ident)?,)*
        }
    )*) => {$(
        #[doc = concat!("Wire type `", stringify!($name), "`.")]
        $(#[$doc])*
        #[derive(Clone)]
        #[allow(clippy::struct_excessive_bools, reason = "the wire has them")]
        pub struct $name {
            $(
                #[doc = concat!("Wire name `", $wire, "`.")]
                $(#[$field_doc])*
                pub $field: $type,
            )*
            /// What this version of the crate does not know.
            pub extra: $crate::protocol::Extra,
        }

        impl Default for $name {
            /// Every field empty.
            #[inline]
            fn default() -> Self {
                $crate::protocol::wire::empty()
            }
        }

        impl $crate::protocol::wire::Wire for $name {
            #[inline]
            fn read(value: serde_json::Value) -> Self {
                #[allow(unused_mut, reason = "an object may have no fields")]
                let mut fields = $crate::protocol::fields::Fields::of(value);
                $(fields.drop_constant($constant, &$value);)*
                Self { $($field: fields.take($wire),)* extra: fields.rest() }
            }

            #[inline]
            fn write(&self) -> serde_json::Value {
                $crate::protocol::fields::object(
                    &[$($constant,)* $($wire,)*],
                    &[$(&$value,)* $(&self.$field,)*],
                    &[$($($crate::protocol::macros::$null!($wire),)?)*],
                    &self.extra,
                )
            }
        }

        $crate::protocol::macros::by_wire! { $name }
    )*};
}

macro_rules! null {
    ($wire:literal) => {
        $wire
    };
}

/// Declares enums of words: `Variant = "wireWord"`.
macro_rules! words {
    ($(
        $(#[$doc:meta])*
        pub enum $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* }
    )*) => {$(
        $crate::open_enum::open_enum! {
            #[doc = concat!("Wire type `", stringify!($name), "`.")]
            $(#[$doc])*
            pub enum $name {
                $(
                    #[doc = concat!("Wire value `", $word, "`.")]
                    $(#[$variant_doc])*
                    $variant = $word,
                )*
            }
        }

        impl Default for $name {
            /// The empty word, which stands for a missing one.
            #[inline]
            fn default() -> Self {
                Self::from("")
            }
        }

        impl $crate::protocol::wire::Wire for $name {
            #[inline]
            fn fits(value: &serde_json::Value) -> bool {
                value.is_string()
            }

            #[inline]
            fn read(value: serde_json::Value) -> Self {
                Self::from(value.as_str().unwrap_or_default())
            }

            #[inline]
            fn write(&self) -> serde_json::Value {
                self.as_str().into()
            }
        }
    )*};
}

/// Declares unions: `Variant(Type) = Guard`. The first variant whose guard admits a value and whose
/// type it fits takes it.
macro_rules! unions {
    ($(
        $(#[$doc:meta])*
        pub enum $name:ident {
            $($(#[$variant_doc:meta])* $variant:ident($type:ty) = $guard:expr,)*
        }
    )*) => {$(
        #[doc = concat!("Wire type `", stringify!($name), "`.")]
        $(#[$doc])*
        #[derive(Clone)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant, reason = "few of them exist at a time")]
        pub enum $name {
            $($(#[$variant_doc])* $variant($type),)*
            /// A value this version does not know; `null` if the CLI omitted a required one.
            Other(serde_json::Value),
        }

        impl Default for $name {
            #[inline]
            fn default() -> Self {
                Self::Other(serde_json::Value::Null)
            }
        }

        impl $crate::protocol::wire::Wire for $name {
            #[inline]
            fn fits(_value: &serde_json::Value) -> bool {
                true
            }

            #[inline]
            fn read(value: serde_json::Value) -> Self {
                use $crate::protocol::wire::Guard::*;
                use $crate::protocol::wire::Wire;
                $(
                    if $guard.admits(&value, <$type as Wire>::fits) {
                        return Self::$variant(Wire::read(value));
                    }
                )*
                Self::Other(value)
            }

            #[inline]
            fn write(&self) -> serde_json::Value {
                match self {
                    $(Self::$variant(value) => $crate::protocol::wire::Wire::write(value),)*
                    Self::Other(value) => value.clone(),
                }
            }
        }

        $crate::protocol::macros::by_wire! { $name }
    )*};
}

/// Implements `Debug`, equality and serde's traits by the JSON of a value; `null` counts as an
/// empty object. Derived ones would take longer to compile, and show secrets.
macro_rules! by_wire {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::protocol::debug::named(stringify!($name), self, f)
            }
        }

        impl PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::protocol::wire::same(self, other)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::protocol::wire::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::protocol::wire::deserialize(deserializer, stringify!($name))
            }
        }
    };
}

/// Declares the events of each payload: `Payload = ["wire.name"]`.
#[cfg(feature = "events")]
macro_rules! payloads_of_events {
    ($($payload:ident = [$($event:literal),* $(,)?],)*) => {$(
        impl $crate::event::EventPayload for $payload {
            const EVENT_TYPES: &'static [&'static str] = &[$($event),*];
        }
    )*};
}

#[cfg(feature = "events")]
pub(crate) use payloads_of_events;
pub(crate) use {by_wire, null, objects, unions, words};
