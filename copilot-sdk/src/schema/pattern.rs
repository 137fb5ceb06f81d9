//! Regular expressions with bounded matching time.

use regex_lite::{Regex, RegexBuilder};
use serde_json::{Map, Value};

use super::walk::each_child;
use crate::sorted_map::SortedMap;

/// Maximum size of a compiled pattern, in bytes.
const LARGEST: usize = 1 << 20;
/// Maximum work of one call, in bytes of compiled patterns times characters matched. About one
/// second; a pattern of maximum size can still check 1,024 characters.
const BUDGET: u64 = 1 << 30;

/// The patterns of a schema, by their text.
pub(super) type Patterns = SortedMap<String, Pattern>;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: Regex,
    /// Its size in bytes, rounded up to a power of two. Bounds the time to match one character.
    weight: u64,
}

/// The remaining work of a call.
#[derive(Debug)]
pub(super) struct MatchBudget(u64);

/// The result of a match.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Match {
    Yes,
    No,
    /// The budget is exceeded. With a full budget, a text may have this many characters.
    TooLong(u64),
}

impl Pattern {
    pub(super) fn new(text: &str) -> Result<Self, regex_lite::Error> {
        let mut sizes = (8..LARGEST.ilog2()).map(|bits| 1_usize << bits);
        let build = |size| RegexBuilder::new(text).size_limit(size).build();
        let fitting = sizes.find_map(|size| build(size).ok().map(|regex| (regex, size)));
        let (regex, size) = match fitting {
            Some(fitting) => fitting,
            None => (build(LARGEST)?, LARGEST),
        };
        Ok(Self { regex, weight: u64::try_from(size).unwrap_or(u64::MAX) })
    }

    pub(super) fn matches(&self, text: &str, budget: &mut MatchBudget) -> Match {
        let work = self.weight.saturating_mul(u64::try_from(text.len()).unwrap_or(u64::MAX));
        match budget.0.checked_sub(work) {
            Some(left) => {
                budget.0 = left;
                if self.regex.is_match(text) { Match::Yes } else { Match::No }
            }
            None => Match::TooLong(BUDGET / self.weight),
        }
    }
}

impl MatchBudget {
    pub(super) fn new() -> Self {
        Self(BUDGET)
    }
}

/// Compiles every pattern in `schema`, for texts and names, and records invalid ones.
pub(super) fn compile(schema: &Value, patterns: &mut Patterns, problems: &mut Vec<String>) {
    let of_names =
        schema.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
    let own = schema.get("pattern").and_then(Value::as_str);
    for pattern in own.into_iter().chain(of_names.map(String::as_str)) {
        if patterns.contains_key(pattern) {
            continue;
        }
        match Pattern::new(pattern) {
            Ok(compiled) => {
                patterns.insert(pattern.to_owned(), compiled);
            }
            Err(error) => problems.push(format!("`{pattern}` is not a pattern: {error}")),
        }
    }
    each_child(schema, &mut |child| compile(child, patterns, problems));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heavy_pattern_takes_less_text_than_a_light_one() {
        let light = Pattern::new("^[a-z]+$").unwrap();
        let heavy = Pattern::new("(x|y|z|[a-w]{1,50}){1,40}Q").unwrap();
        let (short, long) = ("a".repeat(1_000), "a".repeat(50_000));
        assert_eq!(light.matches(&long, &mut MatchBudget::new()), Match::Yes);
        assert_eq!(heavy.matches(&short, &mut MatchBudget::new()), Match::No);
        let Match::TooLong(characters) = heavy.matches(&long, &mut MatchBudget::new()) else {
            panic!("50,000 characters take seconds")
        };
        assert!((1_024..50_000).contains(&characters), "{characters}");
    }

    #[test]
    fn many_short_texts_share_one_budget() {
        let heavy = Pattern::new("(x|y|z|[a-w]{1,50}){1,40}Q").unwrap();
        let mut budget = MatchBudget(10 * 100 * heavy.weight);
        let text = "a".repeat(100);
        let outcomes: Vec<bool> =
            (0..11).map(|_| heavy.matches(&text, &mut budget) == Match::No).collect();
        assert_eq!(outcomes, [[true; 10].as_slice(), &[false]].concat());
    }

    #[test]
    fn a_pattern_that_would_check_next_to_nothing_is_refused() {
        assert!(Pattern::new("([a-z]{1,200}){1,200}").is_err());
        assert!(Pattern::new("(").is_err());
    }
}
