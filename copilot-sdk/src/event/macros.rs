//! How the payloads, their words and the table of events are written down: once, next to their wire
//! names.

/// Structs of the wire: `field: Type = "wireName"`.
macro_rules! payloads {
    ($(
        $(#[$doc:meta])*
        $name:ident {$(
            $(#[$field_doc:meta])*
            $field:ident: $type:ty = $wire:literal,
        )*}
    )*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct $name {$(
            $(#[$field_doc])*
            pub $field: $type,
        )*}

        const _: () = {
            use $crate::event::lenient::{Lenient, Slot};

            #[derive(Default)]
            pub(in crate::event) struct Partial {
                opened: bool,
                $($field: <$type as Lenient>::Partial,)*
            }

            impl Slot for Partial {
                fn object(&mut self) {
                    self.opened = true;
                }

                fn field(&mut self, key: &str) -> Option<&mut dyn Slot> {
                    match key {
                        $($wire => Some(&mut self.$field),)*
                        _ => None,
                    }
                }
            }

            impl Lenient for $name {
                type Partial = Partial;

                fn is_read(partial: &Partial) -> bool {
                    partial.opened
                }

                fn is_complete(_partial: &Partial) -> bool {
                    true $(&& <$type as Lenient>::is_complete(&_partial.$field))*
                }

                fn finish(_partial: Partial) -> Self {
                    Self { $($field: Lenient::finish(_partial.$field),)* }
                }
            }
        };

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::event::lenient::finish($crate::event::lenient::read::<Self, D>(deserializer)?)
                    .ok_or_else(|| serde::de::Error::custom(concat!(stringify!($name), " lacks an identifier")))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "a payload may have no fields")]
                let mut map = serializer.serialize_map(None)?;
                $(if $crate::event::lenient::Lenient::is_present(&self.$field) {
                    serde::ser::SerializeMap::serialize_entry(&mut map, $wire, &self.$field)?;
                })*
                serde::ser::SerializeMap::end(map)
            }
        }
    )*};
}

/// Enums of the wire that stand in events: `Variant = "word"`.
macro_rules! words {
    ($(
        $(#[$doc:meta])*
        $name:ident {$(
            $(#[$word_doc:meta])*
            $word:ident = $wire:literal,
        )*}
    )*) => {$(
        $crate::open_enum::open_enum! {
            $(#[$doc])*
            pub enum $name { $($(#[$word_doc])* $word = $wire,)* }
        }

        $crate::event::values::word_fields! { $name }
    )*};
}

/// The table of events: `Variant(Payload) = "wire.name"`.
macro_rules! events {
    ($($variant:ident($payload:ty) = $wire:literal,)*) => {
        /// What happened, by the type of the event.
        ///
        /// A new version of the CLI may add types; they arrive as [`Other`](Self::Other) with their
        /// JSON.
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub enum EventData {
            $(#[doc = concat!("Wire name `", $wire, "`.")] $variant($payload),)*
            /// Every other event.
            Other(OtherEvent),
        }

        impl EventData {
            /// The type of the event as the wire names it, such as `session.idle`.
            pub fn event_type(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $wire,)*
                    Self::Other(other) => &other.event_type,
                }
            }

            /// Whether events of this type have a variant of their own.
            pub(super) fn is_known(event_type: &str) -> bool {
                matches!(event_type, $($wire)|*)
            }

            /// Reads `data` straight into the variant of its type. Fails on broken JSON and when an
            /// identifier is missing.
            pub(super) fn read<'de, D>(event_type: Cow<'de, str>, data: D) -> Result<Self, D::Error>
            where
                D: Deserializer<'de>,
            {
                match event_type.as_ref() {
                    $($wire => {
                        let partial = lenient::read::<$payload, D>(data)?;
                        if <$payload>::is_complete(&partial) {
                            Ok(Self::$variant(Lenient::finish(partial)))
                        } else {
                            Err(D::Error::custom(concat!("the data of \
                                                          `", $wire, "` lacks an identifier")))
                        }
                    })*
                    _ => Ok(Self::Other(OtherEvent {
                        event_type: event_type.into_owned(),
                        json: Deserialize::deserialize(data)?,
                    })),
                }
            }
        }

        impl Serialize for EventData {
            /// Writes what stands in the event's `data`.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(payload) => payload.serialize(serializer),)*
                    Self::Other(other) => other.json.serialize(serializer),
                }
            }
        }
    };
}

pub(super) use {events, payloads, words};
