//! Text and numbers, written as JSON.

/// Whether text stands in JSON as it is.
pub(crate) fn is_plain(text: &str) -> bool {
    // Counted: a search that ends early looks at one byte after the other.
    text.bytes().filter(|byte| matches!(byte, ..b' ' | b'"' | b'\\')).count() == 0
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
