//! Objects of JSON text, read into their types in one pass, or into members that are JSON until
//! each is read.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::CowStrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};
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
        self.0.retain(|member| Members(vec![member.clone()]).parse::<T>().is_ok());
        self
    }

    /// Parses the object.
    ///
    /// # Errors
    ///
    /// If it does not match the type.
    pub(crate) fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        read_object(&serde_json::to_string(self)?, &mut [])
    }
}

/// A member that is kept as JSON, by name, while the others are read into their type.
pub(crate) type Aside<'a> = (&'static str, Option<&'a RawValue>);

/// Reads an object into its type in one pass. Members named in `aside` are kept there.
///
/// # Errors
///
/// If it is not an object, or does not match the type. `aside` may then lack members.
pub(crate) fn read_object<'de, T: Deserialize<'de>>(
    text: &'de str,
    aside: &mut [Aside<'de>],
) -> Result<T, Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let object = T::deserialize(Object { reader: &mut reader, aside })?;
    reader.end()?;
    Ok(object)
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

type TextReader<'de> = serde_json::Deserializer<serde_json::de::StrRead<'de>>;

/// Deserializes from an object only: the derived implementations also accept arrays.
struct Object<'a, 'de> {
    reader: &'a mut TextReader<'de>,
    aside: &'a mut [Aside<'de>],
}

impl<'de> Deserializer<'de> for Object<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.reader.deserialize_map(ObjectVisitor { visitor, aside: self.aside })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

struct ObjectVisitor<'a, 'de, V> {
    visitor: V,
    aside: &'a mut [Aside<'de>],
}

impl<'de, V: Visitor<'de>> Visitor<'de> for ObjectVisitor<'_, 'de, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(MemberAccess { map, aside: self.aside })
    }
}

struct MemberAccess<'a, 'de, A> {
    map: A,
    aside: &'a mut [Aside<'de>],
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for MemberAccess<'_, 'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(Name(name)) = self.map.next_key()? {
            match self.aside.iter_mut().find(|(own, _)| *own == name) {
                Some((_, value)) => *value = Some(self.map.next_value()?),
                None => {
                    let name: CowStrDeserializer<'_, A::Error> = name.into_deserializer();
                    return seed.deserialize(name).map(Some);
                }
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::value::RawValue;

    use super::{Members, leading_text, read_object};

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
    fn an_object_is_read_in_one_pass_and_some_members_are_kept_aside() {
        let text = r#"{"id": {"a": [1]}, "city": "Rome", "n\u006f": null, "days": 2}"#;
        let mut aside = [("id", None), ("no", None), ("unit", None)];
        let place: Place = read_object(text, &mut aside).unwrap();
        assert_eq!(place, Place { city: "Rome".to_owned(), days: 2, unit: None });
        let kept = aside.map(|(_, value): (_, Option<&RawValue>)| value.map(RawValue::get));
        assert_eq!(kept, [Some(r#"{"a": [1]}"#), Some("null"), None]);
        for text in [r#"["Rome", 2, null]"#, r#"{"days": null}"#, r#"{"days": 2} {}"#, "null"] {
            assert!(read_object::<Place>(text, &mut []).is_err(), "{text}");
        }
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
