//! An object whose members are JSON until each is read into its type: one pass, and no tree
//! between.

use std::borrow::Cow;
use std::{fmt, slice};

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};
use serde_json::Error;
use serde_json::value::RawValue;

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
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    /// Leaves out members that are `null`, so that the defaults of a `serde(default)` struct apply.
    pub(crate) fn without_nulls(mut self) -> Self {
        self.0.retain(|(_, value)| value.get() != "null");
        self
    }

    /// Leaves out members of these names.
    pub(crate) fn without(&self, names: &[String]) -> Self {
        let others = self.0.iter().filter(|(own, _)| !names.iter().any(|name| name == own));
        Self(others.cloned().collect())
    }

    /// Leaves out members that the type does not accept, each for itself.
    pub(crate) fn fitting<T: DeserializeOwned>(mut self) -> Self {
        self.0.retain(|member| T::deserialize(Object(slice::from_ref(member))).is_ok());
        self
    }

    /// Parses the object.
    ///
    /// # Errors
    ///
    /// If it does not match the type.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        T::deserialize(Object(&self.0))
    }
}

/// The text of a member that is usually the first of its object, which then is not read further.
pub(crate) fn leading_text<'a>(object: &'a RawValue, name: &str) -> Option<Cow<'a, str>> {
    let value = object.get().strip_prefix("{\"").and_then(|rest| rest.strip_prefix(name));
    if let Some(value) = value.and_then(|rest| rest.strip_prefix("\":\""))
        && let Some((text, _)) = value.split_once('"')
        && !text.contains('\\')
    {
        return Some(Cow::Borrowed(text));
    }
    Members::of(object).ok()?.text(name).map(Cow::Owned)
}

impl Members<'_> {
    /// Sets a member.
    pub(crate) fn with<'a>(self, name: &'static str, value: &'a RawValue) -> Members<'a>
    where
        Self: 'a,
    {
        let mut members: Vec<Member<'a>> = self.0;
        members.retain(|(own, _)| own != name);
        members.push((Cow::Borrowed(name), value));
        Members(members)
    }
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

/// Members as an object to deserialize from.
struct Object<'a>(&'a [Member<'a>]);

impl<'de> Deserializer<'de> for Object<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(MemberAccess { rest: self.0.iter(), value: RawValue::NULL })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

struct MemberAccess<'a> {
    rest: slice::Iter<'a, Member<'a>>,
    value: &'a RawValue,
}

impl<'de> MapAccess<'de> for MemberAccess<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        let name: StrDeserializer<'_, Error> = (**name).into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut serde_json::Deserializer::from_str(self.value.get()))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::value::RawValue;

    use super::{Members, leading_text};

    #[derive(Debug, PartialEq, Deserialize, Default)]
    #[serde(default)]
    struct Place {
        city: String,
        days: u8,
        unit: Option<String>,
    }

    fn raw(json: &str) -> Box<RawValue> {
        serde_json::from_str(json).expect("JSON")
    }

    #[test]
    fn each_member_is_read_into_its_type() {
        let json = raw(r#"{"city": "Lisb\u006fn", "days": null, "unit": null, "new": [{}]}"#);
        let members = Members::of(&json).unwrap();
        assert!(members.parse::<Place>().is_err(), "days are a number");
        assert_eq!(members.names().collect::<Vec<_>>(), ["city", "days", "unit", "new"]);
        assert_eq!(members.text("city").as_deref(), Some("Lisbon"));
        assert_eq!(
            (members.text("days"), members.text("new"), members.text("x")),
            (None, None, None)
        );
        let lisbon = Place { city: "Lisbon".to_owned(), ..Place::default() };
        assert_eq!(members.without_nulls().parse::<Place>().unwrap(), lisbon);
    }

    #[test]
    fn members_that_do_not_fit_are_left_out() {
        let json = raw(r#"{"city": 1, "days": 2, "unit": ["C"]}"#);
        let members = Members::of(&json).unwrap().fitting::<Place>();
        assert_eq!(members.parse::<Place>().unwrap(), Place { days: 2, ..Place::default() });
        let (rest, city) = (members.without(&["days".to_owned()]), raw("\"Rome\""));
        assert_eq!(serde_json::to_string(&rest.with("city", &city)).unwrap(), r#"{"city":"Rome"}"#);
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
