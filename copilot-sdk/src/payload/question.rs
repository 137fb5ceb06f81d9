//! Questions of the CLI, read for the session that they were routed to.
//!
//! Unlike an event, a question with a value of the wrong shape is not read: what is left out might
//! have changed the answer.

use serde::de::{Error as _, IgnoredAny};
use serde_json::Error;
use serde_json::value::RawValue;

use super::read::Reading;
use super::slot::{Lenient, Slot, finish};
use crate::ids::SessionId;

/// A question that names its session.
pub(crate) trait SessionQuestion: Lenient {
    /// The place of the session's id.
    fn session_id(partial: &mut Self::Partial) -> &mut Option<SessionId>;
}

/// Implements [`SessionQuestion`] for structs with a field `session_id`.
macro_rules! questions {
    ($($type:ident)*) => {$(
        impl $crate::payload::SessionQuestion for $type {
            fn session_id(partial: &mut Self::Partial) -> &mut Option<$crate::ids::SessionId> {
                &mut partial.session_id
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
    let mut partial = T::Partial::default();
    *T::session_id(&mut partial) = Some(session_id.clone());
    check(&mut Routed(&mut partial), text)?;
    finish(partial).ok_or_else(|| misfit(""))
}

/// Not generic, so that it is compiled once.
fn check(slot: &mut dyn Slot, text: &str) -> Result<(), Error> {
    let mut reading = Reading::default();
    if reading.read(slot, text).is_none() {
        // The reader of serde knows where the text is not JSON.
        serde_json::from_str::<IgnoredAny>(text)?;
        return Err(Error::custom("it holds too many values, or is nested too deeply"));
    }
    reading.misfit.map_or(Ok(()), |field| Err(misfit(&field)))
}

fn misfit(field: &str) -> Error {
    match field {
        "" => Error::custom("it is not an object, or lacks a field that it needs"),
        field => Error::custom(format_args!("`{field}` has a value of the wrong type")),
    }
}

/// A question without its session id, which is known.
struct Routed<'a>(&'a mut dyn Slot);

impl Slot for Routed<'_> {
    fn object(&mut self) -> bool {
        self.0.object()
    }

    fn field(&mut self, key: &str) -> Option<&mut dyn Slot> {
        if key == "sessionId" { None } else { self.0.field(key) }
    }

    fn is_whole(&self) -> bool {
        self.0.is_whole()
    }
}
