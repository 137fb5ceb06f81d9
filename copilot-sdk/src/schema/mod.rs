//! JSON schemas: generated from types, adapted to model providers, and used to check values.

mod argument;
mod branch;
mod clean;
mod defaults;
mod depth;
mod dialect;
mod field;
mod format;
mod found;
mod generate;
mod in_words;
mod integer;
mod kind;
mod limits;
mod names;
mod normal;
mod optional;
mod order;
mod parameters;
mod path;
mod pattern;
mod problem;
mod property;
mod read;
mod rewrite;
mod scalar;
mod signature;
mod suggest;
mod verify;
mod walk;
mod wording;

pub use argument::ToolArgument;
pub(crate) use field::FieldPlace;
pub(crate) use generate::{TypeSchema, is_unit};
pub(crate) use names::misnamed;
pub(crate) use optional::when_missing;
pub(crate) use order::written;
pub(crate) use parameters::Parameters;
pub(crate) use problem::{Problem, Problems};
pub(crate) use read::{Reader, from_text, missing, read_value};
pub use signature::Signature;

#[cfg(test)]
mod tests;
