//! Values of the protocol, to and from JSON.
//!
//! Everything passes through [`Value`], so a type needs two short functions instead of generic code
//! for each serializer. What is generic here is compiled for each of a thousand types: it consists
//! of plain loops and calls, because an iterator adapter takes a dozen functions more. Nothing is
//! lost: a value that does not fit stays in [`Extra`](super::Extra).

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Number, Value};

use crate::event::{Event, EventData, OtherEvent};

/// A type of the protocol.
pub(crate) trait Wire {
    /// Whether [`read`](Self::read) keeps all of the value.
    fn fits(value: &Value) -> bool
    where
        Self: Sized,
    {
        value.is_object()
    }

    /// Reads a value that fits; `null` as the empty value.
    fn read(value: Value) -> Self
    where
        Self: Sized;

    fn write(&self) -> Value;

    /// Whether the field that holds this value is left out.
    fn is_absent(&self) -> bool {
        false
    }
}

/// Reads a value of any shape; hands back one that does not fit. `null` counts as an empty object.
pub(crate) fn accept<T: Wire>(value: Value) -> Result<T, Value> {
    let value = match value {
        Value::Null if !T::fits(&Value::Null) => Value::Object(Map::new()),
        value => value,
    };
    if T::fits(&value) { Ok(T::read(value)) } else { Err(value) }
}

/// Reads a value of the type `name` with serde.
pub(crate) fn deserialize<'de, T: Wire, D: Deserializer<'de>>(
    deserializer: D,
    name: &str,
) -> Result<T, D::Error> {
    accept(Value::deserialize(deserializer)?)
        .map_err(|_| D::Error::custom(format_args!("expected the object `{name}`")))
}

/// Writes a value with serde.
pub(crate) fn serialize<S: Serializer>(value: &dyn Wire, serializer: S) -> Result<S::Ok, S::Error> {
    value.write().serialize(serializer)
}

/// Whether two values are the same on the wire.
pub(crate) fn same(one: &dyn Wire, other: &dyn Wire) -> bool {
    one.write() == other.write()
}

/// The value of a missing field.
pub(crate) fn empty<T: Wire>() -> T {
    T::read(Value::Null)
}

/// Tells the variants of a union apart.
#[allow(dead_code, reason = "the features decide which are needed")]
pub(crate) enum Guard {
    /// The field holds one of these words.
    Word(&'static str, &'static [&'static str]),
    /// The field holds this boolean.
    Flag(&'static str, bool),
    /// These fields are present.
    Has(&'static [&'static str]),
    /// The value fits the type.
    Fits,
}

impl Guard {
    /// Whether the value belongs to the variant, whose type it `fits`.
    pub(crate) fn admits(&self, value: &Value, fits: fn(&Value) -> bool) -> bool {
        let is_told_apart = match self {
            Self::Word(field, words) => {
                value.get(field).and_then(Value::as_str).is_some_and(|word| words.contains(&word))
            }
            Self::Flag(field, flag) => value.get(field).and_then(Value::as_bool) == Some(*flag),
            Self::Has(fields) => fields.iter().all(|field| value.get(field).is_some()),
            Self::Fits => true,
        };
        is_told_apart && !value.is_null() && fits(value)
    }
}

/// A result without information, which may come as `null` or as an object.
impl Wire for () {
    fn fits(_value: &Value) -> bool {
        true
    }

    fn read(_value: Value) -> Self {}

    fn write(&self) -> Value {
        Value::Object(Map::new())
    }
}

impl Wire for Value {
    fn fits(_value: &Value) -> bool {
        true
    }

    fn read(value: Value) -> Self {
        value
    }

    fn write(&self) -> Value {
        self.clone()
    }
}

impl Wire for Map<String, Value> {
    fn read(value: Value) -> Self {
        match value {
            Value::Object(fields) => fields,
            _ => Self::new(),
        }
    }

    fn write(&self) -> Value {
        Value::Object(self.clone())
    }
}

impl Wire for &str {
    fn read(_value: Value) -> Self {
        ""
    }

    fn write(&self) -> Value {
        Value::String((*self).to_owned())
    }
}

impl Wire for String {
    fn fits(value: &Value) -> bool {
        value.is_string()
    }

    fn read(value: Value) -> Self {
        match value {
            Value::String(text) => text,
            _ => Self::new(),
        }
    }

    fn write(&self) -> Value {
        Value::String(self.clone())
    }
}

impl Wire for bool {
    fn fits(value: &Value) -> bool {
        value.is_boolean()
    }

    fn read(value: Value) -> Self {
        value == Value::Bool(true)
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

/// Whole numbers, which the CLI may write as fractions.
macro_rules! integers {
    ($($int:ident)*) => {$(
        impl Wire for $int {
            fn fits(value: &Value) -> bool {
                value.as_number().and_then(whole).is_some_and(|whole| $int::try_from(whole).is_ok())
            }

            fn read(value: Value) -> Self {
                let whole = value.as_number().and_then(whole).unwrap_or_default();
                whole.try_into().unwrap_or_default()
            }

            fn write(&self) -> Value {
                Value::Number((*self).into())
            }
        }
    )*};
}

integers! { u64 i64 }

#[expect(clippy::cast_possible_truncation, reason = "the bounds are checked")]
fn whole(number: &Number) -> Option<i128> {
    number.as_i128().or_else(|| {
        let float = number.as_f64()?;
        (float.abs() < 1e18).then(|| float.round() as i128)
    })
}

impl Wire for f64 {
    fn fits(value: &Value) -> bool {
        value.is_number()
    }

    fn read(value: Value) -> Self {
        value.as_f64().unwrap_or_default()
    }

    fn write(&self) -> Value {
        // JSON has neither infinity nor a value that is no number.
        Number::from_f64(*self).map_or(Value::Null, Value::Number)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn fits(value: &Value) -> bool {
        value.is_null() || T::fits(value)
    }

    fn read(value: Value) -> Self {
        if value.is_null() { None } else { Some(T::read(value)) }
    }

    fn write(&self) -> Value {
        match self {
            Some(value) => value.write(),
            None => Value::Null,
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Wire> Wire for Box<T> {
    fn fits(value: &Value) -> bool {
        T::fits(value)
    }

    fn read(value: Value) -> Self {
        Self::new(T::read(value))
    }

    fn write(&self) -> Value {
        T::write(self)
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn fits(value: &Value) -> bool {
        value.as_array().is_some_and(|items| all(items, T::fits))
    }

    fn read(value: Value) -> Self {
        let mut list = Self::new();
        if let Value::Array(items) = value {
            for item in items {
                list.push(T::read(item));
            }
        }
        list
    }

    fn write(&self) -> Value {
        let mut items = Vec::with_capacity(self.len());
        for item in self {
            items.push(item.write());
        }
        Value::Array(items)
    }
}

fn all(items: &[Value], fits: fn(&Value) -> bool) -> bool {
    items.iter().all(fits)
}

impl Wire for Event {
    fn fits(value: &Value) -> bool {
        ["type", "id"].iter().all(|field| value.get(field).is_some_and(Value::is_string))
    }

    fn read(value: Value) -> Self {
        // Through text, because events keep what they do not know byte for byte.
        let text = value.to_string();
        serde_json::from_str(&text).unwrap_or_else(|_| {
            let json = RawValue::from_string(text).unwrap_or_default();
            Self::made("".into(), EventData::Other(OtherEvent { event_type: String::new(), json }))
        })
    }

    fn write(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
