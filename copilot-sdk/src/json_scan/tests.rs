use serde::Deserialize as _;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::checked::Checked;
use super::{JsonScanner, whole_value};

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
    for depth in [1, 62, 63, 64, 65, 125, 126, 127, 128, 189, 190, 200, 100_000] {
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
fn a_value_is_read_as_a_type_and_taken_whether_or_not_it_fits() {
    let mut scanner = JsonScanner::new(r#"[1, null,"a" ,1e999, {"b":{}}x"#);
    assert_eq!(scanner.next(), Some(b'['));
    assert_eq!(scanner.parse::<u8>().unwrap().unwrap(), 1);
    assert_eq!((scanner.next(), scanner.null()), (Some(b','), Some(true)));
    assert_eq!((scanner.next(), scanner.null()), (Some(b','), Some(false)));
    assert!(scanner.parse::<u8>().unwrap().is_err());
    assert_eq!(scanner.next(), Some(b','));
    assert!(scanner.parse::<Value>().unwrap().is_err());
    assert_eq!(scanner.next(), Some(b','));
    assert_eq!(scanner.parse::<Value>().unwrap().unwrap(), json!({"b": {}}));
    assert!(scanner.parse::<Value>().is_none() && JsonScanner::new("nul").null().is_none());
}

#[test]
fn checked_text_becomes_raw_json_without_another_pass() {
    // Not JSON, to see that it is not read.
    let raw = <&RawValue>::deserialize(Checked("{[}")).unwrap();
    assert_eq!(raw.get(), "{[}");
}
