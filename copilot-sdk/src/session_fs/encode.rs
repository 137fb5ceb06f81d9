//! Names as they can stand in a directory of any operating system.

use std::fmt::Write as _;

/// Names that Windows gives to devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The name of a file or directory.
pub(super) fn encode_name(name: &str) -> String {
    encode(name, |byte| byte.is_ascii_alphanumeric())
}

/// The name of a session's directory. Differs for ids that differ in the case of letters alone,
/// which many file systems ignore.
pub(super) fn encode_id(id: &str) -> String {
    encode(id, |byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
}

/// The name that was encoded, or `None` if none was.
pub(super) fn decode(encoded: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => bytes.push(hex(rest.next()?)? * 16 + hex(rest.next()?)?),
            byte => bytes.push(byte),
        }
    }
    let name = String::from_utf8(bytes).ok()?;
    (encode_name(&name) == encoded).then_some(name)
}

fn encode(name: &str, letter: impl Fn(u8) -> bool) -> String {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let is_device = DEVICES.iter().any(|device| stem.starts_with(device)) && stem.len() <= 4;
    let last = name.len().saturating_sub(1);
    let mut encoded = String::with_capacity(name.len());
    for (at, byte) in name.bytes().enumerate() {
        let plain = match byte {
            b'-' | b'_' => true,
            // Windows drops them at the end; of dots alone are the names of other directories.
            b'.' | b' ' => at != last,
            byte => letter(byte),
        };
        if plain && !(at == 0 && is_device) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    // An empty id needs a name as well; no other is encoded like this.
    if encoded.is_empty() { "%".to_owned() } else { encoded }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{decode, encode_id, encode_name};

    #[test]
    fn names_are_written_so_that_no_operating_system_reads_more_into_them() {
        for (name, encoded) in [
            ("events.jsonl", "events.jsonl"),
            (".github", ".github"),
            ("..", ".%2E"),
            ("a b.", "a b%2E"),
            ("100%", "100%25"),
            ("nul.txt", "%6Eul.txt"),
            ("COM1", "%43OM1"),
            ("Console", "Console"),
            ("a/b\\c:d", "a%2Fb%5Cc%3Ad"),
            ("é", "%C3%A9"),
        ] {
            assert_eq!(encode_name(name), encoded);
            assert_eq!(decode(encoded).as_deref(), Some(name), "{encoded}");
        }
        for not_encoded in ["%new-1-0", "%zz", "a%2", "..", "é", "%61"] {
            assert_eq!(decode(not_encoded), None, "{not_encoded}");
        }
    }

    #[test]
    fn ids_that_differ_in_case_have_directories_that_differ() {
        assert_eq!(encode_id("3f2a-x"), "3f2a-x");
        assert_eq!(encode_id("Ab"), "%41b");
        assert_eq!(encode_id("../../etc"), "..%2F..%2Fetc");
        assert_eq!([encode_id(".."), encode_id("")], [".%2E", "%"]);
    }
}
