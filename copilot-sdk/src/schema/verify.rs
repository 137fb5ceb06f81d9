//! Finds every problem with a value, at any depth.
//!
//! Unlike deserialization, it does not stop at the first problem, and does not lose the path below
//! `flatten` and tags. Supports the keywords schemars generates, and tolerates what models mean:
//! see [`normal`](super::normal).

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::branch::{self, Branch};
use super::clean::allows_null;
use super::format;
use super::found::{Found, Score};
use super::generate::reference;
use super::integer;
use super::kind;
use super::path::Path;
use super::pattern::{Match, MatchBudget, Patterns};
use super::scalar::{self, Amount};
use super::suggest::nearest;
use super::wording::{choice, either, shown};

/// The addresses of a value and a schema; a schema may apply in many places, a value is in one.
type Pair = (usize, usize);

pub(super) struct Verifier<'a> {
    root: &'a Value,
    patterns: &'a Patterns,
    budget: RefCell<MatchBudget>,
    /// How well values fit alternatives. Without this cache, the work for a recursive type doubles
    /// with every level.
    scores: RefCell<HashMap<Pair, Score>>,
    /// The references being followed, because a schema may refer to itself.
    open: RefCell<Vec<Pair>>,
    /// Number of comparisons of a value with a schema.
    #[cfg(test)]
    pub(super) steps: std::cell::Cell<usize>,
}

impl<'a> Verifier<'a> {
    pub(super) fn new(root: &'a Value, patterns: &'a Patterns) -> Self {
        Self {
            root,
            patterns,
            budget: RefCell::new(MatchBudget::new()),
            scores: RefCell::default(),
            open: RefCell::default(),
            #[cfg(test)]
            steps: std::cell::Cell::default(),
        }
    }

