//! The scanner.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde_json::Error;
use serde_json::value::RawValue;

use super::checked::checked;
use super::nesting::Nesting;
use crate::json_text::{plain_length, split_at_quote};

/// Takes JSON values from the front of a text.
///
/// It accepts what `serde_json` accepts. Every method returns `None` where the text is not JSON.
#[derive(Clone, Copy)]
pub(crate) struct JsonScanner<'a> {
    text: &'a str,
    at: usize,
}

/// A text that is one JSON value, with blanks around it at most.
pub(crate) fn whole_value(text: &str) -> Option<&RawValue> {
    let mut scanner = JsonScanner::new(text);
    let value = scanner.raw()?;
    scanner.end()?;
    Some(value)
}

impl<'a> JsonScanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Checks that nothing but blanks is left.
    pub(crate) fn end(&mut self) -> Option<()> {
        self.next().is_none().then_some(())
    }

    /// Takes the next byte that is not a blank.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<u8> {
        let mut byte = self.take()?;
        while let b' ' | b'\n' | b'\t' | b'\r' = byte {
            byte = self.take()?;
        }
        Some(byte)
    }

    /// Takes a byte if it is the next one that is not a blank.
    pub(crate) fn skip_if(&mut self, byte: u8) -> bool {
        let at = self.at;
        let is_next = self.next() == Some(byte);
        if !is_next {
            self.at = at;
        }
        is_next
    }

    /// Takes a value as it is.
    pub(crate) fn raw(&mut self) -> Option<&'a RawValue> {
        let first = self.next()?;
        let start = self.at - 1;
        self.at = self.behind_value(first)?;
        checked(self.text.get(start..self.at)?)
    }

    /// Takes a value.
    pub(crate) fn skip(&mut self) -> Option<()> {
        let first = self.next()?;
        self.skip_rest(first)
    }

    /// Takes the rest of a value, behind its first byte.
    pub(crate) fn skip_rest(&mut self, first: u8) -> Option<()> {
        self.at = self.behind_value(first)?;
        Some(())
    }

    /// Takes a value, which is read as a type. One that does not fit it is taken all the same.
    pub(crate) fn parse<T: DeserializeOwned>(&mut self) -> Option<Result<T, Error>> {
        let rest = self.text.get(self.at..)?;
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        let value = values.next()?;
        match &value {
            Ok(_) => self.at += values.byte_offset(),
            Err(_) => self.skip()?,
        }
        Some(value)
    }

    /// Takes `null`, if it comes next.
    pub(crate) fn null(&mut self) -> Option<bool> {
        if !self.skip_if(b'n') {
            return Some(false);
        }
        self.word("ull").map(|()| true)
    }

    /// Takes the rest of a string, behind its quote.
    #[inline]
    pub(crate) fn string(&mut self) -> Option<Cow<'a, str>> {
        match self.plain_string() {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.escaped_string().map(Cow::Owned),
        }
    }

    /// Takes the rest of a string, if it has no escapes.
    #[inline(never)]
    fn plain_string(&mut self) -> Option<&'a str> {
        let (plain, _) = split_at_quote(self.text.get(self.at..)?)?;
        self.at += plain.len() + 1;
        Some(plain)
    }

    #[cold]
    fn escaped_string(&mut self) -> Option<String> {
        let start = self.at - 1;
        self.at = self.behind_string()?;
        serde_json::from_str(self.text.get(start..self.at)?).ok()
    }

    /// Takes the rest of a number, behind its first byte. Returns the whole.
    pub(crate) fn number(&mut self, first: u8) -> Option<&'a str> {
        let start = self.at - 1;
        self.at = self.behind_number(first)?;
        self.text.get(start..self.at)
    }

    /// Takes the rest of `true`, `false` or `null`.
    pub(crate) fn word(&mut self, rest: &str) -> Option<()> {
        rest.bytes().all(|byte| self.take() == Some(byte)).then_some(())
    }

    /// Takes the rest of a value, behind its first byte, however deep it is. Returns the place
    /// behind it, as do the others below: a scanner that is never borrowed stays in registers.
    fn behind_value(mut self, mut first: u8) -> Option<usize> {
        let mut open = Nesting::new();
        loop {
            match first {
                b'"' => self.skip_string()?,
                b'{' => {
                    first = self.next()?;
                    if first != b'}' {
                        open.push(true);
                        first = self.skip_key(first)?;
                        continue;
                    }
                }
                b'[' => {
                    first = self.next()?;
                    if first != b']' {
                        open.push(false);
                        continue;
                    }
                }
                b't' => self.word("rue")?,
                b'f' => self.word("alse")?,
                b'n' => self.word("ull")?,
                _ => self.at = self.behind_number(first)?,
            }
            // What the value is in may end as well.
            loop {
                let Some(is_object) = open.last() else { return Some(self.at) };
                match (self.next()?, is_object) {
                    (b',', true) => {
                        let quote = self.next()?;
                        first = self.skip_key(quote)?;
                        break;
                    }
                    (b',', false) => {
                        first = self.next()?;
                        break;
                    }
                    (b'}', true) | (b']', false) => open.pop(),
                    _ => return None,
                }
            }
        }
    }

    /// Takes a key and its colon. Returns the byte behind them.
    #[inline]
    fn skip_key(&mut self, first: u8) -> Option<u8> {
        (first == b'"').then_some(())?;
        self.skip_string()?;
        (self.next()? == b':').then_some(())?;
        self.next()
    }

    #[inline]
    fn skip_string(&mut self) -> Option<()> {
        self.at += plain_length(self.text.as_bytes().get(self.at..)?);
        match self.peek()? {
            b'"' => self.at += 1,
            _ => self.at = self.behind_string()?,
        }
        Some(())
    }

    /// Takes the rest of a string that may have escapes.
    #[cold]
    fn behind_string(mut self) -> Option<usize> {
        loop {
            self.at += plain_length(self.text.as_bytes().get(self.at..)?);
            match self.take()? {
                b'"' => return Some(self.at),
                b'\\' => self.skip_escape()?,
                _ => return None,
            }
        }
    }

    fn skip_escape(&mut self) -> Option<()> {
        match self.take()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => (0..4).try_for_each(|_| self.take()?.is_ascii_hexdigit().then_some(())),
            _ => None,
        }
    }

    fn behind_number(mut self, first: u8) -> Option<usize> {
        match if first == b'-' { self.take()? } else { first } {
            b'0' => {}
            b'1'..=b'9' => self.skip_digits(),
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.take().filter(u8::is_ascii_digit)?;
            self.skip_digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.take().filter(u8::is_ascii_digit)?;
            self.skip_digits();
        }
        Some(self.at)
    }

    fn skip_digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    #[inline]
    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}
