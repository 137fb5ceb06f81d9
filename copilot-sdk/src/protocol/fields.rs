//! The fields of an object, while it is read or written.

use serde_json::{Map, Value};

use super::Extra;
use super::wire::Wire;

/// The fields of an object.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn of(value: Value) -> Self {
        Self(Wire::read(value))
    }

    /// Takes a field out. `null` counts as absent; a value that does not fit stays.
    pub(crate) fn take<T: Wire>(&mut self, name: &str) -> T {
        T::read(self.take_if(name, T::fits))
    }

    /// Removes a field with a value that its type determines.
    pub(crate) fn drop_constant(&mut self, name: &str, constant: &dyn Wire) {
        if self.0.get(name).is_some_and(|value| value.is_null() || *value == constant.write()) {
            self.0.remove(name);
        }
    }

    /// The fields that nobody took.
    pub(crate) fn rest(self) -> Extra {
        Extra::from(self.0)
    }

    /// `null` if the field is absent. Not generic, so that it is compiled once.
    fn take_if(&mut self, name: &str, fits: fn(&Value) -> bool) -> Value {
        match self.0.get(name) {
            Some(value) if value.is_null() || fits(value) => self.0.remove(name),
            _ => None,
        }
        .unwrap_or_default()
    }
}

/// An object. An absent field is left out, or `null` if it is one of those in `or_null`. A field of
/// `extra` replaces one of the same name: it holds what did not fit.
pub(crate) fn object(
    names: &[&str],
    values: &[&dyn Wire],
    or_null: &[&str],
    extra: &Extra,
) -> Value {
    let mut fields = Map::new();
    for (name, value) in names.iter().zip(values) {
        if !value.is_absent() || or_null.contains(name) {
            fields.insert((*name).to_owned(), value.write());
        }
    }
    fields.extend(extra.iter().map(|(name, value)| (name.to_owned(), value.clone())));
    Value::Object(fields)
}
