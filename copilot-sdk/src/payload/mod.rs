//! What the CLI sends of an event, a hook, a question or an answer, read in place in one pass.
//!
//! [`records`] declares such structs with the wire names of their fields. A newer CLI may change
//! shapes, so reading is lenient. One rule holds for every field: `null`, a value of the wrong
//! shape and a missing field are all *absent*, and an absent field takes the empty value of its
//! type. A struct without an identifier, or without a field marked as required, does not decode.
//! Integers may arrive as fractions. In structs that [`answers`] declares, a value of the wrong
//! shape is an error that names its field.
//!
//! Who has to know whether anything had the wrong shape, such as a permission policy, asks for it:
//! see [`Reading::misfit`], [`read_whole`] and [`read_question`].
//!
//! The values go into [`Slot`]s, which are `dyn`, so that the JSON reader is compiled once instead
//! of once for each struct.

mod containers;
mod macros;
mod question;
mod read;
mod scalars;
mod serde;
mod slot;
#[cfg(test)]
#[expect(unreachable_pub, reason = "what the macro declares is public")]
mod tests;

pub(crate) use containers::json_fields;
pub(crate) use macros::{answers, records, slots};
pub(crate) use question::{SessionQuestion, questions, read_question, read_question_text};
pub(crate) use read::{Reading, read_text, read_whole};
pub(crate) use scalars::{enum_fields, scalar_fields};
pub(crate) use serde::{Fill, TextSeed, deserialize, deserialize_strictly};
pub(crate) use slot::{JsonSlot, Lenient, ObjectSlot, Scalar, Slot, UnreadValue};
