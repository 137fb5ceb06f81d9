//! JSON text, taken apart in one pass and without a copy.

mod checked;
mod nesting;
mod scanner;
#[cfg(test)]
mod tests;

pub(crate) use scanner::{JsonScanner, whole_value};
