//! Text and numbers, written as JSON.

/// Whether text stands in JSON as it is.
pub(crate) fn is_plain(text: &str) -> bool {
    let (words, rest) = text.as_bytes().as_chunks();
    !words.iter().any(|word| needs_escape(u64::from_ne_bytes(*word)))
        && !rest.iter().any(|byte| matches!(byte, ..b' ' | b'"' | b'\\'))
}

/// Whether one of eight bytes is a quote, a backslash or below the blank.
fn needs_escape(bytes: u64) -> bool {
    const EACH: u64 = u64::MAX / 0xff;
    // Sets the upper bit of each byte below a limit. A borrow can set others only above such a one.
    let below = |bytes: u64, limit: u8| bytes.wrapping_sub(EACH * u64::from(limit)) & !bytes;
    let is = |byte: u8| below(bytes ^ (EACH * u64::from(byte)), 1);
    (below(bytes, b' ') | is(b'"') | is(b'\\')) & (EACH << 7) != 0
}

/// Appends text as JSON.
pub(crate) fn push_text(json: &mut Vec<u8>, text: &str) {
    if !is_plain(text) {
        // Writing text to a `Vec` is infallible.
        let _ = serde_json::to_writer(json, text);
        return;
    }
    json.push(b'"');
    json.extend_from_slice(text.as_bytes());
    json.push(b'"');
}

/// Appends the digits of a number.
pub(crate) fn push_number(json: &mut Vec<u8>, number: u64) {
    if number >= 10 {
        push_number(json, number / 10);
    }
    json.push(b'0' + (number % 10) as u8);
}

#[cfg(test)]
mod tests {
    use super::{push_number, push_text};

    #[test]
    fn text_is_written_as_serde_json_writes_it() {
        for byte in 0..=255_u8 {
            for (before, after) in [(0, 0), (1, 0), (0, 7), (7, 0), (3, 12), (16, 5), (40, 1)] {
                let (before, after) = ("~".repeat(before), " ".repeat(after));
                let text = format!("{before}{}{after}", char::from(byte));
                let mut json = b",".to_vec();
                push_text(&mut json, &text);
                let expected = format!(",{}", serde_json::to_string(&text).unwrap());
                assert_eq!(String::from_utf8(json).unwrap(), expected);
            }
        }
    }

    #[test]
    fn numbers_are_written_with_all_their_digits() {
        for number in [0, 7, 10, 99, 100, 1_234_567_890, u64::MAX] {
            let mut json = Vec::new();
            push_number(&mut json, number);
            assert_eq!(String::from_utf8(json).unwrap(), number.to_string());
        }
    }
}
