//! The fields of an object, while it is read or written.

use serde_json::{Map, Value};

use super::Extra;
use super::wire::Wire;

/// The fields of an object.
#[derive(Default)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    pub(crate) fn of(value: Value) -> Self {
        Self(Wire::read(value))
    }

    /// Takes a field out. `null` counts as absent; a value that does not fit stays.
    pub(crate) fn take<T: Wire + Default>(&mut self, name: &str) -> T {
        match self.take_if(name, T::fits) {
            Some(value) => T::read(value),
            None => T::default(),
        }
    }

    /// Removes a field with a value that its type determines.
    pub(crate) fn drop_constant(&mut self, name: &str, constant: impl Into<Value>) {
        let constant = constant.into();
        if self.0.get(name).is_some_and(|value| value.is_null() || *value == constant) {
            self.0.remove(name);
        }
    }

    /// The fields that nobody took.
    pub(crate) fn rest(self) -> Extra {
        Extra::from(self.0)
    }

    pub(crate) fn put<T: Wire>(&mut self, name: &str, value: &T) {
        if !value.is_absent() {
            self.put_value(name, value.write());
        }
    }

    /// Like [`put`](Self::put), but writes an absent value as `null`.
    pub(crate) fn put_or_null<T: Wire>(&mut self, name: &str, value: &T) {
        self.put_value(name, value.write());
    }

    pub(crate) fn put_value(&mut self, name: &str, value: impl Into<Value>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// The object. A field of `extra` replaces one of the same name: it holds what did not fit.
    pub(crate) fn with(mut self, extra: &Extra) -> Value {
        self.0.extend(extra.iter().map(|(name, value)| (name.to_owned(), value.clone())));
        Value::Object(self.0)
    }

    /// Not generic, so that it is compiled once.
    fn take_if(&mut self, name: &str, fits: fn(&Value) -> bool) -> Option<Value> {
        let value = self.0.get(name)?;
        if value.is_null() {
            self.0.remove(name);
            return None;
        }
        if fits(value) { self.0.remove(name) } else { None }
    }
}
