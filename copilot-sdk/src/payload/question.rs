//! Questions of the CLI, read for the session that they were routed to.
//!
//! Unlike an event, a question with a value of the wrong shape is not read: what is left out might
//! have changed the answer.

use serde::de::{Error as _, IgnoredAny};
use serde_json::Error;
use serde_json::value::RawValue;

use super::read::Reading;
use super::slot::{Lenient, ObjectSlot, Slot, UnreadValue};
use crate::ids::SessionId;

/// A question that names its session.
pub(crate) trait SessionQuestion: Lenient + ObjectSlot {
    /// The place of the session's id.
    fn session_id(&mut self) -> &mut SessionId;
}

/// Implements [`SessionQuestion`] for structs with a field `session_id`.
macro_rules! questions {
    ($($type:ident)*) => {$(
        impl $crate::payload::SessionQuestion for $type {
            fn session_id(&mut self) -> &mut $crate::ids::SessionId {
                &mut self.session_id
            }
        }
    )*};
}

pub(crate) use questions;

/// Reads a question of this session, whatever id it has; without params, one of absent fields.
///
/// # Errors
///
/// Those of [`read_question_text`].
pub(crate) fn read_question<T: SessionQuestion>(
    session_id: &SessionId,
    params: Option<&RawValue>,
) -> Result<T, Error> {
    read_question_text(session_id, params.map_or("{}", RawValue::get))
}

/// Like [`read_question`], of text that may not be JSON.
///
/// # Errors
///
/// If the text is not JSON, if a field has a value of the wrong shape, or if something that the
/// question needs is absent.
pub(crate) fn read_question_text<T: SessionQuestion>(
    session_id: &SessionId,
    text: &str,
) -> Result<T, Error> {
    let mut question = T::empty();
    *question.session_id() = session_id.clone();
    check(&mut question, text)?;
    Ok(question)
}

/// Not generic, so that it is compiled once.
fn check(question: &mut dyn ObjectSlot, text: &str) -> Result<(), Error> {
    let mut reading = Reading::default();
    let mut id = 0;
    question.field(SESSION_ID, &mut id);
    let mut routed = Routed { question, id };
    let Some(is_read) = reading.read(Slot::Object(&mut routed), text) else {
        // The reader of serde knows where the text is not JSON.
        serde_json::from_str::<IgnoredAny>(text)?;
        return Err(Error::custom("it holds too many values, or is nested too deeply"));
    };
    match reading.misfit {
        Some(field) => Err(misfit(&field)),
        None if is_read => Ok(()),
        None => Err(misfit("")),
    }
}

fn misfit(field: &str) -> Error {
    match field {
        "" => Error::custom("it is not an object, or lacks a field that it needs"),
        field => Error::custom(format_args!("`{field}` has a value of the wrong type")),
    }
}

/// A question without its session id, which is known.
struct Routed<'a> {
    question: &'a mut dyn ObjectSlot,
    /// The bit of the id.
    id: u64,
}

const SESSION_ID: &str = "sessionId";

impl ObjectSlot for Routed<'_> {
    fn field(&mut self, key: &str, bit: &mut u64) -> Slot<'_> {
        if key == SESSION_ID { Slot::Unknown } else { self.question.field(key, bit) }
    }

    fn other(&mut self, key: &str, value: &mut dyn UnreadValue) -> Option<bool> {
        self.question.other(key, value)
    }

    fn missing(&self, read: u64) -> Option<&'static str> {
        self.question.missing(read | self.id)
    }
}
