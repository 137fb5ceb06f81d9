//! Text that is JSON, read into slots.

use serde_json::Number;

use super::slot::{Lenient, Slot, finish};
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
}

impl Default for Reading {
    fn default() -> Self {
        Self { room: MAX_VALUES, misfit: None }
    }
}

impl Reading {
    pub(crate) fn take_room(&mut self) -> Option<()> {
        self.room = self.room.checked_sub(1)?;
        Some(())
    }

    pub(super) fn note(&mut self, fits: bool, field: &str) {
        if !fits && self.misfit.is_none() {
            self.misfit = Some(field.to_owned());
        }
    }

    /// Reads text that is one JSON value. `None` if it is not, and beyond [`MAX_VALUES`].
    pub(crate) fn read(&mut self, slot: &mut dyn Slot, text: &str) -> Option<()> {
        let mut scanner = JsonScanner::new(text);
        let fits = self.fill(slot, &mut scanner, MAX_DEPTH)?;
        self.note(fits, "");
        scanner.end()
    }

    /// Reads one JSON value into its slot. Returns whether the slot accepts it.
    #[expect(clippy::inline_always, reason = "most values take less than a call to read them")]
    #[inline(always)]
    fn fill(
        &mut self,
        slot: &mut dyn Slot,
        scanner: &mut JsonScanner<'_>,
        depth: usize,
    ) -> Option<bool> {
        if slot.takes_json() {
            return slot.json(scanner);
        }
        Some(match scanner.next()? {
            b'"' => slot.text(&scanner.string()?),
            b'{' => self.fill_object(slot, scanner, depth.checked_sub(1)?)?,
            b'[' => self.fill_list(slot, scanner, depth.checked_sub(1)?)?,
            b't' => {
                scanner.word("rue")?;
                slot.flag(true)
            }
            b'f' => {
                scanner.word("alse")?;
                slot.flag(false)
            }
            b'n' => {
                scanner.word("ull")?;
                true
            }
            first => fill_number(slot, scanner.number(first)?)?,
        })
    }

    /// Reads the rest of an object, behind its brace.
    #[inline(never)]
    fn fill_object(
        &mut self,
        slot: &mut dyn Slot,
        scanner: &mut JsonScanner<'_>,
        depth: usize,
    ) -> Option<bool> {
        let is_accepted = slot.object();
        let mut first = scanner.next()?;
        while first != b'}' {
            (first == b'"').then_some(())?;
            let key = scanner.string()?;
            (scanner.next()? == b':').then_some(())?;
            self.take_room()?;
            match slot.field(&key) {
                Some(slot) => {
                    let fits = self.fill(slot, scanner, depth)?;
                    self.note(fits, &key);
                }
                None => scanner.skip()?,
            }
            match scanner.next()? {
                b',' => first = scanner.next().filter(|next| *next != b'}')?,
                end => first = Some(end).filter(|end| *end == b'}')?,
            }
        }
        Some(is_accepted && slot.is_whole())
    }

    /// Reads the rest of a list, behind its bracket.
    #[inline(never)]
    fn fill_list(
        &mut self,
        slot: &mut dyn Slot,
        scanner: &mut JsonScanner<'_>,
        depth: usize,
    ) -> Option<bool> {
        let mut fits = slot.list();
        if scanner.skip_if(b']') {
            return Some(fits);
        }
        loop {
            self.take_room()?;
            match slot.item() {
                Some(slot) => fits &= self.fill(slot, scanner, depth)?,
                None => scanner.skip()?,
            }
            match scanner.next()? {
                b',' => {}
                end => return (end == b']').then(|| fits && slot.is_whole()),
            }
        }
    }
}

fn fill_number(slot: &mut dyn Slot, text: &str) -> Option<bool> {
    if let Ok(number) = text.parse() {
        return Some(slot.unsigned(number));
    }
    let number = serde_json::from_str::<Number>(text).ok()?;
    Some(match number.as_i64() {
        Some(number) => slot.signed(number),
        None => slot.float(number.as_f64()?),
    })
}

/// Reads text that is one JSON value. `None` if it is not, and beyond [`MAX_VALUES`].
pub(crate) fn read_text(slot: &mut dyn Slot, text: &str) -> Option<()> {
    Reading::default().read(slot, text)
}

/// Reads text that is one JSON value. `None` if anything in it has the wrong shape as well.
pub(crate) fn read_whole<T: Lenient>(text: &str) -> Option<T> {
    let mut partial = T::Partial::default();
    let mut reading = Reading::default();
    reading.read(&mut partial, text)?;
    reading.misfit.is_none().then(|| finish(partial))?
}
