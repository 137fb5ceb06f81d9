//! Text and numbers, written as JSON.

/// Appends text as JSON. Most text needs no escapes, which is found out for many bytes at a time.
pub(crate) fn push_text(json: &mut Vec<u8>, text: &str) {
    // Not `any`, which looks at one byte after the other.
    let needs_escapes = text
        .bytes()
        .fold(false, |any, byte| any | (byte < b' ') | (byte == b'"') | (byte == b'\\'));
    if needs_escapes {
        // Writing text to a `Vec` is infallible.
        let _ = serde_json::to_writer(json, text);
        return;
    }
    json.push(b'"');
    json.extend_from_slice(text.as_bytes());
    json.push(b'"');
}

/// Appends the digits of a number.
#[expect(clippy::cast_possible_truncation, reason = "one digit")]
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
            for length in [0, 1, 15, 16, 40] {
                let text = format!("{}{}", "x".repeat(length), char::from(byte));
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