    pub(super) fn root(&self) -> &'a Value {
        self.root
    }

    pub(super) fn verify(&self, value: &Value, schema: &Value, path: &str) -> Found {
        let mut found = Found::in_words();
        self.node(value, schema, Path::Start(path), &mut found);
        found
    }

    /// The alternative `value` was intended to match.
    pub(super) fn intended_branch<'s>(
        &self,
        value: &Value,
        branches: &'s [Value],
    ) -> Option<&'s Value> {
        match branch::find(value, branches) {
            Branch::Tagged(branch) => Some(branch),
            Branch::Unknown(_) => None,
            Branch::Untagged => self.best(value, branches).map(|(branch, _)| branch),
        }
    }

    /// The schema of a member: by name, by a pattern matching the name, or that of all others.
    pub(super) fn member<'s>(&self, node: &'s Map<String, Value>, name: &str) -> Option<&'s Value> {
        let by_name = || node.get("properties")?.get(name);
        let by_pattern = || {
            let patterns = node.get("patternProperties")?.as_object()?;
            let matches = |pattern: &str| self.matches(pattern, name) == Some(Match::Yes);
            patterns.iter().find(|(pattern, _)| matches(pattern)).map(|(_, schema)| schema)
        };
        by_name().or_else(by_pattern).or_else(|| node.get("additionalProperties"))
    }

    fn node(&self, value: &Value, schema: &Value, path: Path<'_>, out: &mut Found) {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
        let node = match schema {
            Value::Object(node) => node,
            Value::Bool(false) => return out.shape(path, || "not expected here".to_owned()),
            _ => return,
        };
        if let Some(target) = reference(node, self.root) {
            self.follow(value, target, path, out);
        }
        if let Some(constant) = node.get("const")
            && constant != value
        {
            return out.shape(path, || branch::not_allowed(std::slice::from_ref(constant), value));
        }
        if let Some(Value::Array(allowed)) = node.get("enum")
            && !allowed.contains(value)
        {
            return out.shape(path, || branch::not_allowed(allowed, value));
        }
        let integer = value.as_str().and_then(|text| integer::in_string(text, node));
        let is_of = |ty| scalar::is_of(value, ty) || integer.is_some();
        if let Some(ty) = node.get("type").filter(|ty| !is_of(ty)) {
            let ty = scalar::name(ty);
            return out.shape(path, || format!("expected {ty}, given {}", shown(value)));
        }
        match value {
            Value::Object(object) => self.object(object, node, path, out),
            Value::Array(list) => self.list(list, node, path, out),
            Value::String(text) => self.text(text, value, node, path, out),
            Value::Number(number) => scalar::in_range(Amount::Number(number), node, path, out),
            Value::Null | Value::Bool(_) => {}
        }
        if let Some(digits) = &integer {
            scalar::in_range(Amount::Digits(digits), node, path, out);
        }
        for part in node.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.node(value, part, path, out);
        }
        for key in ["oneOf", "anyOf"] {
            if let Some(Value::Array(branches)) = node.get(key) {
                self.one_of(value, branches, path, out);
            }
        }
    }

    fn follow(&self, value: &Value, target: &Value, path: Path<'_>, out: &mut Found) {
        let pair = (address(value), address(target));
        if !self.open.borrow().contains(&pair) {
            self.open.borrow_mut().push(pair);
            self.node(value, target, path, out);
            self.open.borrow_mut().pop();
        }
    }

    fn one_of(&self, value: &Value, branches: &[Value], path: Path<'_>, out: &mut Found) {
        match branch::find(value, branches) {
            Branch::Tagged(branch) => self.node(value, branch, path, out),
            Branch::Unknown(unknown) => {
                let place = unknown.tag().map_or(path, |tag| Path::Member(&path, tag));
                out.shape(place, || unknown.text(value));
            }
            Branch::Untagged => match self.best(value, branches) {
                Some((_, score)) if score.wrong_kind && score.shape > 0 => out.shape(path, || {
                    let kinds = either(&kind::names(branches, self.root));
                    format!("expected {kinds}, given {}", shown(value))
                }),
                Some((branch, score)) if out.puts_into_words() && score != Score::default() => {
                    self.node(value, branch, path, out);
                }
                Some((_, score)) => out.add(score),
                None => {}
            },
        }
    }

    /// The best-fitting alternative. Shape matters more than violated limits.
    fn best<'s>(&self, value: &Value, branches: &'s [Value]) -> Option<(&'s Value, Score)> {
        branches
            .iter()
            .map(|branch| (branch, self.score(value, branch)))
            .min_by_key(|(_, score)| *score)
    }

    fn score(&self, value: &Value, schema: &Value) -> Score {
        let pair = (address(value), address(schema));
        if let Some(score) = self.scores.borrow().get(&pair) {
            return *score;
        }
        // A pair met again while being scored adds nothing.
        self.scores.borrow_mut().insert(pair, Score::default());
        let mut found = Found::counting();
        self.node(value, schema, Path::Start(""), &mut found);
        let score = found.score(!kind::is_of(value, schema, self.root));
        self.scores.borrow_mut().insert(pair, score);
        score
    }

    fn object(
        &self,
        object: &Map<String, Value>,
        node: &Map<String, Value>,
        path: Path<'_>,
        out: &mut Found,
    ) {
        let properties = node.get("properties").and_then(Value::as_object);
        let known = |name: &str| properties.is_some_and(|properties| properties.contains_key(name));
        let required =
            node.get("required").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for name in
            required.iter().filter_map(Value::as_str).filter(|name| !object.contains_key(*name))
        {
            out.shape(Path::Member(&path, name), || {
                let unknown = object.keys().map(String::as_str).filter(|given| !known(given));
                missing(nearest(name, unknown))
            });
        }
        for (name, value) in object {
            let inner = Path::Member(&path, name);
            match self.member(node, name) {
                Some(schema) if stands_for_absent(value, name, node, schema) => {}
                Some(Value::Bool(false)) if !known(name) => out.shape(inner, || unknown(node)),
                Some(schema) => self.node(value, schema, inner, out),
                None => {}
            }
        }
        scalar::bounds(
            object.len(),
            node,
            ["minProperties", "maxProperties"],
            ["entry", "entries"],
            path,
            out,
        );
    }

    fn list(&self, list: &[Value], node: &Map<String, Value>, path: Path<'_>, out: &mut Found) {
        for (index, value) in list.iter().enumerate() {
            if let Some(schema) = item(node, index) {
                self.node(value, schema, Path::Item(&path, index), out);
            }
        }
        scalar::bounds(list.len(), node, ["minItems", "maxItems"], ["item", "items"], path, out);
        if node.get("uniqueItems").is_some_and(|unique| *unique == true) {
            let mut seen = HashSet::new();
            if let Some(twice) = list.iter().find(|value| !seen.insert(value.to_string())) {
                out.limit(path, || format!("{} is given twice", shown(twice)));
            }
        }
    }

    fn text(
        &self,
        text: &str,
        value: &Value,
        node: &Map<String, Value>,
        path: Path<'_>,
        out: &mut Found,
    ) {
        scalar::bounds(
            text.chars().count(),
            node,
            ["minLength", "maxLength"],
            ["character", "characters"],
            path,
            out,
        );
        let format = node.get("format").and_then(Value::as_str);
        if let Some(form) = format.and_then(|format| format::expected(format, text)) {
            out.shape(path, || format!("expected {form}, given {}", shown(value)));
        }
        let Some(pattern) = node.get("pattern").and_then(Value::as_str) else { return };
        match self.matches(pattern, text) {
            None | Some(Match::Yes) => {}
            Some(Match::No) => out.limit(path, || {
                format!("expected text that matches `{pattern}`, given {}", shown(value))
            }),
            Some(Match::TooLong(most)) => out.limit(path, || {
                format!(
                    "too much text to compare with `{pattern}`: expected at most {most} bytes in \
                     all"
                )
            }),
        }
    }

    /// `None` for a pattern that could not be compiled, which is not checked.
    fn matches(&self, pattern: &str, text: &str) -> Option<Match> {
        let pattern = self.patterns.get(pattern)?;
        Some(pattern.matches(text, &mut self.budget.borrow_mut()))
    }
}

