//! Text that is JSON, read into slots.

use serde_json::Number;

use super::slot::{Lenient, ListSlot, ObjectSlot, OptionSlot, Plain, Slot, UnreadValue};
use crate::json_scan::JsonScanner;

/// The number of values that one payload may hold. Each may take a hundred times its bytes on the
/// wire, so this bounds the memory of one event; real payloads hold a few thousand.
const MAX_VALUES: usize = 1 << 18;

/// How deep the objects and lists of a payload may be nested, as in `serde_json`.
const MAX_DEPTH: usize = 127;

/// One payload that is being read.
pub(crate) struct Reading {
    /// How many more values it may hold.
    room: usize,
    /// The first field whose value has the wrong shape, or lacks something that it needs. Empty
    /// for the payload itself.
    pub(crate) misfit: Option<String>,
    /// Whether a value of the wrong shape is an error of the deserializer.
    pub(super) is_strict: bool,
}

impl Default for Reading {
    fn default() -> Self {
        Self { room: MAX_VALUES, misfit: None, is_strict: false }
    }
}

impl Reading {
    /// Of an answer to a call, which may be as long as the history of a session.
    pub(super) fn strict() -> Self {
        Self { room: usize::MAX, is_strict: true, ..Self::default() }
    }

    pub(crate) fn take_room(&mut self) -> Option<()> {
        self.room = self.room.checked_sub(1)?;
        Some(())
    }

    pub(super) fn note(&mut self, fits: bool, field: &str) {
        if !fits && self.misfit.is_none() {
            self.misfit = Some(field.to_owned());
        }
    }

    /// Reads text that is one JSON value. Returns whether the slot has a value now; `None` if the
    /// text is not JSON, and beyond [`MAX_VALUES`].
    pub(crate) fn read(&mut self, slot: Slot<'_>, text: &str) -> Option<bool> {
        let mut scanner = JsonScanner::new(text);
        let is_read = self.fill_apart(slot, &mut scanner, MAX_DEPTH, "")?;
        scanner.end()?;
        Some(is_read)
    }

    /// Reads one JSON value into its slot. Returns whether the slot has a value now.
    #[expect(clippy::inline_always, reason = "most values take less than a call to read them")]
    #[inline(always)]
    fn fill(
        &mut self,
        slot: Slot<'_>,
        scanner: &mut JsonScanner<'_>,
        depth: usize,
        name: &str,
    ) -> Option<bool> {
        if let Slot::Optional(option) = slot {
            return self.fill_option(option, scanner, depth, name);
        }
        if let Slot::Json(slot) = slot {
            if scanner.null()? {
                return Some(false);
            }
            let fits = slot.json(scanner)?;
            self.note(fits, name);
            return Some(fits);
        }
        let fits = match (scanner.next()?, slot) {
            (b'n', _) => {
                scanner.word("ull")?;
                return Some(false);
            }
            (b'"', Slot::Scalar(slot)) => slot.text(&scanner.string()?),
            (b't', Slot::Scalar(slot)) => {
                scanner.word("rue")?;
                slot.plain(Plain::Flag(true))
            }
            (b'f', Slot::Scalar(slot)) => {
                scanner.word("alse")?;
                slot.plain(Plain::Flag(false))
            }
            (first @ (b'-' | b'0'..=b'9'), Slot::Scalar(slot)) => {
                slot.plain(number(scanner.number(first)?)?)
            }
            (b'{', Slot::Object(slot)) => {
                self.fill_object(slot, scanner, depth.checked_sub(1)?, name)?
            }
            (b'[', Slot::List(slot)) => {
                self.fill_list(slot, scanner, depth.checked_sub(1)?, name)?;
                true
            }
            (first, _) => {
                scanner.skip_rest(first)?;
                false
            }
        };
        self.note(fits, name);
        Some(fits)
    }

