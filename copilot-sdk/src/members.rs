//! Objects of JSON text, read into members that are JSON until each is read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Error;
use serde_json::value::RawValue;

use crate::json_text::split_at_quote;

/// The members of an object, in order.
#[derive(Debug, Default)]
pub(crate) struct Members<'a>(Vec<Member<'a>>);

type Member<'a> = (Cow<'a, str>, &'a RawValue);

impl<'a> Members<'a> {
    /// Reads the members of an object; fails on any other JSON.
    pub(crate) fn of(object: &'a RawValue) -> Result<Self, Error> {
        serde_json::from_str(object.get())
    }

    /// The value of a member, the last one of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rfind(|(own, _)| own == name).map(|(_, value)| *value)
    }

    /// The text of a member, if it is text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        text(self.get(name)?).map(Cow::into_owned)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    /// Leaves out members of these names.
    pub(crate) fn without(&self, names: &[String]) -> Self {
        let others = self.0.iter().filter(|(own, _)| !names.iter().any(|name| name == own));
        Self(others.cloned().collect())
    }
}

/// The text that a value is, if it is text.
pub(crate) fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    let inner = value.get().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    serde_json::from_str(value.get()).ok().map(Cow::Owned)
}

/// The text of a member that is usually the first of its object, which then is not read further.
pub(crate) fn leading_text<'a>(object: &'a RawValue, name: &str) -> Option<Cow<'a, str>> {
    let value = object.get().strip_prefix("{\"").and_then(|rest| rest.strip_prefix(name));
    if let Some(value) = value.and_then(|rest| rest.strip_prefix("\":\""))
        && let Some((text, _)) = split_at_quote(value)
    {
        return Some(Cow::Borrowed(text));
    }
    Members::of(object).ok()?.text(name).map(Cow::Owned)
}

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<Member<'de>>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some((Name(name), value)) = map.next_entry::<Name<'_>, &RawValue>()? {
                    members.push((name, value));
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Reader).map(Self)
    }
}

/// A name that is borrowed if it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::{Members, leading_text};

    fn raw(json: &str) -> Box<RawValue> {
        serde_json::from_str(json).expect("JSON")
    }

    #[test]
    fn each_member_is_json_until_it_is_read() {
        let json = raw(r#"{"city": "Lisb\u006fn", "days": null, "new": [{}], "days": 2}"#);
        let members = Members::of(&json).unwrap();
        assert_eq!(members.names().collect::<Vec<_>>(), ["city", "days", "new", "days"]);
        assert_eq!(members.text("city").as_deref(), Some("Lisbon"));
        assert_eq!((members.text("days"), members.text("x")), (None, None));
        assert_eq!(members.get("days").map(RawValue::get), Some("2"));
        let rest = members.without(&["days".to_owned(), "new".to_owned()]);
        assert_eq!(serde_json::to_string(&rest).unwrap(), r#"{"city":"Lisb\u006fn"}"#);
    }

    #[test]
    fn a_leading_text_is_found_wherever_it_stands() {
        for (json, text) in [
            (r#"{"kind":"read","path":"/"}"#, Some("read")),
            (r#"{"path":"/", "kind": "read"}"#, Some("read")),
            (r#"{"kind":"re\u0061d"}"#, Some("read")),
            (r#"{"kind":"a\"b"}"#, Some("a\"b")),
            (r#"{"kind":""}"#, Some("")),
            (r#"{"kinds":"read"}"#, None),
            (r#"{"kind":7}"#, None),
            ("[]", None),
        ] {
            assert_eq!(leading_text(&raw(json), "kind").as_deref(), text, "{json}");
        }
    }

    #[test]
    fn only_an_object_has_members() {
        for json in ["[]", "1", "null", "\"{}\""] {
            assert!(Members::of(&raw(json)).is_err(), "{json}");
        }
    }
}
