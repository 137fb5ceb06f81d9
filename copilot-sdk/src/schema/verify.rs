//! Finds everything that is wrong with a value, at every depth.
//!
//! Deserialization stops at the first problem and loses its place below `flatten` and tags; this
//! does neither. It knows the keywords that schemars writes, and takes a value as models mean it:
//! see [`normal`](super::normal).

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};

use regex_lite::Regex;
use serde_json::{Map, Value};

use super::branch::{self, Branch};
use super::clean::allows_null;
use super::path::Path;
use super::problem::{Found, Problem, Score, choice, nearest, shown};
use super::{reference, scalar};

/// A value and a schema, told by their addresses: one schema stands in many places, a value in one.
type Pair = (usize, usize);

pub(super) struct Verifier<'a> {
    root: &'a Value,
    patterns: &'a BTreeMap<String, Regex>,
    /// How well values fit alternatives. Without it a recursive type would be looked at anew on
    /// every level, twice as often on each.
    scores: RefCell<BTreeMap<Pair, Score>>,
    /// The references that are being followed: a schema may lead back to itself.
    open: RefCell<Vec<Pair>>,
}

impl<'a> Verifier<'a> {
    pub(super) fn new(root: &'a Value, patterns: &'a BTreeMap<String, Regex>) -> Self {
        Self { root, patterns, scores: RefCell::default(), open: RefCell::default() }
    }

    pub(super) fn root(&self) -> &'a Value {
        self.root
    }

    pub(super) fn verify(&self, value: &Value, schema: &Value, path: &str) -> Vec<Problem> {
        let mut found = Found::telling();
        self.node(value, schema, Path::Start(path), &mut found);
        found.into_problems()
    }

    /// The alternative that `value` was meant to be.
    pub(super) fn meant<'s>(&self, value: &Value, branches: &'s [Value]) -> Option<&'s Value> {
        match branch::find(value, branches) {
            Branch::Meant(branch) => Some(branch),
            Branch::Unknown { .. } => None,
            Branch::Untagged => self.best(value, branches).map(|(branch, _)| branch),
        }
    }

    /// The schema of a member: by its name, by a pattern that the name matches, or that of all
    /// others.
    pub(super) fn member<'s>(&self, node: &'s Map<String, Value>, name: &str) -> Option<&'s Value> {
        let by_name = || node.get("properties")?.get(name);
        let by_pattern = || {
            let patterns = node.get("patternProperties")?.as_object()?;
            let matches = |pattern: &str| {
                self.patterns.get(pattern).is_some_and(|regex| regex.is_match(name))
            };
            patterns.iter().find(|(pattern, _)| matches(pattern)).map(|(_, schema)| schema)
        };
        by_name().or_else(by_pattern).or_else(|| node.get("additionalProperties"))
    }

    fn node(&self, value: &Value, schema: &Value, path: Path<'_>, out: &mut Found) {
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
        if node.get("type").is_some_and(|ty| !scalar::is_of(value, ty)) {
            let ty = node.get("type").map(scalar::name).unwrap_or_default();
            return out.shape(path, || format!("expected {ty}, given {}", shown(value)));
        }
        match value {
            Value::Object(object) => self.object(object, node, path, out),
            Value::Array(list) => self.list(list, node, path, out),
            Value::String(text) => self.text(text, node, path, out),
            Value::Number(number) => scalar::in_range(number, node, path, out),
            Value::Null | Value::Bool(_) => {}
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
            Branch::Meant(branch) => self.node(value, branch, path, out),
            Branch::Unknown { tag: Some(tag), text } => {
                out.shape(Path::Member(&path, tag), || text);
            }
            Branch::Unknown { tag: None, text } => out.shape(path, || text),
            Branch::Untagged => match self.best(value, branches) {
                Some((branch, score)) if out.tells() && score != Score::default() => {
                    self.node(value, branch, path, out);
                }
                Some((_, score)) => out.add(score),
                None => {}
            },
        }
    }

    /// The alternative that fits best in shape was meant; its broken limits count less.
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
        // What is met again while it is being looked at adds nothing.
        self.scores.borrow_mut().insert(pair, Score::default());
        let mut found = Found::counting();
        self.node(value, schema, Path::Start(""), &mut found);
        let score = found.score(!self.has_kind(value, schema, &[]));
        self.scores.borrow_mut().insert(pair, score);
        score
    }

    /// Whether `value` is at least of the JSON type that `schema` asks for.
    fn has_kind(&self, value: &Value, schema: &Value, through: &[&Value]) -> bool {
        if through.iter().any(|schema_before| std::ptr::eq(*schema_before, schema)) {
            return false;
        }
        let through = [through, &[schema]].concat();
        let Value::Object(node) = schema else { return schema != &Value::Bool(false) };
        let in_choice = |key| {
            let branches: Option<&Vec<Value>> = node.get(key).and_then(Value::as_array);
            branches.is_none_or(|branches| {
                branches.iter().any(|branch| self.has_kind(value, branch, &through))
            })
        };
        node.get("type").is_none_or(|ty| scalar::is_of(value, ty))
            && reference(node, self.root)
                .is_none_or(|target| self.has_kind(value, target, &through))
            && in_choice("oneOf")
            && in_choice("anyOf")
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
                let hint = nearest(name, unknown).map(|given| format!(", but `{given}` is given"));
                format!("missing{}", hint.unwrap_or_default())
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

    fn text(&self, text: &str, node: &Map<String, Value>, path: Path<'_>, out: &mut Found) {
        let count = text.chars().count();
        scalar::bounds(
            count,
            node,
            ["minLength", "maxLength"],
            ["character", "characters"],
            path,
            out,
        );
        let Some(pattern) = node.get("pattern").and_then(Value::as_str) else { return };
        if self.patterns.get(pattern).is_some_and(|regex| !regex.is_match(text)) {
            out.limit(path, || {
                format!(
                    "expected text that matches `{pattern}`, given {}",
                    shown(&Value::from(text))
                )
            });
        }
    }
}

