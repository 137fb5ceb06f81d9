//! Groups of options: what each is called here and on the wire, and whether it goes out.

use crate::mcp::McpServers;
use crate::sorted_map::SortedMap;

/// A value that is not sent unless it was set.
pub(super) trait Unset {
    fn is_unset(&self) -> bool;
}

impl<T> Unset for Option<T> {
    fn is_unset(&self) -> bool {
        self.is_none()
    }
}

impl<T> Unset for Vec<T> {
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl<K, V> Unset for SortedMap<K, V> {
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

impl Unset for McpServers {
    fn is_unset(&self) -> bool {
        self.is_empty()
    }
}

/// A group of options, a row for each: the field, its type and its wire name.
macro_rules! options {
    ($(#[$meta:meta])* $vis:vis struct $name:ident {
        $($(#[$doc:meta])* $field:ident: $value:ty = $wire_name:literal,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, ::serde::Serialize)]
        $vis struct $name {
            $(
                $(#[$doc])*
                #[serde(
                    rename = $wire_name,
                    skip_serializing_if = "crate::config::option_group::Unset::is_unset"
                )]
                $vis $field: $value,
            )*
        }

        impl $name {
            /// Whether the option of this wire name is set; `None` if it belongs to another group.
            $vis fn is_set(&self, wire_name: &str) -> Option<bool> {
                use $crate::config::option_group::Unset as _;
                match wire_name {
                    $($wire_name => Some(!self.$field.is_unset()),)*
                    _ => None,
                }
            }
        }
    };
}

pub(super) use options;
