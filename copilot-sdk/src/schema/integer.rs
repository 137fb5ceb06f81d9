//! Large integers, which JSON cannot carry safely, and their representation as decimal strings.
//!
//! The CLI passes numbers from the model to a tool as 64-bit floats: an integer beyond 2^53 - 1 may
//! arrive with different digits.

use serde_json::{Map, Value};

use super::walk::each_child_mut;

/// 2^53 - 1, the largest integer guaranteed to arrive unchanged.
pub(super) const MAX_EXACT: u64 = 9_007_199_254_740_991;

/// Number of digits of [`MAX_EXACT`].
const DIGITS: usize = 16;

/// Maximum number of digits of a string read as an integer; a 128-bit integer has 39.
const LONGEST: usize = 64;

/// Whether an integer literal, such as `-12`, is beyond [`MAX_EXACT`].
pub(super) fn is_inexact(literal: &str) -> bool {
    let digits = literal.trim_start_matches('-');
    let is_integer = digits.bytes().all(|byte| byte.is_ascii_digit());
    is_integer && digits.parse::<u64>().map_or(true, |integer| integer > MAX_EXACT)
}

/// Whether `text` has enough digits in a row for an integer beyond [`MAX_EXACT`].
pub(super) fn may_be_inexact(text: &str) -> bool {
    // Of so many in a row, one stands at a multiple of that number.
    let bytes = text.as_bytes();
    bytes.iter().enumerate().skip(DIGITS - 1).step_by(DIGITS).any(|(at, byte)| {
        byte.is_ascii_digit() && {
            let (before, after) = bytes.split_at(at);
            let is_digit = |byte: &&u8| byte.is_ascii_digit();
            let before = before.iter().rev().take_while(is_digit).count();
            before + after.iter().take_while(is_digit).count() >= DIGITS
        }
    })
}

