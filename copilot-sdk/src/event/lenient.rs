//! Lenient deserialization of payloads: a newer CLI may change their shapes.
//!
//! One rule holds for every field: `null`, a value of the wrong shape and a missing field are all
//! *absent*, and an absent field takes the empty value of its type. Identifiers have no empty
//! value: a payload without its identifier does not decode. Integers may arrive as fractions.
//!
//! The values go into [`Slot`]s behind `dyn`, so that the JSON reader is compiled once instead of
//! once for each payload.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::Number;
use serde_json::value::RawValue;

use crate::heap_size::HeapSize;
use crate::json_scan::JsonScanner;

/// The number of values that one payload may hold. Each may take a hundred times its bytes on the
/// wire, so this bounds the memory of one event; real payloads hold a few thousand.
const MAX_VALUES: usize = 1 << 18;

/// How deep the objects and lists of a payload may be nested, as in `serde_json`.
const MAX_DEPTH: usize = 127;

/// A value that deserializes from JSON of almost any shape.
///
/// [`is_read`](Self::is_read) and [`is_complete`](Self::is_complete) are checked before
/// [`finish`](Self::finish), which therefore cannot fail and needs no error path for each field.
pub(super) trait Lenient: HeapSize + Sized {
    /// The state of a value that is being read.
    type Partial: Slot + Default;

    /// Whether JSON of the right shape was read.
    fn is_read(partial: &Self::Partial) -> bool;

    /// Whether all identifiers are present.
    fn is_complete(_partial: &Self::Partial) -> bool {
        true
    }

    /// Builds the value, with empty values for absent fields.
    fn finish(partial: Self::Partial) -> Self;

    /// Whether serialization writes the field.
    fn is_present(&self) -> bool {
        true
    }
}

/// Builds the value if one was read and all identifiers are present.
pub(super) fn finish<T: Lenient>(partial: T::Partial) -> Option<T> {
    (T::is_read(&partial) && T::is_complete(&partial)).then(|| T::finish(partial))
}

/// Reads one JSON value; fails on malformed JSON, and beyond [`MAX_VALUES`].
pub(super) fn read<'de, D: Deserializer<'de>>(
    slot: &mut dyn Slot,
    deserializer: D,
) -> Result<(), D::Error> {
    Fill { slot, room: &Room::default() }.deserialize(deserializer)
}

/// Reads text that is one JSON value. `None` if it is not, and beyond [`MAX_VALUES`].
pub(super) fn read_text(slot: &mut dyn Slot, text: &str) -> Option<()> {
    let mut scanner = JsonScanner::new(text);
    fill(slot, &mut scanner, &Room::default(), MAX_DEPTH)?;
    scanner.end()
}

/// Reads one JSON value into its slot.
fn fill(
    slot: &mut dyn Slot,
    scanner: &mut JsonScanner<'_>,
    room: &Room,
    depth: usize,
) -> Option<()> {
    if let Some(json) = slot.json() {
        *json = Some(scanner.raw()?.to_owned());
        return Some(());
    }
    match scanner.next()? {
        b'"' => slot.text(&scanner.string()?),
        b'{' => fill_object(slot, scanner, room, depth.checked_sub(1)?)?,
        b'[' => fill_list(slot, scanner, room, depth.checked_sub(1)?)?,
        b't' => {
            scanner.word("rue")?;
            slot.flag(true);
        }
        b'f' => {
            scanner.word("alse")?;
            slot.flag(false);
        }
        b'n' => scanner.word("ull")?,
        first => {
            let number = serde_json::from_str::<Number>(scanner.number(first)?).ok()?;
            match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => slot.unsigned(number),
                (None, Some(number)) => slot.signed(number),
                (None, None) => slot.float(number.as_f64()?),
            }
        }
    }
    Some(())
}

/// Reads the rest of an object, behind its brace.
fn fill_object(
    slot: &mut dyn Slot,
    scanner: &mut JsonScanner<'_>,
    room: &Room,
    depth: usize,
) -> Option<()> {
    slot.object();
    let mut first = scanner.next()?;
    if first == b'}' {
        return Some(());
    }
    loop {
        (first == b'"').then_some(())?;
        let key = scanner.string()?;
        (scanner.next()? == b':').then_some(())?;
        room.take()?;
        match slot.field(&key) {
            Some(slot) => fill(slot, scanner, room, depth)?,
            None => scanner.skip()?,
        }
        match scanner.next()? {
            b',' => first = scanner.next()?,
            end => return (end == b'}').then_some(()),
        }
    }
}

/// Reads the rest of a list, behind its bracket.
fn fill_list(
    slot: &mut dyn Slot,
    scanner: &mut JsonScanner<'_>,
    room: &Room,
    depth: usize,
) -> Option<()> {
    slot.list();
    if scanner.skip_if(b']') {
        return Some(());
    }
    loop {
        room.take()?;
        match slot.item() {
            Some(slot) => fill(slot, scanner, room, depth)?,
            None => scanner.skip()?,
        }
        match scanner.next()? {
            b',' => {}
            end => return (end == b']').then_some(()),
        }
    }
}

