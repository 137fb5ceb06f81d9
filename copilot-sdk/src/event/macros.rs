//! The macros that declare payloads, their enums and the table of events, with their wire names.

/// Declares payload structs: `field: Type = "wireName"`.
macro_rules! payloads {
    ($(
        $(#[$doc:meta])*
        $name:ident {$(
            $(#[$field_doc:meta])*
            $field:ident: $type:ty = $wire:literal,
        )*}
    )*) => {$(
        $crate::payload::records! {
            $(#[$doc])*
            #[derive(Debug, Clone)]
            $name {$(
                $(#[$field_doc])*
                $field: $type = $wire,
            )*}
        }

        impl $crate::heap_size::HeapSize for $name {
            fn heap_size(&self) -> usize {
                0 $(+ $crate::heap_size::HeapSize::heap_size(&self.$field))*
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                #[allow(unused_mut, reason = "a payload may have no fields")]
                let mut map = serializer.serialize_map(None)?;
                $(if $crate::payload::Lenient::is_present(&self.$field) {
                    serde::ser::SerializeMap::serialize_entry(&mut map, $wire, &self.$field)?;
                })*
                serde::ser::SerializeMap::end(map)
            }
        }
    )*};
}

/// Declares enums that payloads contain: `Variant = "wire value"`.
macro_rules! open_enums {
    ($(
        $(#[$doc:meta])*
        $name:ident {$(
            $(#[$variant_doc:meta])*
            $variant:ident = $wire:literal,
        )*}
    )*) => {$(
        $crate::open_enum::open_enum! {
            $(#[$doc])*
            pub enum $name { $($(#[$variant_doc])* $variant = $wire,)* }
        }

        $crate::payload::enum_fields! { $name }
    )*};
}

/// Declares the table of events: `Variant(wire::Payload) = "wire.name"`.
macro_rules! events {
    ($($variant:ident($payload:ty) = $wire:literal,)*) => {
        /// The payload of an event, by event type.
        ///
        /// Types that a newer CLI adds arrive as [`Other`](Self::Other), with their JSON.
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub enum EventData {
            $(#[doc = concat!("Wire name `", $wire, "`.")] $variant($payload),)*
            /// Every event without a variant of its own.
            Other(OtherEvent),
        }

        impl EventData {
            /// The wire name and the payload of each variant, as the table has them.
            #[cfg(test)]
            pub(super) const TABLE: &[(&str, &str)] = &[$(($wire, stringify!($payload)),)*];

            /// The event type by its wire name, such as `session.idle`.
            pub fn event_type(&self) -> &str {
                match self {
                    $(Self::$variant(_) => $wire,)*
                    Self::Other(other) => &other.event_type,
                }
            }

            /// Whether the event type has a variant of its own.
            pub(super) fn is_known(event_type: &str) -> bool {
                matches!(event_type, $($wire)|*)
            }

            /// Reads `data` directly into the variant of its type. `None` for malformed JSON and
            /// where an identifier is missing.
            pub(super) fn read(event_type: &str, data: &str) -> Option<Self> {
                match event_type {
                    $($wire => {
                        let mut payload = <$payload>::empty();
                        let is_read = read_text(payload.slot(), data)?;
                        (is_read || !<$payload>::REQUIRED).then_some(Self::$variant(payload))
                    })*
                    _ => Some(Self::Other(OtherEvent {
                        event_type: event_type.to_owned(),
                        json: whole_value(data)?.to_owned(),
                    })),
                }
            }
        }

        impl HeapSize for EventData {
            fn heap_size(&self) -> usize {
                match self {
                    $(Self::$variant(payload) => payload.heap_size(),)*
                    Self::Other(other) => other.event_type.heap_size() + other.json.heap_size(),
                }
            }
        }

        impl Serialize for EventData {
            /// Writes the event's `data`.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(payload) => payload.serialize(serializer),)*
                    Self::Other(other) => other.json.serialize(serializer),
                }
            }
        }
    };
}

pub(super) use {events, open_enums, payloads};
