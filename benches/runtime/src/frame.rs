//! Frames, and what can be learned of a message without parsing it.

use std::io::{self, BufRead, Read};

/// Reads the body of the next frame; `false` at the end.
pub fn read(input: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<bool> {
    let (mut length, mut line) = (0_u64, String::new());
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(false);
        }
        let header = line.trim_end();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("Content-Length: ") {
            length = value.parse().map_err(io::Error::other)?;
        }
    }
    body.clear();
    input.take(length).read_to_end(body)?;
    Ok(true)
}

/// The value of the first string member of this name, which has no escapes.
pub fn text_of(body: &[u8], name: &str) -> Option<String> {
    let start = find(body, format!("\"{name}\":\"").as_bytes())?;
    let end = start + body[start..].iter().position(|byte| *byte == b'"')?;
    Some(String::from_utf8_lossy(&body[start..end]).into_owned())
}

/// The id of the message, as JSON.
pub fn id(body: &[u8]) -> Option<String> {
    let start = find(body, b"\"id\":")?;
    let end = start + body[start..].iter().position(|byte| matches!(byte, b',' | b'}'))?;
    Some(String::from_utf8_lossy(&body[start..end]).into_owned())
}

/// The place after the first occurrence.
fn find(body: &[u8], what: &[u8]) -> Option<usize> {
    body.windows(what.len()).position(|window| window == what).map(|at| at + what.len())
}
