//! Deserializes a value, reporting all problems at once.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::generate::TypeSchema;
use super::integer::may_be_inexact;
use super::parameters::Parameters;
use super::problem::{Problem, ProblemKind, Problems};
use super::suggest::nearest;
use super::verify;

/// Parses a text into a place of the caller.
type Parse<'a> = dyn FnMut(&str) -> serde_json::Result<()> + 'a;

/// Deserializes the value at one place of a schema.
pub(crate) struct Reader<'a> {
    parameters: &'a Parameters,
    schema: &'a Value,
    path: &'a str,
    /// Whether the schema says more than deserialization enforces.
    limited: bool,
}

impl<'a> Reader<'a> {
    /// The whole value.
    pub(crate) fn whole(parameters: &'a Parameters) -> Self {
        let limited = parameters.limited();
        Self { parameters, schema: parameters.checked(), path: "", limited }
    }

    /// The property `name`.
    pub(crate) fn property(parameters: &'a Parameters, name: &'a str, limited: bool) -> Self {
        Self { parameters, schema: parameters.property(name), path: name, limited }
    }

    /// A part of the value that has its own schema.
    pub(crate) fn part(parameters: &'a Parameters, schema: &'a Value, limited: bool) -> Self {
        Self { parameters, schema, path: "", limited }
    }

    /// Deserialization decides about the shape; the schema explains every problem and adds the
    /// violated limits. Forms that serde accepts beyond the schema, such as aliases, are therefore
    /// not refused.
    pub(crate) fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, Problems> {
        let mut read = None;
        self.read_by(text, &mut |text| {
            read = Some(serde_json::from_str(text)?);
            Ok(())
        })?;
        read.ok_or_else(Problems::default)
    }

    /// Not generic, as it is needed for the types of every program.
    fn read_by(&self, text: &str, parse: &mut Parse<'_>) -> Result<(), Problems> {
        // The fast path of most calls: one pass without a tree. Not taken if there may be a null
        // for "absent" or an integer that has lost digits.
        if !self.limited && !text.contains("null") && !may_be_inexact(text) && parse(text).is_ok() {
            return Ok(());
        }
        let (text, found) = self.parameters.validate(text, self.schema, self.path)?;
        let problems = match parse(&text) {
            Ok(()) => found.despite_success(self.limited),
            Err(error) => found.merge_problems(Problem::refused(self.path, &text, &error)),
        };
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// The integers in `text` that may have lost digits; nothing else is checked.
    pub(crate) fn inexact(&self, text: &str) -> Result<(), Problems> {
        if !may_be_inexact(text) {
            return Ok(());
        }
        let (_, found) = self.parameters.validate(text, self.schema, self.path)?;
        let problems = found.despite_success(false);
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// A value passed through unchanged, such as a completed form.
///
/// # Errors
///
/// Every problem with it, including violated limits of its schema.
pub(crate) fn read_value<T: DeserializeOwned + JsonSchema>(value: &Value) -> Result<T, Problems> {
    let parameters = Parameters::of(TypeSchema::of::<T>());
    Reader::whole(&parameters).read(&value.to_string())
}

/// Deserializes `text` without a schema.
pub(crate) fn from_text<T: DeserializeOwned>(text: &str, path: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| Problem::refused(path, text, &error))
}

/// The problem of a missing required property; one of the given names may be a misspelling of it.
pub(crate) fn missing(parameters: &Parameters, name: &str, given: &[&str]) -> Problem {
    let known = parameters.schema().get("properties");
    let is_unknown = |given: &&str| known.is_none_or(|known| known.get(given).is_none());
    let misspelled = nearest(name, given.iter().copied().filter(is_unknown));
    Problem::new(name, verify::missing(misspelled), ProblemKind::Shape)
}