/// Whether `value` is a null in place of a property that need not be there.
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

/// The schema of an item: by its place, or that of all others.
pub(super) fn item(node: &Map<String, Value>, index: usize) -> Option<&Value> {
    node.get("prefixItems").and_then(|first| first.get(index)).or_else(|| node.get("items"))
}

pub(super) fn address(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

/// What is said of a member that `node` has no place for.
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn verify(value: &Value, schema: &Value) -> Vec<String> {
        let patterns = BTreeMap::new();
        Verifier::new(schema, &patterns)
            .verify(value, schema, "")
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_value_is_looked_at_once_for_each_alternative_however_deep() {
        let branch = |key: &str| json!({"type": "object", "properties": {"left": {"$ref": "#/$defs/T"}, key: {"type": "integer"}}, "required": ["left", key]});
        let tree = json!({"anyOf": [branch("x"), branch("y"), {"type": "integer"}]});
        let schema = json!({"$ref": "#/$defs/T", "$defs": {"T": tree}});
        let patterns = BTreeMap::new();
        for (leaf, problems) in [(json!(1), 0), (json!("no"), 1)] {
            let value = (0..60).fold(leaf, |left, _| json!({"left": left, "y": 1}));
            let verifier = Verifier::new(&schema, &patterns);
            assert_eq!(verifier.verify(&value, &schema, "").len(), problems);
            assert_eq!(verifier.scores.borrow().len(), 61 * 3);
        }
    }

    #[test]
    fn a_schema_that_leads_back_to_itself_ends() {
        for schema in [
            json!({"$ref": "#"}),
            json!({"allOf": [{"$ref": "#"}, {"$ref": "#"}], "type": "object"}),
            json!({"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"type": "object"}]}),
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
        ] {
            assert_eq!(verify(&json!({"a": 1}), &schema), [""; 0], "{schema}");
        }
        let schema = json!({"type": "object", "properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}}});
        assert_eq!(
            verify(&json!({"next": {"next": {"n": "x"}}}), &schema),
            ["next.next.n: expected an integer, given \"x\""]
        );
    }
}
