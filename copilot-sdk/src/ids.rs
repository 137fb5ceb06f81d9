//! Identifiers exchanged with the CLI.
//!
//! Each kind has its own type, so that a session id cannot be passed as a request id. Cloning is
//! cheap. Functions take ids as `impl Into<..>`: by value, by reference, or as text.

use std::fmt;
use std::sync::Arc;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::heap_size::{HeapSize, shared};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// No identifier; not allocated.
            pub(crate) fn empty() -> Self {
                Self(Arc::default())
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                text.as_str().into()
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.as_str())
            }
        }

        impl HeapSize for $name {
            fn heap_size(&self) -> usize {
                shared(self.0.len())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(TextVisitor).map(Self)
            }
        }
    )*};
}

ids! {
    /// The id of a session, of letters, digits, `-` and `_` (wire name `sessionId`).
    SessionId;
    /// The id of a prompt and of the messages that answer it (wire name `messageId`).
    MessageId;
    /// The id of a pending question (wire name `requestId`).
    RequestId;
    /// The id of a tool call, assigned by the model and unique only within a session (wire name
    /// `toolCallId`).
    ToolCallId;
    /// The id of a sub-agent (wire name `agentId`).
    AgentId;
    /// The id of a session's event (wire name `id`).
    EventId;
}

/// Deserializes text into shared text with one allocation.
struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an identifier as a string")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Arc<str>, E> {
        Ok(text.into())
    }
}

/// A random (version 4) UUID as text.
///
/// # Errors
///
/// If the operating system provides no randomness.
pub(crate) fn random_uuid() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes)?;
    let number =
        u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
    Ok(groups.map(|range| hex.get(range).unwrap_or_default().to_owned()).join("-"))
}

#[cfg(test)]
mod tests {
    use super::random_uuid;

    #[test]
    fn random_uuids_are_version_four_and_differ() {
        let (one, other) = (random_uuid().unwrap_or_default(), random_uuid().unwrap_or_default());
        assert_ne!(one, other);
        assert_eq!(one.len(), 36);
        assert_eq!(one.as_bytes().get(14), Some(&b'4'));
        assert!(matches!(one.as_bytes().get(19), Some(b'8' | b'9' | b'a' | b'b')));
    }
}
