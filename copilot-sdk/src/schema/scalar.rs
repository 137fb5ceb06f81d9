//! Types and limits of single values, and their names.

use std::cmp::Ordering;
use std::fmt;

use serde_json::{Map, Number, Value};

use super::found::Found;
use super::integer;
use super::path::Path;

/// 2^53: below this, a float is exactly the number written.
const EXACT: f64 = 9_007_199_254_740_992.0;
/// 2^64: larger numbers are floats here, even if written as integers.
const BIG: f64 = 18_446_744_073_709_551_616.0;

/// A JSON number, or the digits of a string.
#[derive(Clone, Copy)]
pub(super) enum Amount<'a> {
    Number(&'a Number),
    Digits(&'a str),
}

/// Whether `value` is of the type, or one of the types, in `ty`.
pub(super) fn is_of(value: &Value, ty: &Value) -> bool {
    match ty {
        Value::String(ty) => match ty.as_str() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.as_number().is_some_and(is_integer),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => true,
        },
        Value::Array(several) => several.iter().any(|ty| is_of(value, ty)),
        _ => true,
    }
}

/// `an integer`, `a string or null`.
pub(super) fn name(ty: &Value) -> String {
    match ty {
        Value::Array(several) => several.iter().map(name).collect::<Vec<_>>().join(" or "),
        ty => match ty.as_str().unwrap_or_default() {
            "boolean" => "true or false",
            "integer" => "an integer",
            "number" => "a number",
            "string" => "a string",
            "array" => "a list",
            "object" => "an object",
            _ => "null",
        }
        .to_owned(),
    }
}

/// A description of map keys that match `pattern`, with a name for the pattern of whole numbers.
pub(super) fn keys(pattern: &str) -> String {
    match pattern {
        r"^\d+$" | r"^-?\d+$" => "a whole number as the key".to_owned(),
        _ => format!("a key that matches `{pattern}`"),
    }
}

/// The integer value of a float: JSON does not distinguish `5.0` from `5`.
pub(super) fn whole(number: &Number) -> Option<i64> {
    let float = number
        .as_f64()
        .filter(|float| number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT)?;
    // Formatted without its fraction, which is zero.
    format!("{float:.0}").parse().ok()
}

fn is_integer(number: &Number) -> bool {
    !number.is_f64()
        || whole(number).is_some()
        || number.as_f64().is_some_and(|float| float.abs() >= BIG)
}

pub(super) fn in_range(
    amount: Amount<'_>,
    node: &Map<String, Value>,
    path: Path<'_>,
    out: &mut Found,
) {
    type Holds = fn(Ordering) -> bool;
    let limits: [(&str, &str, Holds); 4] = [
        ("minimum", "at least", Ordering::is_ge),
        ("maximum", "at most", Ordering::is_le),
        ("exclusiveMinimum", "more than", Ordering::is_gt),
        ("exclusiveMaximum", "less than", Ordering::is_lt),
    ];
    let mut fits = true;
    for (key, words, holds) in limits {
        let Some(limit) = node.get(key).and_then(Value::as_number) else { continue };
        if amount.compare(limit).is_some_and(|order| !holds(order)) {
            out.limit(path, || format!("expected {words} {limit}, given {amount}"));
            fits = false;
        }
    }
    if fits {
        in_range_of_type(amount, node, path, out);
    }
    let step = node.get("multipleOf").and_then(Value::as_f64).filter(|step| *step > 0.0);
    if let (Some(step), Some(number)) = (step, amount.float()) {
        let steps = number / step;
        if (steps - steps.round()).abs() > 1e-9 * steps.abs().max(1.0) {
            out.limit(path, || format!("expected a multiple of {step}, given {amount}"));
        }
    }
}

/// Deserialization reports it as well, but in terms of Rust types.
fn in_range_of_type(
    amount: Amount<'_>,
    node: &Map<String, Value>,
    path: Path<'_>,
    out: &mut Found,
) {
    let range = node.get("format").and_then(Value::as_str).and_then(integer::range);
    let (Some([min, max]), Some(number)) = (range, amount.exact()) else { return };
    if number < min {
        out.shape(path, || format!("expected at least {min}, given {amount}"));
    } else if number > max {
        out.shape(path, || format!("expected at most {max}, given {amount}"));
    }
}

impl Amount<'_> {
    /// Compares integers exactly: above 2^53, floats cannot distinguish neighbors.
    fn compare(self, limit: &Number) -> Option<Ordering> {
        match (self.exact(), limit.as_i128()) {
            (Some(number), Some(limit)) => Some(number.cmp(&limit)),
            _ => self.float()?.partial_cmp(&limit.as_f64()?),
        }
    }

    fn exact(self) -> Option<i128> {
        match self {
            Self::Number(number) => number.as_i128(),
            Self::Digits(digits) => digits.parse().ok(),
        }
    }

    fn float(self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            Self::Digits(digits) => digits.parse().ok(),
        }
    }
}

impl fmt::Display for Amount<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Digits(digits) => write!(f, "\"{digits}\""),
        }
    }
}

pub(super) fn bounds(
    count: usize,
    node: &Map<String, Value>,
    [min, max]: [&str; 2],
    [one, several]: [&str; 2],
    path: Path<'_>,
    out: &mut Found,
) {
    let limit = |key: &str| node.get(key).and_then(Value::as_u64);
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let what = |limit: u64| if limit == 1 { one } else { several };
    if let Some(min) = limit(min).filter(|min| count < *min) {
        out.limit(path, || format!("expected at least {min} {}, given {count}", what(min)));
    }
    if let Some(max) = limit(max).filter(|max| count > *max) {
        out.limit(path, || format!("expected at most {max} {}, given {count}", what(max)));
    }
}
