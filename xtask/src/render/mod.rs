//! Writes the model as Rust.

mod callers;
mod cases;
mod doc;
mod file;
mod item;
mod layout;
mod types;

pub(crate) use self::doc::doc;
pub(crate) use self::file::{MARK, finished, unfinished};
pub(crate) use self::item::{long_row, promises};