/// How many more values may be read.
pub(super) struct Room(Cell<usize>);

impl Default for Room {
    fn default() -> Self {
        Self(Cell::new(MAX_VALUES))
    }
}

impl Room {
    fn take(&self) -> Option<()> {
        self.0.set(self.0.get().checked_sub(1)?);
        Some(())
    }

    fn take_or_fail<E: Error>(&self) -> Result<(), E> {
        self.take().ok_or_else(|| E::custom("the payload holds too many values"))
    }
}

/// A place for one JSON value. Values of a shape that the slot does not accept are dropped.
pub(super) trait Slot {
    fn text(&mut self, _text: &str) {}

    fn flag(&mut self, _flag: bool) {}

    fn unsigned(&mut self, _number: u64) {}

    fn signed(&mut self, _number: i64) {}

    fn float(&mut self, _number: f64) {}

    /// Called at the start of a list.
    fn list(&mut self) {}

    /// Called at the start of an object.
    fn object(&mut self) {}

    /// The slot for a field of the object.
    fn field(&mut self, _key: &str) -> Option<&mut dyn Slot> {
        None
    }

    /// The slot for the next item of the list.
    fn item(&mut self) -> Option<&mut dyn Slot> {
        None
    }

    /// The place for the value as raw JSON, in slots that accept nothing else.
    fn json(&mut self) -> Option<&mut Option<Box<RawValue>>> {
        None
    }
}

/// Reads one JSON value into its slot; fails on malformed JSON, and when the room is used up.
pub(super) struct Fill<'a> {
    pub(super) slot: &'a mut dyn Slot,
    pub(super) room: &'a Room,
}

impl<'de> DeserializeSeed<'de> for Fill<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.slot.json() {
            Some(json) => *json = Some(Deserialize::deserialize(deserializer)?),
            None => deserializer.deserialize_any(self)?,
        }
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
        while seq.next_element_seed(ListItem { list: &mut *self.slot, room: self.room })?.is_some()
        {
            self.room.take_or_fail()?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.slot.object();
        while let Some(key) = map.next_key_seed(TextSeed)? {
            self.room.take_or_fail()?;
            match self.slot.field(&key) {
                Some(slot) => map.next_value_seed(Fill { slot, room: self.room })?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Reads the next item of a list.
struct ListItem<'a> {
    list: &'a mut dyn Slot,
    room: &'a Room,
}

impl<'de> DeserializeSeed<'de> for ListItem<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match self.list.item() {
            Some(slot) => Fill { slot, room: self.room }.deserialize(deserializer),
            None => IgnoredAny::deserialize(deserializer).map(drop),
        }
    }
}

/// Reads a string, borrowed where the input allows.
pub(super) struct TextSeed;

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

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use crate::event::EventData;
    use crate::event::assistant::AssistantUsage;
    use crate::event::session::SessionSkillsLoaded;
    use crate::event::tool::ToolExecutionComplete;

    /// Compares both ways to read a payload, for a text and for each that differs in one place.
    fn assert_both_agree<P: DeserializeOwned + Serialize>(event_type: &str, text: &str) {
        let agree = |text: &str| {
            let one_pass = EventData::read(event_type, text).map(|data| written(&data));
            let by_serde = serde_json::from_str::<P>(text).ok().map(|data| written(&data));
            assert_eq!(one_pass, by_serde, "{text}");
        };
        agree(text);
        for place in (0..text.len()).filter(|place| text.is_char_boundary(*place)) {
            let (start, rest) = text.split_at(place);
            agree(start);
            for other in
                ["", "\"", "\\", "[", "{", "}", "]", ",", ":", "0", "9", "-", ".", "e", "n"]
            {
                agree(&format!("{start}{other}{rest}"));
                let tail: String = rest.chars().skip(1).collect();
                agree(&format!("{start}{other}{tail}"));
            }
        }
    }

    fn written(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn one_pass_reads_what_serde_reads() {
        assert_both_agree::<ToolExecutionComplete>(
            "tool.execution_complete",
            r#"{"toolCallId":"c\u00e9","success":true,"result":{"content":"a\nb","contents":[1]},
                "toolTelemetry":{"a":[{}]},"new":{"b":[null,-1.5e3]},"isUserRequested":null}"#,
        );
        assert_both_agree::<AssistantUsage>(
            "assistant.usage",
            r#"{"model":"m","inputTokens":12,"outputTokens":-0.7,"cost":1e2,"duration":-3,
                "cacheReadTokens":18446744073709551616,"toolCounts":{"a":1,"b":{}}}"#,
        );
        assert_both_agree::<SessionSkillsLoaded>(
            "session.skills_loaded",
            r#"{"skills":[7,{"name":"s","enabled":true,"source":"moon"},null,[[]]]}"#,
        );
    }

    #[test]
    fn a_payload_of_too_many_values_is_kept_as_json() {
        let skills = |count: usize| format!("{{\"skills\":[{}0]}}", "0,".repeat(count));
        assert!(EventData::read("session.skills_loaded", &skills(1 << 18)).is_none());
        assert!(EventData::read("session.skills_loaded", &skills(1_000)).is_some());
    }
}