/// The text for a missing name; `given` may be a misspelling of it.
pub(super) fn missing(given: Option<&str>) -> String {
    let hint = given.map(|given| format!(", but `{given}` is given"));
    format!("missing{}", hint.unwrap_or_default())
}

/// Whether `value` is a null in place of an optional property.
pub(super) fn stands_for_absent(
    value: &Value,
    name: &str,
    node: &Map<String, Value>,
    schema: &Value,
) -> bool {
    let is_property =
        || node.get("properties").is_some_and(|properties| properties.get(name).is_some());
    let required = || {
        node.get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .any(|given| given == name)
    };
    value.is_null() && is_property() && !required() && !allows_null(schema)
}

/// The schema of an item: by index, or that of all others.
pub(super) fn item(node: &Map<String, Value>, index: usize) -> Option<&Value> {
    node.get("prefixItems").and_then(|first| first.get(index)).or_else(|| node.get("items"))
}

pub(super) fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

/// The text for a member that `node` does not allow.
fn unknown(node: &Map<String, Value>) -> String {
    let names = |key| node.get(key).and_then(Value::as_object).into_iter().flat_map(Map::keys);
    let known: Vec<Value> = names("properties").map(|name| name.as_str().into()).collect();
    let keys: Vec<String> =
        names("patternProperties").map(|pattern| scalar::keys(pattern)).collect();
    let known = (!known.is_empty()).then(|| choice(&known));
    let expected: Vec<String> = known.into_iter().chain(keys).collect();
    if expected.is_empty() {
        "unknown".to_owned()
    } else {
        format!("unknown, expected {}", expected.join(" or "))
    }
}
