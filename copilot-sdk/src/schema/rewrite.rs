//! Normalizes the text of a value for deserialization in one pass, and finds integers that may have
//! lost digits.
//!
//! Works on text, because a tree of JSON values cannot hold numbers beyond 64 bits.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize as _;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;
use serde_json::value::RawValue;

use super::found::Found;
use super::integer::{MAX_EXACT, is_inexact, may_be_inexact};
use super::normal::{Normalization, Places};
use super::path::Path;
use super::wording::cut;

/// Normalizes `text`, the text of `value`.
///
/// # Errors
///
/// If an object has two members with the same name but of different kinds.
pub(super) fn rewrite<'t>(
    text: &'t str,
    value: &Value,
    path: Path<'_>,
    places: &Places,
    found: &mut Found,
) -> serde_json::Result<Cow<'t, str>> {
    let everywhere = may_be_inexact(text);
    if places.is_empty() && !everywhere {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = Rewriter { places, everywhere, text: String::with_capacity(text.len()), found };
    let mut reader = serde_json::Deserializer::from_str(text);
    Node { value, path, out: &mut out }.deserialize(&mut reader)?;
    Ok(Cow::Owned(out.text))
}

struct Rewriter<'o> {
    places: &'o Places,
    /// Whether to check integers everywhere.
    everywhere: bool,
    text: String,
    found: &'o mut Found,
}

/// The next value of the text, matching `value`.
struct Node<'n, 'o> {
    value: &'n Value,
    path: Path<'n>,
    out: &'n mut Rewriter<'o>,
}

impl<'de> DeserializeSeed<'de> for Node<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let place = self.out.places.at(self.value);
        let enter = self.out.everywhere || place == Some(&Normalization::Inside);
        match (self.value, place) {
            (_, Some(Normalization::Integer(integer))) => {
                <&RawValue>::deserialize(deserializer).map(|literal| self.integer(literal, integer))
            }
            (Value::Array(_), _) if enter => deserializer.deserialize_seq(self),
            (Value::Object(_), _) if enter => deserializer.deserialize_map(self),
            _ => <&RawValue>::deserialize(deserializer).map(|text| self.unchanged(text.get())),
        }
    }
}

impl Node<'_, '_> {
    fn integer(mut self, literal: &RawValue, integer: &str) {
        // Of members with the same name, only the last was inspected; this may be an earlier one.
        self.inexact(literal.get());
        self.out.text.push_str(integer);
    }

    fn unchanged(mut self, text: &str) {
        self.inexact(text);
        self.out.text.push_str(text);
    }

    fn inexact(&mut self, literal: &str) {
        let starts_as_number = literal.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        let is_float = self.out.places.at(self.value) == Some(&Normalization::Float);
        if starts_as_number && !is_float && is_inexact(literal) {
            self.out.found.inexact(self.path, || {
                format!(
                    "{} is beyond {MAX_EXACT} and may have lost digits on its way: write the \
                     integer as a string of digits",
                    cut(literal, 60)
                )
            });
        }
    }
}

impl<'de> Visitor<'de> for Node<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the same kind of value under the same name")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let values = self.value.as_array().map_or(&[][..], Vec::as_slice);
        self.out.text.push('[');
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.out.text.push(',');
            }
            let path = Path::Item(&self.path, index);
            if items.next_element_seed(Node { value, path, out: self.out })?.is_none() {
                return Err(A::Error::invalid_length(index, &self));
            }
        }
        self.out.text.push(']');
        // A list of a different length is an earlier member of the same name; the last one counts.
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        self.out.text.push('{');
        let mut is_first = true;
        while let Some(name) = members.next_key::<String>()? {
            let value = self.value.get(&name).unwrap_or(&Value::Null);
            if self.out.places.at(value) == Some(&Normalization::Absent) {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            if !std::mem::take(&mut is_first) {
                self.out.text.push(',');
            }
            self.out.text.push_str(&Value::from(name.as_str()).to_string());
            self.out.text.push(':');
            let path = Path::Member(&self.path, &name);
            members.next_value_seed(Node { value, path, out: self.out })?;
        }
        self.out.text.push('}');
        Ok(())
    }
}
