//! One thing that is wrong with the arguments of a call, in words for the model.

use std::fmt;

use serde_json::Value;

use super::Parameters;

/// What is wrong at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) path: String,
    pub(crate) text: String,
    /// A broken limit (range, length, pattern) as opposed to a wrong shape, which deserialization judges.
    pub(crate) limit: bool,
}

impl Problem {
    pub(super) fn shape(path: &str, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), text: text.into(), limit: false }
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
            inner => member(path, inner),
        };
        let text = error.to_string();
        let place = text.rfind(" at line ").unwrap_or(text.len());
        Self::shape(&path, text.get(..place).unwrap_or(&text))
    }

    pub(super) fn limit(path: &str, text: impl Into<String>) -> Self {
        Self { path: path.to_owned(), text: text.into(), limit: true }
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
    let unknown = given.iter().copied().filter(|given| known.is_none_or(|known| known.get(given).is_none()));
    let hint = nearest(name, unknown).map(|given| format!(", but `{given}` is given"));
    Problem::shape(name, format!("missing{}", hint.unwrap_or_default()))
}

/// The path of a member of the value at `path`.
pub(super) fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
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
pub(super) fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
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
