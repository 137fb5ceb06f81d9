//! Content-Length frames, which delimit JSON-RPC messages in a byte stream.

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::error::{Error, ErrorKind, Result};
use crate::excerpt::Excerpt;
use crate::json_text::push_number;

/// Default maximum size of a frame: 256 MiB.
pub(crate) const FRAME_LIMIT: usize = 256 * 1024 * 1024;

const NAME: &[u8] = b"Content-Length";
const END: &[u8] = b"\r\n\r\n";
const BUFFER: usize = 64 * 1024;
const HEADER_LIMIT: usize = 8 * 1024;
const PREALLOCATED: usize = 32 * 1024 * 1024;

/// Reads frames from a byte stream through one reused buffer.
#[derive(Debug)]
pub(crate) struct FrameReader<R> {
    io: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    large: Vec<u8>,
    limit: usize,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    pub(crate) fn new(io: R, limit: usize) -> Self {
        Self { io, buffer: vec![0; BUFFER], start: 0, end: 0, large: Vec::new(), limit }
    }

    /// Reads the body of the next frame. Returns `None` if the stream ended between two frames.
    pub(crate) async fn next(&mut self) -> Result<Option<&[u8]>> {
        self.large = Vec::new();
        let Some((header, length)) = self.header().await? else { return Ok(None) };
        if length > self.limit {
            return Err(protocol(format!(
                "a frame of {length} bytes is larger than the limit of {} bytes; raise it with \
                 `frame_limit`",
                self.limit
            )));
        }
        self.start += header;
        if length > self.buffer.len() {
            self.read_large(length).await?;
            return Ok(Some(&self.large));
        }
        while self.end - self.start < length {
            if self.fill().await? == 0 {
                return Err(truncated());
            }
        }
        let body = self.start..self.start + length;
        self.start = body.end;
        Ok(self.buffer.get(body))
    }

    /// Reads until a whole header block is buffered. Returns its length and that of the body.
    async fn header(&mut self) -> Result<Option<(usize, usize)>> {
        let mut searched = 0;
        loop {
            let held = self.buffer.get(self.start..self.end).unwrap_or_default();
            if let Some(found) = only_length(held) {
                return Ok(Some(found));
            }
            if let Some(header) = end_of_header(held, searched) {
                let block = held.get(..header).unwrap_or_default();
                return content_length(block).map(|length| Some((header, length)));
            }
            if held.len() > HEADER_LIMIT {
                return Err(not_a_header(held));
            }
            searched = held.len();
            if self.fill().await? == 0 {
                let held = self.buffer.get(self.start..self.end).unwrap_or_default();
                return ended_with(held).map_or(Ok(None), Err);
            }
        }
    }

    async fn fill(&mut self) -> Result<usize> {
        if self.start > 0 && (self.start == self.end || self.end == self.buffer.len()) {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let free = self.buffer.get_mut(self.end..).unwrap_or_default();
        let count = self.io.read(free).await.map_err(unreadable)?;
        self.end += count;
        Ok(count)
    }

    /// Reads a frame larger than the buffer into its own allocation, which grows as bytes arrive.
    async fn read_large(&mut self, length: usize) -> Result<()> {
        let mut body = Vec::with_capacity(length.min(PREALLOCATED));
        body.extend_from_slice(self.buffer.get(self.start..self.end).unwrap_or_default());
        (self.start, self.end) = (0, 0);
        let missing = (length - body.len()) as u64;
        let count =
            (&mut self.io).take(missing).read_to_end(&mut body).await.map_err(unreadable)?;
        if (count as u64) < missing {
            return Err(truncated());
        }
        self.large = body;
        Ok(())
    }
}

/// Appends one frame that holds `body` to `out`.
#[cfg(any(test, feature = "testing"))]
pub(crate) fn write_frame(out: &mut Vec<u8>, body: &[u8]) {
    write_parts(out, &[body]);
}

/// Appends one frame to `out`, whose body is given in parts.
pub(crate) fn write_parts(out: &mut Vec<u8>, body: &[&[u8]]) {
    let length = body.iter().map(|part| part.len()).sum::<usize>();
    out.reserve(length + 32);
    out.extend_from_slice(b"Content-Length: ");
    push_number(out, length as u64);
    out.extend_from_slice(END);
    for part in body {
        out.extend_from_slice(part);
    }
}

/// The length of a header block that consists of nothing but `Content-Length: 123`, as that of the
/// CLI does, and the length that it tells.
fn only_length(held: &[u8]) -> Option<(usize, usize)> {
    let value = held.strip_prefix(b"Content-Length: ")?;
    let digits = value.iter().take(18).take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = value.split_at_checked(digits)?;
    let length = number.iter().fold(0, |length, digit| 10 * length + usize::from(digit - b'0'));
    (digits > 0 && rest.starts_with(END)).then_some((NAME.len() + 2 + digits + END.len(), length))
}

/// The end of the header block at the start of `held`; the first `searched` bytes are known not to
/// contain it.
fn end_of_header(held: &[u8], searched: usize) -> Option<usize> {
    let from = searched.saturating_sub(3);
    held.get(from..)?.windows(4).position(|window| window == END).map(|at| from + at + 4)
}

/// The error of a stream that ended within a header.
fn ended_with(held: &[u8]) -> Option<Error> {
    if held.trim_ascii().is_empty() {
        return None;
    }
    let is_header = held.split(|byte| *byte == b'\n').any(|line| length_of(line).is_some());
    let last = held.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_cut = NAME.get(..last.len()).is_some_and(|start| start.eq_ignore_ascii_case(last));
    Some(if is_header || (is_cut && !last.is_empty()) { truncated() } else { not_a_header(held) })
}

fn content_length(header: &[u8]) -> Result<usize> {
    let mut lengths = header.split(|byte| *byte == b'\n').filter_map(length_of);
    let Some(length) = lengths.next() else { return Err(not_a_header(header)) };
    if let Some(other) = lengths.find(|other| *other != length) {
        return Err(protocol(format!(
            "a frame has two lengths: `{}` and `{}`",
            Excerpt::of_bytes(length),
            Excerpt::of_bytes(other)
        )));
    }
    // Stricter than the standard library's number syntax, which allows a sign.
    let digits = length.iter().all(u8::is_ascii_digit).then_some(length);
    digits.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok()).ok_or_else(|| {
        let length = Excerpt::of_bytes(length);
        protocol(format!("a frame's Content-Length is not a number of bytes: `{length}`"))
    })
}

/// The value of a Content-Length line.
fn length_of(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(colon)?;
    let is_length = name.trim_ascii().eq_ignore_ascii_case(NAME);
    is_length.then(|| value.get(1..).unwrap_or_default().trim_ascii())
}

fn not_a_header(bytes: &[u8]) -> Error {
    protocol(format!(
        "expected a Content-Length header, found `{}`: is this a Copilot CLI that was started \
         with --headless --stdio?",
        Excerpt::of_bytes(bytes)
    ))
}

fn truncated() -> Error {
    Error::new(ErrorKind::Closed, "the connection ended in the middle of a frame")
}

fn unreadable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Closed, "the connection cannot be read any more").with_source(error)
}

fn protocol(message: String) -> Error {
    Error::new(ErrorKind::Protocol, message)
}

#[cfg(test)]
mod tests;
