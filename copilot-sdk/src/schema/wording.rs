//! Values in messages for the model, truncated if long.

use std::borrow::Cow;
use std::io;

use serde_json::Value;

/// Maximum length of a value in a message, in characters.
const SHOWN: usize = 60;

/// `value` as JSON. Serialization stops at the length limit, so large values are cheap.
pub(super) fn shown(value: &Value) -> String {
    let mut head = Beginning(Vec::new());
    let complete = serde_json::to_writer(&mut head, value).is_ok();
    let text = String::from_utf8_lossy(&head.0);
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None if complete => text.into_owned(),
        None => format!("{text}..."),
    }
}

/// `one of "a", "b"`, or the single value.
pub(super) fn choice(values: &[Value]) -> String {
    let list: Vec<String> = values.iter().map(shown).collect();
    if list.len() == 1 { list.concat() } else { format!("one of {}", list.join(", ")) }
}

/// The first `limit` characters of `text`.
pub(super) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()).into(),
        None => text.into(),
    }
}

/// `a, b or c`.
pub(super) fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A writer that fails beyond the length limit.
struct Beginning(Vec<u8>);

impl io::Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A character has at most four bytes.
        let room = (4 * (SHOWN + 1)).saturating_sub(self.0.len());
        if room == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.0.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_and_a_short_one_is_whole() {
        assert_eq!(shown(&Value::from("a\"b")), r#""a\"b""#);
        assert_eq!(shown(&Value::from("ü".repeat(58))), format!("\"{}\"", "ü".repeat(58)));
        assert_eq!(shown(&Value::from("ü".repeat(59))), format!("\"{}...", "ü".repeat(59)));
        assert_eq!(
            shown(&Value::from("\u{1}".repeat(1000))),
            format!("\"{}\\u000...", "\\u0001".repeat(9))
        );
        assert_eq!(cut("aüb", 2), "aü...");
        assert_eq!(cut("aüb", 3), "aüb");
    }
}
