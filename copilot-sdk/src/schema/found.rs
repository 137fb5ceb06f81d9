//! Collects problems, as text or only as a count.

use super::path::Path;
use super::problem::{LINES, Problem, ProblemKind, Problems};

/// How badly a value fits a schema; lower is better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    /// Whether the value is of the wrong JSON type.
    pub(super) wrong_kind: bool,
    pub(super) shape: usize,
    pub(super) limit: usize,
}

/// The problems of a value.
#[derive(Debug, Default)]
pub(super) struct Found {
    score: Score,
    inexact: usize,
    /// The first problems of each kind; `None` if they are only counted.
    problems: Option<Vec<Problem>>,
}

impl Found {
    /// Collects the first problems as text.
    pub(super) fn in_words() -> Self {
        Self { problems: Some(Vec::new()), ..Self::default() }
    }

    pub(super) fn counting() -> Self {
        Self::default()
    }

    pub(super) fn puts_into_words(&self) -> bool {
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
        self.score.shape = self.score.shape.saturating_add(1);
        self.note(self.score.shape, ProblemKind::Shape, path, text);
    }

    pub(super) fn limit(&mut self, path: Path<'_>, text: impl FnOnce() -> String) {
        self.score.limit = self.score.limit.saturating_add(1);
        self.note(self.score.limit, ProblemKind::Limit, path, text);
    }

    /// An integer that may have lost digits.
    pub(super) fn inexact(&mut self, path: Path<'_>, text: impl FnOnce() -> String) {
        self.inexact = self.inexact.saturating_add(1);
        self.note(self.inexact, ProblemKind::Inexact, path, text);
    }

    /// The problems that reject a value although it deserializes. Violated limits count if the
    /// value is limited.
    pub(super) fn despite_success(self, limited: bool) -> Problems {
        let counts = |kind: ProblemKind| {
            kind == ProblemKind::Inexact || (kind == ProblemKind::Limit && limited)
        };
        let total = self.inexact.saturating_add(if limited { self.score.limit } else { 0 });
        let problems = self.problems.unwrap_or_default().into_iter();
        without_repetition(problems.filter(|problem| counts(problem.kind)).collect(), total)
    }

    /// All problems, plus the error of deserialization if no problem found explains it better.
    pub(super) fn merge_problems(self, refused: Problem) -> Problems {
        let Score { shape, limit, .. } = self.score;
        let total = shape.saturating_add(limit).saturating_add(self.inexact);
        let mut problems = self.problems.unwrap_or_default();
        let explained = problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Shape || problem.path == refused.path);
        if explained {
            return without_repetition(problems, total);
        }
        problems.insert(0, refused);
        without_repetition(problems, total.saturating_add(1))
    }

    /// The violated limits, as text.
    pub(super) fn broken_limits(self) -> impl Iterator<Item = Problem> {
        let problems = self.problems.unwrap_or_default().into_iter();
        problems.filter(|problem| problem.kind == ProblemKind::Limit)
    }

    fn note(
        &mut self,
        count: usize,
        kind: ProblemKind,
        path: Path<'_>,
        text: impl FnOnce() -> String,
    ) {
        if let Some(problems) = self.problems.as_mut().filter(|_| count <= LINES) {
            problems.push(Problem::new(path, text(), kind));
        }
    }
}

/// Omits the problem of an inexact integer if another problem is reported at the same place.
fn without_repetition(problems: Vec<Problem>, total: usize) -> Problems {
    let (inexact, mut others): (Vec<_>, Vec<_>) =
        problems.into_iter().partition(|problem| problem.kind == ProblemKind::Inexact);
    let (found, mut total) = (others.len(), total);
    for problem in inexact {
        if others.iter().take(found).any(|other| other.path == problem.path) {
            total = total.saturating_sub(1);
        } else {
            others.push(problem);
        }
    }
    Problems::new(others, total)
}
