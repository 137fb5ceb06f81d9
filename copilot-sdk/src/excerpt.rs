//! Excerpts of wire data, for errors and log lines.

use std::fmt::{self, Write as _};

/// Default number of characters shown; a log line has room for a few excerpts.
const LENGTH: usize = 120;

/// Displays the start of a text on one line, with the size of the text if it is truncated.
///
/// Control characters are escaped.
#[derive(Clone, Copy)]
pub(crate) struct Excerpt<'a> {
    bytes: &'a [u8],
    length: usize,
}

impl<'a> Excerpt<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    pub(crate) fn of_bytes(bytes: &'a [u8]) -> Self {
        Self { bytes, length: LENGTH }
    }

    /// Sets the number of characters shown.
    pub(crate) fn up_to(self, length: usize) -> Self {
        Self { length, ..self }
    }

    /// The whole text, if it is shown as it is.
    fn plain(&self) -> Option<&'a str> {
        let fits = self.bytes.len() <= self.length;
        let is_plain = fits && self.bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
        if is_plain { std::str::from_utf8(self.bytes).ok() } else { None }
    }

    /// What is displayed.
    pub(crate) fn to_text(self) -> String {
        self.plain().map_or_else(|| self.to_string(), str::to_owned)
    }
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.plain() {
            return f.write_str(text);
        }
        // A character has at most four bytes.
        let start = self.bytes.get(..4 * self.length).unwrap_or(self.bytes);
        let text = String::from_utf8_lossy(start);
        let mut characters = text.chars();
        for character in characters.by_ref().take(self.length) {
            match character {
                '"' | '\'' | '\\' => f.write_char(character)?,
                _ => write!(f, "{}", character.escape_debug())?,
            }
        }
        if characters.next().is_some() {
            write!(f, "... ({} bytes)", self.bytes.len())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    #[test]
    fn a_short_text_is_shown_as_it_is() {
        let text = r#"{"type":"ü","path":"C:\\"}"#;
        assert_eq!(Excerpt::of(text).to_string(), text);
    }

    #[test]
    fn a_long_text_is_cut_and_says_how_long_it_is() {
        let text = "→".repeat(1_000_000);
        let cut = format!("{}... (3000000 bytes)", "→".repeat(120));
        assert_eq!(Excerpt::of(&text).to_string(), cut);
        assert_eq!(Excerpt::of(&text).up_to(2).to_string(), "→→... (3000000 bytes)");
    }

    #[test]
    fn what_a_terminal_acts_upon_is_escaped() {
        let bytes = b"a\x1b[2J\r\n\xe2\x80\xae\xff";
        assert_eq!(Excerpt::of_bytes(bytes).to_string(), "a\\u{1b}[2J\\r\\n\\u{202e}\u{fffd}");
    }
}
