//! Text of the agent, made safe to display.

use std::fmt::{self, Write as _};

use serde_json::Value;

/// Maximum number of characters shown of a value.
const LONGEST: usize = 200;
/// Maximum number of arguments shown of a call.
const MOST: usize = 100;

/// Escapes characters that are invisible or affect the surrounding text, as `\u{202e}`: control
/// characters, line ends, direction marks and zero-width characters.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        push(&mut shown, character);
    }
    shown
}

/// Like [`visible`], but truncated to 200 characters, with the total number.
pub(crate) fn excerpt(text: &str) -> String {
    cut(text, "")
}

/// The arguments of a call, one per line, with values as JSON.
pub(crate) fn arguments(f: &mut dyn fmt::Write, arguments: Option<&Value>) -> fmt::Result {
    match arguments {
        None | Some(Value::Null) => f.write_str(" without arguments"),
        Some(Value::Object(fields)) if fields.is_empty() => f.write_str(" without arguments"),
        Some(Value::Object(fields)) => {
            for (name, value) in fields.iter().take(MOST) {
                write!(f, "\n  {} = {}", excerpt(name), value_as_json(value))?;
            }
            match fields.len().saturating_sub(MOST) {
                0 => Ok(()),
                more => write!(f, "\n  and {more} more arguments"),
            }
        }
        Some(other) => write!(f, "\n  arguments = {}", value_as_json(other)),
    }
}

/// A value as JSON.
pub(crate) fn value_as_json(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => excerpt(&other.to_string()),
    }
}

/// Like [`excerpt`], between quotes.
pub(crate) fn quoted(text: &str) -> String {
    cut(text, "\"")
}

/// The first characters, with the closing quote restored if they were cut inside quotes.
fn cut(text: &str, quote: &str) -> String {
    let length = text.chars().count();
    let mut shown = quote.to_owned();
    for character in text.chars().take(LONGEST) {
        if !quote.is_empty() && matches!(character, '"' | '\\') {
            shown.push('\\');
        }
        push(&mut shown, character);
    }
    if length > LONGEST {
        // Writing to a string is infallible.
        let _ = write!(shown, "…{quote} ({length} characters)");
    } else {
        shown.push_str(quote);
    }
    shown
}

fn push(shown: &mut String, character: char) {
    match character {
        ' '..='~' => shown.push(character),
        // Tested after a letter, because a combining mark that follows a letter is regular text.
        other => shown.extend(String::from_iter(['x', other]).escape_debug().skip(1)),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use serde_json::{Value, json};

    use super::visible;

    struct Arguments(Option<Value>);

    impl fmt::Display for Arguments {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            super::arguments(f, self.0.as_ref())
        }
    }

    #[test]
    fn what_would_not_be_seen_is_made_visible() {
        for (text, expected) in [
            ("git push --force 'a\\b' \"ü漢\"", "git push --force 'a\\b' \"ü漢\""),
            ("a\tb\r\nc\0", "a\\tb\\r\\nc\\0"),
            ("\u{1b}[2K\u{7}\u{9b}", "\\u{1b}[2K\\u{7}\\u{9b}"),
            ("gpj.\u{202e}exe\u{2066}x\u{200f}", "gpj.\\u{202e}exe\\u{2066}x\\u{200f}"),
            ("a\u{200b}b\u{feff}c\u{ad}d\u{a0}e", "a\\u{200b}b\\u{feff}c\\u{ad}d\\u{a0}e"),
            ("e\u{301} हिन्दी", "e\u{301} हिन्दी"),
        ] {
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn arguments_are_shown_with_their_sizes() {
        let long = "ä".repeat(201);
        let shown = Arguments(Some(json!({
            "text": long, "exact": "b".repeat(200), "n": 7, "flag": null, "quote": "a\"b\\",
            "list": ["x\u{202e}", {"deep": true}], "e\nvil": "", "numbers": vec![1; 1000],
        })));
        let expected = format!(
            "
  e\\nvil = \"\"
  exact = \"{}\"
  flag = null
  list = [\"x\\u{{202e}}\",{{\"deep\":true}}]
  n = 7
  numbers = [{}… (2001 characters)
  quote = \"a\\\"b\\\\\"
  text = \"{}…\" (201 characters)",
            "b".repeat(200),
            "1,".repeat(100).strip_suffix(',').unwrap(),
            "ä".repeat(200),
        );
        assert_eq!(shown.to_string(), expected);
    }

    #[test]
    fn odd_arguments_are_shown_too() {
        for (arguments, expected) in [
            (None, " without arguments"),
            (Some(json!(null)), " without arguments"),
            (Some(json!({})), " without arguments"),
            (Some(json!([1, "a"])), "\n  arguments = [1,\"a\"]"),
        ] {
            assert_eq!(Arguments(arguments).to_string(), expected);
        }
        let many: serde_json::Map<_, _> =
            (0..102).map(|number| (format!("a{number:03}"), json!(number))).collect();
        let shown = Arguments(Some(many.into())).to_string();
        assert!(shown.ends_with("\n  a099 = 99\n  and 2 more arguments"), "{shown}");
    }
}