    #[inline(never)]
    fn fill_option(
        &mut self,
        option: &mut dyn OptionSlot,
        scanner: &mut JsonScanner<'_>,
        depth: usize,
        name: &str,
    ) -> Option<bool> {
        let is_read = self.fill_apart(option.insert(), scanner, depth, name)?;
        if !is_read {
            option.clear();
        }
        Some(is_read)
    }

    /// Like [`fill`](Self::fill), where a call does not matter.
    fn fill_apart(
        &mut self,
        slot: Slot<'_>,
        scanner: &mut JsonScanner<'_>,
        depth: usize,
        name: &str,
    ) -> Option<bool> {
        self.fill(slot, scanner, depth, name)
    }

    /// Reads the rest of an object, behind its brace. Returns whether it has what it needs.
    #[inline(never)]
    fn fill_object(
        &mut self,
        object: &mut dyn ObjectSlot,
        scanner: &mut JsonScanner<'_>,
        depth: usize,
        name: &str,
    ) -> Option<bool> {
        let mut read = 0;
        let mut first = scanner.next()?;
        while first != b'}' {
            (first == b'"').then_some(())?;
            let key = scanner.string()?;
            (scanner.next()? == b':').then_some(())?;
            self.take_room()?;
            let mut bit = 0;
            match object.field(&key, &mut bit) {
                Slot::Unknown => {
                    let value = &mut UnreadText { reading: self, scanner, depth, key: &key };
                    let fits = object.other(&key, value)?;
                    self.note(fits, name);
                }
                slot => {
                    if self.fill(slot, scanner, depth, &key)? {
                        read |= bit;
                    }
                }
            }
            match scanner.next()? {
                b',' => first = scanner.next().filter(|next| *next != b'}')?,
                end => first = Some(end).filter(|end| *end == b'}')?,
            }
        }
        Some(object.missing(read).is_none())
    }

    /// Reads the rest of a list, behind its bracket. Items without a value are left out.
    #[inline(never)]
    fn fill_list(
        &mut self,
        list: &mut dyn ListSlot,
        scanner: &mut JsonScanner<'_>,
        depth: usize,
        name: &str,
    ) -> Option<()> {
        if scanner.skip_if(b']') {
            return Some(());
        }
        loop {
            self.take_room()?;
            let is_read = self.fill(list.item()?, scanner, depth, name)?;
            if !is_read {
                list.remove_item();
                self.note(false, name);
            }
            match scanner.next()? {
                b',' => {}
                end => return (end == b']').then_some(()),
            }
        }
    }
}

/// The value of a field in text.
struct UnreadText<'a, 'b> {
    reading: &'a mut Reading,
    scanner: &'a mut JsonScanner<'b>,
    depth: usize,
    key: &'a str,
}

impl UnreadValue for UnreadText<'_, '_> {
    fn read_into(&mut self, slot: Slot<'_>) -> Option<bool> {
        self.reading.fill_apart(slot, self.scanner, self.depth, self.key)
    }

    fn skip(&mut self) -> Option<bool> {
        self.scanner.skip()?;
        Some(true)
    }
}

fn number(text: &str) -> Option<Plain> {
    if let Ok(number) = text.parse() {
        return Some(Plain::Unsigned(number));
    }
    let number = serde_json::from_str::<Number>(text).ok()?;
    Some(match number.as_i64() {
        Some(number) => Plain::Signed(number),
        None => Plain::Float(number.as_f64()?),
    })
}

/// Reads text that is one JSON value. Returns whether the slot has a value now; `None` if the text
/// is not JSON, and beyond [`MAX_VALUES`].
pub(crate) fn read_text(slot: Slot<'_>, text: &str) -> Option<bool> {
    Reading::default().read(slot, text)
}

/// Reads text that is one JSON value. `None` if anything in it has the wrong shape as well.
pub(crate) fn read_whole<T: Lenient>(text: &str) -> Option<T> {
    let mut value = T::empty();
    let mut reading = Reading::default();
    let is_read = reading.read(value.slot(), text)?;
    (is_read && reading.misfit.is_none()).then_some(value)
}
