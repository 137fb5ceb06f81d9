//! Values of JSON as values of SQLite, and back.

use rusqlite::types::{Value as SqlValue, ValueRef};
use serde_json::{Value, json};

/// Integers beyond this one are not exact in JavaScript.
const MOST_EXACT: u64 = (1 << 53) - 1;

/// A value to bind, or why it cannot be bound.
pub(super) fn to_sql(value: &Value) -> Result<SqlValue, &'static str> {
    match value {
        Value::Null => Ok(SqlValue::Null),
        Value::Bool(value) => Ok(SqlValue::Integer(i64::from(*value))),
        Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(integer), ..) => Ok(SqlValue::Integer(integer)),
            (None, Some(_), _) => Err("is larger than the integers of SQLite: give it as text"),
            (None, None, Some(real)) => Ok(SqlValue::Real(real)),
            (None, None, None) => Err("is no number of SQLite: give it as text"),
        },
        Value::String(text) => Ok(SqlValue::Text(text.clone())),
        Value::Object(_) => bytes(value).map(SqlValue::Blob).ok_or("is an object: give JSON text"),
        Value::Array(_) => Err("is an array: give JSON text"),
    }
}

/// A value of a row. Integers and reals that JSON cannot hold are text, as SQLite writes them.
pub(super) fn to_json(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) if integer.unsigned_abs() > MOST_EXACT => {
            Value::String(integer.to_string())
        }
        ValueRef::Integer(integer) => integer.into(),
        ValueRef::Real(real) if real.is_infinite() => {
            Value::from(if real > 0.0 { "Inf" } else { "-Inf" })
        }
        ValueRef::Real(real) => real.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => json!({"type": "Buffer", "data": bytes}),
    }
}

/// The bytes that a value takes in memory and in JSON, about.
pub(super) fn size(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(text) => 32 + text.len(),
        // Each is a number of its own.
        ValueRef::Blob(bytes) => 64 + 32 * bytes.len(),
        _ => 32,
    }
}

/// Bytes, in the form in which Node.js writes a buffer.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    let buffer = value.as_object()?;
    if buffer.len() != 2 || buffer.get("type")? != "Buffer" {
        return None;
    }
    let byte = |value: &Value| u8::try_from(value.as_u64()?).ok();
    buffer.get("data")?.as_array()?.iter().map(byte).collect()
}
