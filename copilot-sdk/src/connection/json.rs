//! Objects whose fields stay as they were written.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// The fields of an object, each as it was written.
pub(super) type RawFields = BTreeMap<String, Box<RawValue>>;

pub(super) fn fields(object: &RawValue) -> serde_json::Result<RawFields> {
    serde_json::from_str(object.get())
}

pub(super) fn raw(value: &impl Serialize) -> Box<RawValue> {
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
