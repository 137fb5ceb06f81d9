//! Lists in attributes: `key`, `key = value` and `key(..)`, separated by commas.
//!
//! darling parses the items and their values; the errors about them have this crate's own texts.

mod invocation;
mod keys;
mod list;
pub(crate) mod values;

pub(crate) use invocation::{is_assigned, sdk};
pub(crate) use keys::{KeyList, Keys, nested};
