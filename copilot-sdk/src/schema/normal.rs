//! Normalizes the variants models write: `null` for an absent property, `5.0` and `"5"` for the
//! integer 5.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::generate::reference;
use super::integer;
use super::scalar;
use super::verify::{Verifier, address, item, stands_for_absent};

/// The places of a value that must be rewritten, by the address of the value there.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<usize, Normalization>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Normalization {
    /// A null in place of an absent property.
    Absent,
    /// An integer, with its normalized text.
    Integer(String),
    /// A number that may be inexact because it is deserialized as a float.
    Float,
    /// A list or object that contains such a place.
    Inside,
}

impl Places {
    /// Finds the places in `value`, according to `schema`.
    pub(super) fn find(value: &Value, schema: &Value, verifier: &Verifier<'_>) -> Self {
        let mut search = Search { verifier, places: HashMap::new() };
        search.node(value, schema, &[]);
        Self(search.places)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn at(&self, value: &Value) -> Option<&Normalization> {
        self.0.get(&address(value))
    }
}

struct Search<'v> {
    verifier: &'v Verifier<'v>,
    places: HashMap<usize, Normalization>,
}

impl Search<'_> {
    /// Whether `value` or a part of it must be rewritten.
    fn node(&mut self, value: &Value, schema: &Value, through: &[&Value]) -> bool {
        let Value::Object(node) = schema else { return false };
        let mut found = false;
        if let Some(target) = reference(node, self.verifier.root())
            && !through.iter().any(|before| std::ptr::eq(*before, target))
        {
            found |= self.node(value, target, &[through, &[target]].concat());
        }
        for part in node.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            found |= self.node(value, part, through);
        }
        for key in ["oneOf", "anyOf"] {
            let branches = node.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            if let Some(intended) = self.verifier.intended_branch(value, branches) {
                found |= self.node(value, intended, through);
            }
        }
        found |= match value {
            Value::Array(list) => self.list(list, node),
            Value::Object(object) => self.object(object, node),
            _ => match scalar_place(value, node) {
                Some(place) => {
                    let is_new = place != Normalization::Float;
                    self.places.insert(address(value), place);
                    is_new
                }
                None => false,
            },
        };
        if found {
            self.places.entry(address(value)).or_insert(Normalization::Inside);
        }
        found
    }

    fn list(&mut self, list: &[Value], node: &Map<String, Value>) -> bool {
        let mut found = false;
        for (index, value) in list.iter().enumerate() {
            found |= item(node, index).is_some_and(|schema| self.node(value, schema, &[]));
        }
        found
    }

    fn object(&mut self, object: &Map<String, Value>, node: &Map<String, Value>) -> bool {
        let mut found = false;
        for (name, value) in object {
            let Some(schema) = self.verifier.member(node, name) else { continue };
            if stands_for_absent(value, name, node, schema) {
                self.places.insert(address(value), Normalization::Absent);
                found = true;
            } else {
                found |= self.node(value, schema, &[]);
            }
        }
        found
    }
}

fn scalar_place(value: &Value, node: &Map<String, Value>) -> Option<Normalization> {
    match value {
        Value::Number(number) if is_integer(node) => {
            scalar::whole(number).map(|whole| Normalization::Integer(whole.to_string()))
        }
        Value::Number(_) if is_float(node) => Some(Normalization::Float),
        Value::String(text) => integer::in_string(text, node).map(Normalization::Integer),
        _ => None,
    }
}

fn is_integer(node: &Map<String, Value>) -> bool {
    has_type(node, "integer") && !has_type(node, "number")
}

/// Whether numbers here are floats. A number that may also be a string is a decimal, which a float
/// cannot represent.
fn is_float(node: &Map<String, Value>) -> bool {
    has_type(node, "number") && !has_type(node, "string")
}

fn has_type(node: &Map<String, Value>, ty: &str) -> bool {
    match node.get("type") {
        Some(Value::Array(types)) => types.iter().any(|other| other == ty),
        Some(other) => other == ty,
        None => false,
    }
}
