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
    fn fill(
        &mut self,
        slot: &mut dyn Slot,
        scanner: &mut JsonScanner<'_>,
        depth: usize,
    ) -> Option<bool> {
        if slot.takes_json() {
            return Some(slot.json(scanner.raw()?));
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
                end => return (end == b']').then_some(fits),
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
