//! JSON text, taken apart in one pass and without a copy.

use std::borrow::Cow;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    Deserialize, DeserializeOwned, DeserializeSeed, IntoDeserializer, MapAccess, Visitor,
};
use serde::{Deserializer, forward_to_deserialize_any};
use serde_json::Error;
use serde_json::value::RawValue;

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

/// The objects and lists around a value, one bit for each.
struct Nesting {
    /// The innermost ones, behind a bit that is set.
    inner: u64,
    /// Those beyond, 63 in each.
    outer: Vec<u64>,
}

impl Nesting {
    fn new() -> Self {
        Self { inner: 1, outer: Vec::new() }
    }

    fn push(&mut self, is_object: bool) {
        if self.inner >> 63 == 1 {
            self.outer.push(self.inner);
            self.inner = 1;
        }
        self.inner = self.inner << 1 | u64::from(is_object);
    }

    fn pop(&mut self) {
        self.inner >>= 1;
        if self.inner == 1 {
            self.inner = self.outer.pop().unwrap_or(1);
        }
    }

    /// Whether the innermost one is an object.
    fn last(&self) -> Option<bool> {
        (self.inner > 1).then_some(self.inner & 1 == 1)
    }
}

/// Text that is known to be one JSON value, without blanks around it.
fn checked(text: &str) -> Option<&RawValue> {
    <&RawValue>::deserialize(Checked(text)).or_else(|_| serde_json::from_str(text)).ok()
}

/// Hands out the text where raw JSON is asked for.
struct Checked<'a>(&'a str);

impl<'de> Deserializer<'de> for Checked<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        // Raw JSON is a map with one member, whose name is that of the type.
        visitor.visit_map(OneMember { name: Some(name), value: self.0 })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct OneMember<'a> {
    name: Option<&'static str>,
    value: &'a str,
}

impl<'de> MapAccess<'de> for OneMember<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        self.name.take().map(|name| seed.deserialize(name.into_deserializer())).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(BorrowedStrDeserializer::new(self.value))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize as _;
    use serde_json::value::RawValue;

    use super::{Checked, JsonScanner, whole_value};

    const VALUES: [&str; 28] = [
        "null",
        "true",
        " false ",
        "0",
        "-0",
        "-12.50e+07",
        "1E9",
        "1e999",
        "12345678901234567890123",
        r#""""#,
        r#""plain text of more than sixteen bytes""#,
        r#""é \" \\ \/ \b\f\n\r\t \u00e9\ud83d\ude00""#,
        r#""\ud800""#,
        "[]",
        " [ ] ",
        "[1]",
        "[1 , [2,[ ]],\"3\"]",
        "{}",
        "{ }",
        r#"{"a":1}"#,
        r#" { "a" : 1 , "a" : { "b" : [ { } ] } , "" : null } "#,
        r#"{"long enough to fill a word, and then some more":"a\\"}"#,
        r#"{"a":[{"b":{"c":[[],[{}]]}}],"d":-1.5}"#,
        r#"[{"a":{}},{"a":[]},[[[]]]]"#,
        "\"tab\tinside\"",
        "01",
        "1.",
        "-",
    ];

    fn assert_as_serde_json(text: &str) {
        let expected = serde_json::from_str::<&RawValue>(text).ok();
        assert_eq!(whole_value(text).map(RawValue::get), expected.map(RawValue::get), "{text:?}");
    }

    #[test]
    fn it_accepts_what_serde_json_accepts() {
        for value in VALUES {
            assert_as_serde_json(value);
            for end in (0..value.len()).filter(|end| value.is_char_boundary(*end)) {
                let (start, rest) = value.split_at(end);
                assert_as_serde_json(start);
                for byte in (0..128_u8).map(char::from) {
                    assert_as_serde_json(&format!("{start}{byte}{rest}"));
                    let tail: String = rest.chars().skip(1).collect();
                    assert_as_serde_json(&format!("{start}{byte}{tail}"));
                }
            }
        }
        for one in VALUES {
            for other in VALUES {
                for text in [
                    format!("[{one},{other}]"),
                    format!(r#"{{"a":{one},"b":{other}}}"#),
                    format!("{one}{other}"),
                    format!("{{{one}:{other}}}"),
                    format!("[{one}{other}]"),
                ] {
                    assert_as_serde_json(&text);
                }
            }
        }
    }

    #[test]
    fn a_value_may_be_nested_without_bound() {
        for depth in [1, 63, 64, 65, 127, 128, 129, 200, 100_000] {
            let kinds = |number: usize| number.is_multiple_of(3) || number % 7 == 1;
            let starts = (0..depth).map(|number| if kinds(number) { "[" } else { "{\"a\":" });
            let ends = (0..depth).rev().map(|number| if kinds(number) { "]" } else { "}" });
            let (starts, ends): (String, String) = (starts.collect(), ends.collect());
            let text = format!("{starts}1{ends}");
            assert_eq!(whole_value(&text).map(RawValue::get), Some(&*text), "{depth}");
            assert!(whole_value(&format!("{starts}1{}", ends.get(1..).unwrap())).is_none());
            assert!(whole_value(&format!("{text}]")).is_none());
            let wrong: String = ends.chars().rev().collect();
            assert_eq!(whole_value(&format!("{starts}1{wrong}")).is_some(), wrong == ends);
        }
    }

    #[test]
    fn parts_of_a_value_are_taken_one_by_one() {
        let mut scanner = JsonScanner::new(r#" "a\u00e9" : -1.5e3 , true [ {"b": "]"} ] x"#);
        assert_eq!(scanner.next(), Some(b'"'));
        assert_eq!(scanner.string().as_deref(), Some("aé"));
        assert_eq!((scanner.next(), scanner.next()), (Some(b':'), Some(b'-')));
        assert_eq!(scanner.number(b'-'), Some("-1.5e3"));
        assert_eq!((scanner.next(), scanner.next()), (Some(b','), Some(b't')));
        assert_eq!(scanner.word("rue"), Some(()));
        assert_eq!(scanner.raw().map(RawValue::get), Some(r#"[ {"b": "]"} ]"#));
        assert_eq!((scanner.end(), scanner.skip()), (None, None));
    }

    #[test]
    fn checked_text_becomes_raw_json_without_another_pass() {
        // Not JSON, to see that it is not read.
        let raw = <&RawValue>::deserialize(Checked("{[}")).unwrap();
        assert_eq!(raw.get(), "{[}");
    }
}
