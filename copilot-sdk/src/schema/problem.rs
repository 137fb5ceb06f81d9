//! One thing that is wrong with the arguments of a call, in words for the model.

use std::fmt;

use serde_json::Value;

use super::Parameters;
use super::path::Path;

/// What is wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) path: String,
    pub(crate) text: String,
    /// A broken limit (range, length, pattern) as opposed to a wrong shape, which deserialization
    /// judges.
    pub(crate) limit: bool,
}

impl Problem {
    fn shape(path: impl fmt::Display, text: impl Into<String>) -> Self {
        Self { path: path.to_string(), text: text.into(), limit: false }
    }

    /// The arguments are not even an object.
    pub(crate) fn not_an_object(text: &str) -> Self {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => Self::shape("", format!("expected an object, given {}", shown(&value))),
            Err(error) => Self::serde("", "", &error),
        }
    }

    /// What deserialization says; `inner` is where, below `path`.
    pub(crate) fn serde(path: &str, inner: &str, error: &serde_json::Error) -> Self {
        let path = match inner {
            "" | "." => path.to_owned(),
            inner if inner.starts_with('[') => format!("{path}{inner}"),
            inner => Path::Member(&Path::Start(path), inner).to_string(),
        };
        let text = error.to_string();
        let place = text.rfind(" at line ").unwrap_or(text.len());
        Self::shape(path, text.get(..place).unwrap_or(&text))
    }
}

/// How badly a value fits: the lesser one fits better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    /// It is not even of the right JSON type.
    wrong_kind: bool,
    shape: usize,
    limit: usize,
}

/// What is found in a value: told, or only counted.
pub(super) struct Found {
    score: Score,
    problems: Option<Vec<Problem>>,
}

impl Found {
    pub(super) fn telling() -> Self {
        Self { score: Score::default(), problems: Some(Vec::new()) }
    }

    pub(super) fn counting() -> Self {
        Self { score: Score::default(), problems: None }
    }

    pub(super) fn tells(&self) -> bool {
        self.problems.is_some()
    }

    pub(super) fn score(&self, wrong_kind: bool) -> Score {
        Score { wrong_kind, ..self.score }
    }

    pub(super) fn add(&mut self, score: Score) {
        self.score.shape = self.score.shape.saturating_add(score.shape);
        self.score.limit = self.score.limit.saturating_add(score.limit);
    }

    pub(super) fn shape(&mut self, path: Path<'_>, text: impl FnOnce() -> String) {
        self.add(Score { shape: 1, ..Score::default() });
        if let Some(problems) = &mut self.problems {
            problems.push(Problem::shape(path, text()));
        }
    }

    pub(super) fn limit(&mut self, path: Path<'_>, text: impl FnOnce() -> String) {
        self.add(Score { limit: 1, ..Score::default() });
        if let Some(problems) = &mut self.problems {
            problems.push(Problem { limit: true, ..Problem::shape(path, text()) });
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.unwrap_or_default()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "arguments" } else { &self.path };
        write!(f, "{path}: {}", self.text)
    }
}

/// An argument that must be given and is not; another one may be a misspelling of it.
pub(crate) fn missing(parameters: &Parameters, name: &str, given: &[&str]) -> Problem {
    let known = parameters.schema().get("properties");
    let unknown =
        given.iter().copied().filter(|given| known.is_none_or(|known| known.get(given).is_none()));
    let hint = nearest(name, unknown).map(|given| format!(", but `{given}` is given"));
    Problem::shape(name, format!("missing{}", hint.unwrap_or_default()))
}

/// `value` as the model wrote it, cut where it is long.
pub(super) fn shown(value: &Value) -> String {
    const LIMIT: usize = 60;
    let text = value.to_string();
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// `one of "a", "b"`, or the only value.
pub(super) fn choice(values: &[Value]) -> String {
    let list: Vec<String> = values.iter().map(shown).collect();
    if list.len() == 1 { list.concat() } else { format!("one of {}", list.join(", ")) }
}

/// The candidate that `text` is most likely a misspelling of.
pub(super) fn nearest<'a>(
    text: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let close = (text.chars().count() / 2).clamp(1, 3);
    candidates
        .map(|candidate| (distance(&text.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= close)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters must be added, removed or changed to turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (to, cell) in b.chars().zip(row.iter_mut().skip(1)) {
            let cost = (diagonal + usize::from(from != to)).min(*cell + 1).min(left + 1);
            diagonal = *cell;
            *cell = cost;
            left = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}
