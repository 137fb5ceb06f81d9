//! Output of a child, split into lines of bounded length.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Bytes kept of one line; the rest is dropped.
pub(super) const LINE_LIMIT: usize = 1024;
/// Number of lines kept of a stream.
pub(super) const TAIL_LINES: usize = 64;

/// Splits bytes into lines and truncates long ones.
#[derive(Default)]
pub(super) struct Lines {
    line: Vec<u8>,
    cut: bool,
}

/// The last lines of a stream, which a thread reads to its end so that the child never blocks on
/// it.
#[derive(Clone, Default)]
pub(super) struct Tail(Arc<SharedTail>);

#[derive(Default)]
struct SharedTail {
    state: Mutex<TailState>,
    ended: Condvar,
}

#[derive(Default)]
struct TailState {
    lines: VecDeque<String>,
    partial: Lines,
    ended: bool,
}

impl Lines {
    pub(super) fn push(&mut self, bytes: &[u8], mut each: impl FnMut(String)) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, complete) = match piece.split_last() {
                Some((b'\n', text)) => (text, true),
                _ => (piece, false),
            };
            let room = LINE_LIMIT.saturating_sub(self.line.len());
            self.line.extend(text.iter().take(room));
            self.cut |= text.len() > room;
            if complete {
                each(self.text());
                self.line.clear();
                self.cut = false;
            }
        }
    }

    /// The unfinished line.
    pub(super) fn text(&self) -> String {
        let mut text = String::from_utf8_lossy(&self.line).trim_end_matches('\r').to_owned();
        if self.cut {
            text.push_str(" ...");
        }
        text
    }
}

impl Tail {
    /// Reads `stream` to its end.
    pub(super) fn follow(&self, mut stream: impl Read + Send + 'static) -> std::io::Result<()> {
        let tail = self.clone();
        let body = move || {
            let mut buffer = [0_u8; 4096];
            loop {
                match stream.read(&mut buffer) {
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                    Ok(0) | Err(_) => break,
                    Ok(count) => tail.push(buffer.get(..count).unwrap_or_default()),
                }
            }
            tail.state().ended = true;
            tail.0.ended.notify_all();
        };
        thread::Builder::new().name("copilot-stderr".to_owned()).spawn(body).map(drop)
    }

    /// The lines kept, oldest first.
    pub(super) fn text(&self) -> String {
        let state = self.state();
        let partial = state.partial.text();
        let lines: Vec<&str> =
            state.lines.iter().map(String::as_str).chain([partial.as_str()]).collect();
        lines.join("\n").trim_end().to_owned()
    }

    /// Waits until the stream has ended, for at most `limit`.
    pub(super) fn wait_for_end(&self, limit: Duration) {
        // After a timeout, the lines read so far are used.
        drop(self.0.ended.wait_timeout_while(self.state(), limit, |state| !state.ended));
    }

    fn push(&self, bytes: &[u8]) {
        let TailState { lines, partial, .. } = &mut *self.state();
        partial.push(bytes, |line| {
            if lines.len() == TAIL_LINES {
                lines.pop_front();
            }
            lines.push_back(line);
        });
    }

    fn state(&self) -> MutexGuard<'_, TailState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{LINE_LIMIT, Lines, TAIL_LINES, Tail};

    #[test]
    fn lines_are_the_same_however_the_bytes_are_cut() {
        let text = "one\r\ntwo\n\nthree";
        for size in 1..=text.len() {
            let mut lines = Lines::default();
            let mut seen = Vec::new();
            for chunk in text.as_bytes().chunks(size) {
                lines.push(chunk, |line| seen.push(line));
            }
            assert_eq!(
                (seen, lines.text()),
                (vec!["one".into(), "two".into(), String::new()], "three".into())
            );
        }
    }

    #[test]
    fn the_tail_keeps_the_last_lines_in_order() {
        let tail = Tail::default();
        for number in 0..1000 {
            tail.push(format!("line {number}\n").as_bytes());
        }
        tail.push(b"unfinished \xff");
        let mut expected: Vec<String> =
            (1000 - TAIL_LINES..1000).map(|number| format!("line {number}")).collect();
        expected.push("unfinished \u{fffd}".to_owned());
        assert_eq!(tail.text(), expected.join("\n"));
    }

    #[test]
    fn a_line_without_end_is_kept_to_its_limit() {
        let tail = Tail::default();
        for _ in 0..1000 {
            tail.push(&[b'x'; 1000]);
        }
        assert_eq!(tail.text(), format!("{} ...", "x".repeat(LINE_LIMIT)));
        tail.push(b"\nnext\n");
        assert_eq!(tail.text(), format!("{} ...\nnext", "x".repeat(LINE_LIMIT)));
    }
}
