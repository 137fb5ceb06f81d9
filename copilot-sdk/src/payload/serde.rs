//! Values of any deserializer of serde, read into slots.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::read::Reading;
use super::slot::{Lenient, Slot, finish};
use crate::json_scan::JsonScanner;

/// Reads a value as its fields come. Values of the wrong shape are left out.
///
/// # Errors
///
/// Those of the deserializer, and if an identifier or a required field is absent.
pub(crate) fn deserialize<'de, T: Lenient, D: Deserializer<'de>>(
    name: &'static str,
    deserializer: D,
) -> Result<T, D::Error> {
    let mut partial = T::Partial::default();
    let reading = &mut Reading::default();
    Fill { slot: &mut partial, reading }.deserialize(deserializer)?;
    finish(partial).ok_or_else(|| D::Error::custom(lacking(name)))
}

fn lacking(name: &str) -> String {
    format!("{name} lacks an identifier or a required field")
}

/// Reads one JSON value into its slot; fails on malformed JSON, and when the room is used up.
pub(crate) struct Fill<'a> {
    pub(crate) slot: &'a mut dyn Slot,
    pub(crate) reading: &'a mut Reading,
}

impl<'de> DeserializeSeed<'de> for Fill<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if !self.slot.takes_json() {
            return deserializer.deserialize_any(self);
        }
        let json: Box<RawValue> = Deserialize::deserialize(deserializer)?;
        self.slot.json(&mut JsonScanner::new(json.get()));
        Ok(())
    }
}

impl<'de> Visitor<'de> for Fill<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.slot.text(text);
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.slot.flag(flag);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.slot.unsigned(number);
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.slot.signed(number);
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.slot.float(number);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_none<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.slot.list();
        while seq.next_element_seed(ListItem { list: self.slot, reading: self.reading })?.is_some()
        {
            take_room(self.reading)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.slot.object();
        while let Some(key) = map.next_key_seed(TextSeed)? {
            take_room(self.reading)?;
            match self.slot.field(&key) {
                Some(slot) => map.next_value_seed(Fill { slot, reading: self.reading })?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

fn take_room<E: Error>(reading: &mut Reading) -> Result<(), E> {
    reading.take_room().ok_or_else(|| E::custom("the payload holds too many values"))
}

/// Reads the next item of a list.
struct ListItem<'a> {
    list: &'a mut dyn Slot,
    reading: &'a mut Reading,
}

impl<'de> DeserializeSeed<'de> for ListItem<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.list.item() {
            Some(slot) => Fill { slot, reading: self.reading }.deserialize(deserializer),
            None => IgnoredAny::deserialize(deserializer).map(drop),
        }
    }
}

/// Reads a string, borrowed where the input allows.
pub(crate) struct TextSeed;

impl<'de> DeserializeSeed<'de> for TextSeed {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for TextSeed {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
