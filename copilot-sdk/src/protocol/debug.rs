//! `Debug` output of protocol types, without secrets.

use std::fmt;

use serde_json::Value;

use super::wire::Wire;

/// Parts of field names whose text may be a secret.
const SECRET: [&str; 8] =
    ["token", "secret", "password", "apikey", "authorization", "credential", "cookie", "bearer"];
/// Names of fields whose values may all be secrets.
const SECRETS: [&str; 2] = ["headers", "env"];

/// Writes a value as the name of its type and its JSON.
pub(crate) fn named(name: &str, value: &dyn Wire, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(name)?;
    f.write_str(" ")?;
    fmt::Debug::fmt(&Masked { value: &value.write(), secret: false }, f)
}

/// A JSON value, with the texts of secret fields left out.
pub(crate) struct Masked<'a> {
    value: &'a Value,
    secret: bool,
}

impl<'a> Masked<'a> {
    /// The value of a field.
    pub(crate) fn of(name: &str, value: &'a Value) -> Self {
        let name = name.to_ascii_lowercase();
        let secret = SECRETS.contains(&name.as_str())
            || SECRET.iter().any(|part| name.replace(['-', '_'], "").contains(part));
        Self { value, secret }
    }
}

impl fmt::Debug for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value {
            Value::String(_) if self.secret => f.write_str("(secret)"),
            Value::String(text) => fmt::Debug::fmt(text, f),
            Value::Array(items) => {
                let items = items.iter().map(|value| Masked { value, secret: self.secret });
                f.debug_list().entries(items).finish()
            }
            Value::Object(fields) => {
                let fields = fields.iter().map(|(name, value)| {
                    let field = Masked::of(name, value);
                    (name, Masked { secret: field.secret || self.secret, ..field })
                });
                f.debug_map().entries(fields).finish()
            }
            other => fmt::Display::fmt(other, f),
        }
    }
}