/// The number represented by a string of digits, as JSON, or `None` if the schema `node` does not
/// accept integers as strings.
pub(super) fn in_string(text: &str, node: &Map<String, Value>) -> Option<String> {
    if !takes_strings(node) {
        return None;
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let is_decimal =
        (1..=LONGEST).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let significant = digits.trim_start_matches('0');
    is_decimal.then(|| match significant {
        "" => "0".to_owned(),
        significant => format!("{sign}{significant}"),
    })
}

/// Whether the schema is of an integer of 64 or 128 bits, or of one turned into a string. An
/// integer without a format, in a hand-written schema, has unknown width.
fn takes_strings(node: &Map<String, Value>) -> bool {
    let format = node.get("format").and_then(Value::as_str);
    let is = |ty: &str| match node.get("type") {
        Some(Value::Array(types)) => types.iter().any(|other| other == ty),
        Some(other) => other == ty,
        None => false,
    };
    match format {
        Some(format) if is("string") => is_format(format),
        Some("int8" | "int16" | "int32" | "uint8" | "uint16" | "uint32") => false,
        _ => is("integer"),
    }
}

/// Whether schemars gives integers this format.
pub(super) fn is_format(format: &str) -> bool {
    let bits = format.strip_prefix("uint").or_else(|| format.strip_prefix("int"));
    bits.is_some_and(|bits| ["", "8", "16", "32", "64", "128"].contains(&bits))
}

/// The range of an integer format, if it fits into 128 bits.
pub(super) fn range(format: &str) -> Option<[i128; 2]> {
    Some(match format {
        "int8" => [i8::MIN.into(), i8::MAX.into()],
        "int16" => [i16::MIN.into(), i16::MAX.into()],
        "int32" => [i32::MIN.into(), i32::MAX.into()],
        "int64" | "int" => [i64::MIN.into(), i64::MAX.into()],
        "int128" => [i128::MIN, i128::MAX],
        "uint8" => [0, u8::MAX.into()],
        "uint16" => [0, u16::MAX.into()],
        "uint32" => [0, u32::MAX.into()],
        "uint64" | "uint" => [0, u64::MAX.into()],
        _ => return None,
    })
}

/// Turns every integer in `schema` into a string of digits. Returns `false` if there is none.
pub(super) fn write_as_strings(schema: &mut Value) -> bool {
    let mut found = false;
    each_child_mut(schema, &mut |child| found |= write_as_strings(child));
    let Value::Object(node) = schema else { return found };
    let Some(format) = node.get("format").and_then(Value::as_str).filter(|text| is_format(text))
    else {
        return found;
    };
    let digits = if format.starts_with('u') { "^[0-9]+$" } else { "^-?[0-9]+$" };
    node.insert("pattern".to_owned(), digits.into());
    for limit in ["minimum", "maximum"] {
        node.remove(limit);
    }
    match node.get_mut("type") {
        Some(Value::Array(types)) => {
            types.iter_mut().filter(|ty| *ty == "integer").for_each(|ty| *ty = "string".into());
        }
        Some(ty) => *ty = "string".into(),
        None => {}
    }
    if let Some(default) = node.get_mut("default").filter(|default| default.is_number()) {
        *default = default.to_string().into();
    }
    true
}

/// Describes how to write large integers, and removes the integer formats, which providers do not
/// know.
pub(super) fn describe_all(schema: &mut Value) {
    each_child_mut(schema, &mut describe_all);
    let Value::Object(node) = schema else { return };
    if takes_large(node) {
        let own = node.get("description").and_then(Value::as_str).unwrap_or_default().trim_end();
        let newline = if own.is_empty() { "" } else { "\n" };
        let text = format!("{own}{newline}Above {MAX_EXACT} write a decimal string.");
        node.insert("description".to_owned(), text.into());
    }
    if node.get("format").and_then(Value::as_str).is_some_and(is_format) {
        node.remove("format");
    }
}

/// Whether the schema is of an integer of 64 or 128 bits that may be beyond [`MAX_EXACT`]. Sizes
/// and counts (`usize`, `isize`) are assumed not to be.
fn takes_large(node: &Map<String, Value>) -> bool {
    let wide = matches!(
        node.get("format").and_then(Value::as_str),
        Some("int64" | "uint64" | "int128" | "uint128")
    );
    let within = |key: &str| {
        let limit = node.get(key).and_then(Value::as_number).and_then(serde_json::Number::as_i128);
        limit.is_some_and(|limit| limit.unsigned_abs() <= u128::from(MAX_EXACT))
    };
    let is_string = node.get("type").is_some_and(|ty| ty == "string");
    wide && !is_string && !(within("minimum") && within("maximum"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_integers_beyond_two_to_the_53_are_inexact() {
        for exact in ["0", "-9007199254740991", "9007199254740991", "1e300", "9007199254740993.5"] {
            assert!(!is_inexact(exact), "{exact}");
        }
        for inexact in
            ["9007199254740992", "-9007199254740992", "340282366920938463463374607431768211455"]
        {
            assert!(is_inexact(inexact), "{inexact}");
            assert!(may_be_inexact(&format!("[{inexact}]")), "{inexact}");
        }
        assert!(!may_be_inexact("[123456789012345,123456789012345]"));
        for before in 0..40 {
            let text = |digits: usize| format!("{}{}x", " ".repeat(before), "7".repeat(digits));
            let found = [0, 15, 16, 17, 40].map(|digits| may_be_inexact(&text(digits)));
            assert_eq!(found, [false, false, true, true, true], "{before}");
        }
    }

    #[test]
    fn strings_of_digits_stand_for_wide_integers_only() {
        let node = |schema: Value| schema.as_object().cloned().unwrap_or_default();
        let wide = node(json!({"type": ["integer", "null"], "format": "int64"}));
        for (text, number) in [
            ("12", Some("12")),
            ("-007", Some("-7")),
            ("-0", Some("0")),
            ("+1", None),
            ("1.0", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(in_string(text, &wide).as_deref(), number, "{text}");
        }
        assert_eq!(in_string(&"1".repeat(65), &wide), None);
        for (schema, takes) in [
            (json!({"type": "integer", "format": "uint32"}), false),
            (json!({"type": "integer"}), true),
            (json!({"type": "string"}), false),
            (json!({"type": "string", "format": "uint32"}), true),
            (json!({"type": "string", "format": "date"}), false),
            (json!({"type": "number", "format": "double"}), false),
        ] {
            assert_eq!(in_string("1", &node(schema.clone())).is_some(), takes, "{schema}");
        }
    }
}
