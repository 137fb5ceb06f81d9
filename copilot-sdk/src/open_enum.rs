//! Enums of wire values that a newer CLI may extend.

use std::fmt;

/// A value for which this version of the crate has no variant.
///
/// Opaque on purpose: code that matches on the text here would silently break once a later version
/// adds a variant. Compare the enum's `as_str()` instead, which stays the same.
///
/// ```
/// use copilot_sdk::event::SessionMode;
///
/// let mode = SessionMode::from("dreaming");
/// assert_eq!(mode.as_str(), "dreaming");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownWord(Box<str>);

impl UnknownWord {
    pub(crate) fn new(word: &str) -> Self {
        Self(word.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Defines an enum of wire values that keeps unknown ones in `Unknown`.
macro_rules! open_enum {
    ($(#[$doc:meta])* $vis:vis enum $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$variant_doc])* $variant,)*
            /// A value this version does not know; empty if the CLI omitted a required one.
            ///
            /// Created by `from`, read by `as_str`.
            Unknown($crate::UnknownWord),
        }

        impl $name {
            /// The value on the wire.
            #[inline]
            $vis fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Unknown(word) => word.as_str(),
                }
            }
        }

        impl $crate::heap_size::HeapSize for $name {
            #[inline]
            fn heap_size(&self) -> usize {
                match self {
                    $(Self::$variant => 0,)*
                    Self::Unknown(_) => $crate::heap_size::allocation(self.as_str().len()),
                }
            }
        }

        impl From<&str> for $name {
            #[inline]
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    _ => Self::Unknown($crate::UnknownWord::new(word)),
                }
            }
        }

        impl std::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Ok(Self::from(word.as_ref()))
            }
        }
    };
}

pub(crate) use open_enum;

#[cfg(test)]
mod tests {
    use serde_json::json;

    open_enum! {
        /// A phase of the moon.
        pub(super) enum Moon {
            /// All of it.
            Full = "full",
            /// None of it.
            New = "new",
        }
    }

    #[test]
    fn an_unknown_word_is_kept_and_written_back_as_it_came() {
        for (word, debug) in [("full", "Full"), ("new", "New"), ("blue", "Unknown(\"blue\")")] {
            let moon: Moon = serde_json::from_value(json!(word)).expect("a word");
            assert_eq!(moon, Moon::from(word));
            assert_eq!(
                (moon.as_str(), moon.to_string().as_str(), format!("{moon:?}").as_str()),
                (word, word, debug)
            );
            assert_eq!(serde_json::to_value(&moon).expect("as JSON"), json!(word));
        }
    }
}
