//! Problems with a value, described for the model.

use std::fmt;

use serde_json::Value;

use super::path::Path;
use super::wording::{cut, shown};
use crate::json_path::{JsonPath, Step};

/// Maximum number of problems listed; further ones are only counted.
pub(super) const LINES: usize = 20;
/// Maximum length of the path and of the text of a problem, in characters.
const LONGEST_PLACE: usize = 200;
const LONGEST_TEXT: usize = 1_000;

/// A problem at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) kind: ProblemKind,
}

/// How a problem is treated if deserialization succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProblemKind {
    /// A wrong shape. Deserialization decides, because it may accept more forms than the schema.
    Shape,
    /// A violated limit (range, length, pattern). Refused if the schema limits its type.
    Limit,
    /// An integer that may have lost digits. Always refused.
    Inexact,
}

/// The first problems of a value, and the number of further ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    kept: Vec<Problem>,
    more: usize,
}

impl Problem {
    pub(super) fn new(path: impl fmt::Display, text: impl AsRef<str>, kind: ProblemKind) -> Self {
        Self {
            path: cut(&path.to_string(), LONGEST_PLACE).into_owned(),
            text: cut(text.as_ref(), LONGEST_TEXT).into_owned(),
            kind,
        }
    }

    /// The problem of arguments that are not an object.
    pub(crate) fn not_an_object(text: &str) -> Self {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => Self::new(
                "",
                format!("expected an object, given {}", shown(&value)),
                ProblemKind::Shape,
            ),
            Err(error) => Self::not_json("", &error),
        }
    }

    pub(super) fn not_json(path: &str, error: &serde_json::Error) -> Self {
        Self::new(path, without_position(&error.to_string()), ProblemKind::Shape)
    }

    /// An error of deserialization of `text`, below `path`.
    pub(super) fn refused(path: &str, text: &str, error: &serde_json::Error) -> Self {
        fn place(parent: Path<'_>, steps: &[Step]) -> String {
            match steps {
                [] => parent.to_string(),
                [Step::Item(index), inner @ ..] => place(Path::Item(&parent, *index), inner),
                [Step::Member(name), inner @ ..] => place(Path::Member(&parent, name), inner),
            }
        }
        let path = place(Path::Start(path), &JsonPath::of(text, error).0);
        Self::new(path, without_position(&error.to_string()), ProblemKind::Shape)
    }
}

impl Problems {
    /// The first of `problems`, of which there are `total`.
    pub(super) fn new(mut problems: Vec<Problem>, total: usize) -> Self {
        problems.truncate(LINES);
        let more = total.saturating_sub(problems.len());
        Self { kept: problems, more }
    }

    pub(crate) fn push(&mut self, problem: Problem) {
        if self.kept.len() < LINES {
            self.kept.push(problem);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    pub(crate) fn extend(&mut self, problems: Self) {
        let more = problems.more;
        problems.kept.into_iter().for_each(|problem| self.push(problem));
        self.more = self.more.saturating_add(more);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// One line for each problem, and one for those that are only counted.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let more = (self.more > 0).then(|| format!("and {} more like these", self.more));
        self.kept.iter().map(ToString::to_string).chain(more)
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { kept: vec![problem], more: 0 }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "arguments" } else { &self.path };
        write!(f, "{path}: {}", self.text)
    }
}

/// Strips line and column, which mean nothing to the model, from a `serde_json` error.
fn without_position(text: &str) -> &str {
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}
