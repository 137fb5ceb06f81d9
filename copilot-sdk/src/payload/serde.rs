//! Values of any deserializer of serde, read into slots.

use std::borrow::Cow;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::read::Reading;
use super::slot::{Lenient, Plain, Slot, UnreadValue};
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
    let mut value = T::empty();
    let reading = &mut Reading::default();
    let is_read = Fill { slot: value.slot(), reading, name: "" }.deserialize(deserializer)?;
    is_read.then_some(value).ok_or_else(|| D::Error::custom(lacking(name)))
}

/// Like [`deserialize`], but a value of the wrong shape is an error, at its place.
pub(crate) fn deserialize_strictly<'de, T: Lenient, D: Deserializer<'de>>(
    name: &'static str,
    deserializer: D,
) -> Result<T, D::Error> {
    let mut value = T::empty();
    fill_strictly(value.slot(), name, deserializer)?;
    Ok(value)
}

fn fill_strictly<'de, D: Deserializer<'de>>(
    slot: Slot<'_>,
    name: &str,
    deserializer: D,
) -> Result<(), D::Error> {
    let reading = &mut Reading::strict();
    let is_read = Fill { slot, reading, name }.deserialize(deserializer)?;
    is_read.then_some(()).ok_or_else(|| D::Error::custom(format_args!("`{name}` is null")))
}

fn lacking(name: &str) -> String {
    format!("{name} lacks an identifier or a required field")
}

impl Reading {
    /// Notes whether a value fits. If it must, one that does not is an error.
    fn accept<E: Error>(&mut self, fits: bool, field: &str) -> Result<bool, E> {
        self.note(fits, field);
        if !fits && self.is_strict {
            return Err(E::custom(format_args!("`{field}` has a value of the wrong type")));
        }
        Ok(fits)
    }
}

/// Reads one JSON value into its slot, and returns whether the slot has a value now. Fails on
/// malformed JSON, and when the room is used up.
pub(crate) struct Fill<'s, 'a> {
    pub(crate) slot: Slot<'s>,
    pub(crate) reading: &'a mut Reading,
    pub(crate) name: &'a str,
}

impl Fill<'_, '_> {
    fn plain<E: Error>(self, value: Plain) -> Result<bool, E> {
        let fits = match self.slot {
            Slot::Scalar(slot) => slot.plain(value),
            _ => false,
        };
        self.reading.accept(fits, self.name)
    }
}

impl<'de> DeserializeSeed<'de> for Fill<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let Self { slot, reading, name } = self;
        match slot {
            Slot::Json(slot) => {
                let json: Box<RawValue> = Deserialize::deserialize(deserializer)?;
                let mut json = JsonScanner::new(json.get());
                if json.null() == Some(true) {
                    return Ok(false);
                }
                let fits = slot.json(&mut json) == Some(true);
                reading.accept(fits, name)
            }
            Slot::Optional(option) => {
                let is_read =
                    Fill { slot: option.insert(), reading, name }.deserialize(deserializer)?;
                if !is_read {
                    option.clear();
                }
                Ok(is_read)
            }
            slot => deserializer.deserialize_any(Fill { slot, reading, name }),
        }
    }
}

impl<'de> Visitor<'de> for Fill<'_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        let fits = match self.slot {
            Slot::Scalar(slot) => slot.text(text),
            _ => false,
        };
        self.reading.accept(fits, self.name)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<bool, E> {
        self.plain(Plain::Flag(flag))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<bool, E> {
        self.plain(Plain::Unsigned(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<bool, E> {
        self.plain(Plain::Signed(number))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<bool, E> {
        self.plain(Plain::Float(number))
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_none<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<bool, A::Error> {
        let Slot::List(list) = self.slot else {
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return self.reading.accept(false, self.name);
        };
        while let Some(slot) = list.item() {
            let item = Fill { slot, reading: self.reading, name: self.name };
            let is_read = seq.next_element_seed(item)?;
            if is_read != Some(true) {
                list.remove_item();
            }
            let Some(is_read) = is_read else { break };
            self.reading.accept(is_read, self.name)?;
            take_room(self.reading)?;
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let Slot::Object(object) = self.slot else {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return self.reading.accept(false, self.name);
        };
        let mut read = 0;
        while let Some(key) = map.next_key_seed(TextSeed)? {
            take_room(self.reading)?;
            let mut bit = 0;
            match object.field(&key, &mut bit) {
                Slot::Unknown => {
                    let reading = &mut *self.reading;
                    let mut value = Entry { map: &mut map, reading, key: &key, error: None };
                    let fits = object.other(&key, &mut value);
                    if let Some(error) = value.error {
                        return Err(error);
                    }
                    self.reading.accept(fits == Some(true), self.name)?;
                }
                slot => {
                    let value = Fill { slot, reading: self.reading, name: &key };
                    if map.next_value_seed(value)? {
                        read |= bit;
                    }
                }
            }
        }
        match object.missing(read) {
            Some(field) if self.reading.is_strict => {
                Err(A::Error::custom(format_args!("missing field `{field}`")))
            }
            missing => self.reading.accept(missing.is_none(), self.name),
        }
    }
}

fn take_room<E: Error>(reading: &mut Reading) -> Result<(), E> {
    reading.take_room().ok_or_else(|| E::custom("the payload holds too many values"))
}

/// The value of a field in a map.
struct Entry<'a, 'de, A: MapAccess<'de>> {
    map: &'a mut A,
    reading: &'a mut Reading,
    key: &'a str,
    error: Option<A::Error>,
}

impl<'de, A: MapAccess<'de>> UnreadValue for Entry<'_, 'de, A> {
    fn read_into(&mut self, slot: Slot<'_>) -> Option<bool> {
        let value = Fill { slot, reading: self.reading, name: self.key };
        self.map.next_value_seed(value).map_err(|error| self.error = Some(error)).ok()
    }

    fn skip(&mut self) -> Option<bool> {
        let skipped = self.map.next_value::<IgnoredAny>();
        skipped.map_err(|error| self.error = Some(error)).ok().map(|_| true)
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
