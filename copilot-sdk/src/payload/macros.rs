//! The macros that declare structs with their wire names.

/// Declares structs that are read leniently: `field: Type = "wireName"`. Behind the wire name:
///
/// - `[required]`: a struct without this field does not decode;
/// - `[or value]`: the value of an absent field, if it is not the empty one of its type;
/// - `[as Other]`: read as another type, which converts into the type of the field.
macro_rules! records {
    ($(
        $(#[$meta:meta])*
        $name:ident {$(
            $(#[$field_meta:meta])*
            $field:ident: $type:ty = $wire:literal $([$($mark:tt)+])?,
        )*}
    )*) => {$(
        $(#[$meta])*
        #[non_exhaustive]
        pub struct $name {$(
            $(#[$field_meta])*
            pub $field: $type,
        )*}

        $crate::payload::slots! { $name { $($field: $type = $wire [$($($mark)+)?],)* } }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::payload::deserialize(stringify!($name), deserializer)
            }
        }
    )*};
}

/// Declares structs like [`records`], but a value of the wrong shape is an error. A field may have
/// a second wire name: `"name" | "other"`.
macro_rules! answers {
    ($(
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {$(
            $(#[$field_meta:meta])*
            $field_vis:vis $field:ident: $type:ty
                = $wire:literal $(| $alias:literal)? $([$($mark:tt)+])?,
        )*}
    )*) => {$(
        $(#[$meta])*
        $vis struct $name {$(
            $(#[$field_meta])*
            $field_vis $field: $type,
        )*}

        $crate::payload::slots! {
            $name { $($field: $type = $wire $(| $alias)? [$($($mark)+)?],)* }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::payload::deserialize_strictly(stringify!($name), deserializer)
            }
        }
    )*};
}

/// Implements what reads a struct in place.
macro_rules! slots {
    ($name:ident {$(
        $field:ident: $type:ty = $wire:literal $(| $alias:literal)? [$($mark:tt)*],
    )*}) => {
        const _: () = {
            use $crate::payload::{Lenient, ObjectSlot, Slot, UnreadValue};

            #[expect(non_camel_case_types, reason = "numbers the fields by their names")]
            enum Index { $($field,)* fields }

            const _: () = assert!(Index::fields as u32 <= u64::BITS, "a bit for each field");

            impl Lenient for $name {
                const REQUIRED: bool =
                    false $(|| $crate::payload::slots!(@required [$($mark)*] $type))*;

                fn empty() -> Self {
                    Self { $($field: $crate::payload::slots!(@empty [$($mark)*])),* }
                }

                fn slot(&mut self) -> Slot<'_> {
                    Slot::Object(self)
                }
            }

            impl ObjectSlot for $name {
                fn field(&mut self, key: &str, _bit: &mut u64) -> Slot<'_> {
                    match key {
                        $($wire $(| $alias)? => $crate::payload::slots!(
                            @field [$($mark)*] $type, Index::$field, &mut self.$field, _bit
                        ),)*
                        _ => Slot::Unknown,
                    }
                }

                fn other(&mut self, _key: &str, value: &mut dyn UnreadValue) -> Option<bool> {
                    $($crate::payload::slots!(
                        @other [$($mark)*] _key == $wire, value, self.$field
                    );)*
                    value.skip()
                }

                fn missing(&self, _read: u64) -> Option<&'static str> {
                    $(
                        let bit = const {
                            $crate::payload::slots!(@bit [$($mark)*] $type, Index::$field)
                        };
                        if _read & bit != bit {
                            return Some($wire);
                        }
                    )*
                    None
                }
            }
        };
    };

    (@required [required] $type:ty) => { true };
    (@required [] $type:ty) => { <$type as Lenient>::REQUIRED };
    (@required [$($mark:tt)+] $type:ty) => { false };

    (@bit [$($mark:tt)*] $type:ty, $index:expr) => {
        ($crate::payload::slots!(@required [$($mark)*] $type) as u64) << $index as u32
    };

    (@empty [or $empty:expr]) => { $empty };
    (@empty [as $other:ty]) => { <$other as Lenient>::empty().into() };
    (@empty [$($mark:tt)*]) => { Lenient::empty() };

    (@field [as $other:ty] $type:ty, $index:expr, $field:expr, $bit:ident) => { Slot::Unknown };
    (@field [$($mark:tt)*] $type:ty, $index:expr, $field:expr, $bit:ident) => {{
        if const { $crate::payload::slots!(@required [$($mark)*] $type) } {
            *$bit = const { $crate::payload::slots!(@bit [$($mark)*] $type, $index) };
        }
        Lenient::slot($field)
    }};

    (@other [as $other:ty] $is_field:expr, $value:ident, $field:expr) => {
        if $is_field {
            let mut other = <$other as Lenient>::empty();
            if $value.read_into(other.slot())? {
                $field = other.into();
            }
            return Some(true);
        }
    };
    (@other [$($mark:tt)*] $is_field:expr, $value:ident, $field:expr) => {};
}

pub(crate) use {answers, records, slots};
