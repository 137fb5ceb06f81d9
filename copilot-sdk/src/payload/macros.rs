//! The macro that declares structs with their wire names.

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

        const _: () = {
            use $crate::payload::{Lenient, Slot};

            #[derive(Default)]
            pub(crate) struct Partial {
                opened: bool,
                $($field: <
                    $crate::payload::records!(@read [$($($mark)+)?] $type) as Lenient
                >::Partial,)*
            }

            impl Slot for Partial {
                fn object(&mut self) -> bool {
                    self.opened = true;
                    true
                }

                fn field(&mut self, key: &str) -> Option<&mut dyn Slot> {
                    match key {
                        $($wire => Some(&mut self.$field),)*
                        _ => None,
                    }
                }

                fn is_whole(&self) -> bool {
                    $name::is_complete(self)
                }
            }

            impl Lenient for $name {
                type Partial = Partial;

                fn is_read(partial: &Partial) -> bool {
                    partial.opened
                }

                fn is_complete(_partial: &Partial) -> bool {
                    true $(&& $crate::payload::records!(
                        @complete [$($($mark)+)?] $type, &_partial.$field
                    ))*
                }

                fn finish(_partial: Partial) -> Self {
                    Self {$(
                        $field: $crate::payload::records!(
                            @finish [$($($mark)+)?] $type, _partial.$field
                        ),
                    )*}
                }
            }
        };

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::payload::deserialize(stringify!($name), deserializer)
            }
        }
    )*};

    (@read [as $other:ty] $type:ty) => { $other };
    (@read [$($mark:tt)*] $type:ty) => { $type };

    (@complete [] $type:ty, $partial:expr) => { <$type as Lenient>::is_complete($partial) };
    (@complete [required] $type:ty, $partial:expr) => { <$type as Lenient>::is_read($partial) };
    (@complete [$($mark:tt)+] $type:ty, $partial:expr) => { true };

    (@finish [as $other:ty] $type:ty, $partial:expr) => {
        <$other as Lenient>::finish($partial).into()
    };
    (@finish [or $empty:expr] $type:ty, $partial:expr) => {
        if <$type as Lenient>::is_read(&$partial) { Lenient::finish($partial) } else { $empty }
    };
    (@finish [$($mark:tt)*] $type:ty, $partial:expr) => { Lenient::finish($partial) };
}

pub(crate) use records;
