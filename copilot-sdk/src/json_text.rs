//! Text and numbers, written as JSON.

/// Whether text stands in JSON as it is.
pub(crate) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (blocks, rest) = bytes.as_chunks();
    if blocks.iter().any(is_marked) {
        return false;
    }
    match bytes.last_chunk() {
        // The end overlaps with the block before.
        Some(last) => !is_marked(last),
        None => !rest.iter().copied().any(needs_escape),
    }
}

/// Splits text at its first quote, if everything before it stands in JSON as it is.
pub(crate) fn split_at_quote(text: &str) -> Option<(&str, &str)> {
    let (plain, rest) = text.split_at_checked(plain_length(text.as_bytes()))?;
    Some((plain, rest.strip_prefix('"')?))
}

/// The number of bytes before the first one that does not stand in JSON text as it is.
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks();
    let mut length = 0;
    for word in words {
        let marks = marks(u64::from_le_bytes(*word));
        if marks != 0 {
            return length + marks.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    length + plain_length_of_end(rest)
}

#[inline(never)]
fn plain_length_of_end(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| needs_escape(*byte)).unwrap_or(bytes.len())
}

fn needs_escape(byte: u8) -> bool {
    matches!(byte, ..b' ' | b'"' | b'\\')
}

/// Whether one of the bytes needs an escape. Without a branch, so that it takes few instructions.
fn is_marked(block: &[u8; 16]) -> bool {
    let marks = block.iter().map(|byte| u8::from(needs_escape(*byte)));
    marks.fold(0, |any, mark| any | mark) != 0
}

/// Sets the upper bit of the first of eight bytes that is a quote, a backslash or below the blank,
/// and of none before it.
fn marks(bytes: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    // Underflows in bytes below the limit. The borrow can mark others only behind such a one.
    let below = |bytes: u64, limit: u8| bytes.wrapping_sub(EACH * u64::from(limit));
    // With this bit flipped, the quote is next to those below the blank.
    let low_or_quote = below(bytes ^ (EACH * 2), b'!');
    let backslash = below(bytes ^ (EACH * u64::from(b'\\')), 1);
    (low_or_quote | backslash) & !bytes & (EACH << 7)
}

/// Appends text as JSON.
pub(crate) fn push_text(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    let mut rest = text.as_bytes();
    while let Some((plain, marked)) = rest.split_at_checked(plain_length(rest)) {
        json.extend_from_slice(plain);
        let Some((byte, after)) = marked.split_first() else { break };
        push_escape(json, *byte);
        rest = after;
    }
    json.push(b'"');
}

fn push_escape(json: &mut Vec<u8>, byte: u8) {
    const HEX: [u8; 16] = *b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        0x08 => b'b',
        0x0c => b'f',
        _ => {
            json.extend_from_slice(br"\u00");
            let digits = [byte >> 4, byte & 15].map(|digit| HEX.get(usize::from(digit)));
            return json.extend(digits.into_iter().flatten());
        }
    };
    json.extend_from_slice(&[b'\\', short]);
}

/// Appends the digits of a number.
pub(crate) fn push_number(json: &mut Vec<u8>, number: u64) {
    json.extend_from_slice(Digits::of(number).as_bytes());
}

/// The digits of a number.
pub(crate) struct Digits {
    /// Filled from its end.
    buffer: [u8; 20],
    start: usize,
}

impl Digits {
    pub(crate) fn of(number: u64) -> Self {
        let mut digits = Self { buffer: [b'0'; 20], start: 20 };
        let mut rest = number;
        for (index, digit) in digits.buffer.iter_mut().enumerate().rev() {
            *digit = b'0' + (rest % 10) as u8;
            digits.start = index;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        digits
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::{is_plain, plain_length, push_number, push_text};

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
                let is_as_it_is = expected.len() == text.len() + 3;
                assert_eq!(is_plain(&text), is_as_it_is, "{text:?}");
                let plain = if is_as_it_is { text.len() } else { before.len() };
                assert_eq!(plain_length(text.as_bytes()), plain, "{text:?}");
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
