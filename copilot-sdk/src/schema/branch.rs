//! The intended alternative of a `oneOf` or `anyOf`, as identified by a tag.

use serde_json::Value;

use super::suggest::nearest;
use super::wording::{choice, shown};

/// The alternative a tag identifies.
pub(super) enum Branch<'a> {
    /// This one, by its tag.
    Tagged(&'a Value),
    /// None: the tag is missing or unknown.
    Unknown(UnknownBranch<'a>),
    /// There is no tag.
    Untagged,
}

/// A value whose tag matches no alternative.
pub(super) enum UnknownBranch<'a> {
    /// The property `tag` has an unknown value.
    Inner { tag: &'a str, branches: &'a [Value] },
    /// There is no such variant.
    Outer(Vec<Variant<'a>>),
}

/// A variant of an externally tagged enum.
pub(super) struct Variant<'a> {
    name: &'a str,
    /// Whether it is an object with the name as its only key, rather than just the name.
    data: bool,
    branch: &'a Value,
}

pub(super) fn find<'a>(value: &Value, branches: &'a [Value]) -> Branch<'a> {
    match inner_tag(branches) {
        Some(tag) => by_inner_tag(value, branches, tag),
        None => by_outer_tag(value, branches),
    }
}

/// The property with a different constant in every branch, as in an internally or adjacently tagged
/// enum.
fn inner_tag(branches: &[Value]) -> Option<&str> {
    let first = branches.first()?.get("properties")?.as_object()?;
    let is_tag = |name: &&String| branches.iter().all(|branch| constant(branch, name).is_some());
    first.keys().find(is_tag).map(String::as_str)
}

fn constant<'a>(branch: &'a Value, name: &str) -> Option<&'a Value> {
    branch.get("properties")?.get(name)?.get("const")
}

fn by_inner_tag<'a>(value: &Value, branches: &'a [Value], tag: &'a str) -> Branch<'a> {
    let Some(object) = value.as_object() else { return Branch::Untagged };
    let given = object.get(tag);
    let has_tag = |branch: &&Value| given.is_some() && constant(branch, tag) == given;
    match branches.iter().find(has_tag) {
        Some(branch) => Branch::Tagged(branch),
        None => Branch::Unknown(UnknownBranch::Inner { tag, branches }),
    }
}

/// Handles externally tagged enums: objects with the variant as their only key, and strings for
/// variants without data.
fn by_outer_tag<'a>(value: &Value, branches: &'a [Value]) -> Branch<'a> {
    let Some(variants) = variants(branches) else { return Branch::Untagged };
    let named = |given: &str, data: bool| {
        variants.iter().find(|variant| variant.name == given && variant.data == data)
    };
    let intended = match value {
        Value::Object(object) if object.len() == 1 => {
            object.keys().next().and_then(|key| named(key, true))
        }
        Value::String(name) => named(name, false),
        _ => None,
    };
    match intended {
        Some(variant) => Branch::Tagged(variant.branch),
        None => Branch::Unknown(UnknownBranch::Outer(variants)),
    }
}

impl UnknownBranch<'_> {
    /// The property to blame, if it is not the value itself.
    pub(super) fn tag(&self) -> Option<&str> {
        match self {
            Self::Inner { tag, .. } => Some(tag),
            Self::Outer(_) => None,
        }
    }

    /// What the model could write instead of `value`.
    pub(super) fn text(&self, value: &Value) -> String {
        match self {
            Self::Inner { tag, branches } => {
                let allowed: Vec<Value> =
                    branches.iter().filter_map(|branch| constant(branch, tag)).cloned().collect();
                match value.get(tag) {
                    Some(given) => not_allowed(&allowed, given),
                    None => format!("missing, expected {}", choice(&allowed)),
                }
            }
            Self::Outer(variants) => no_variant(variants, value),
        }
    }
}

fn no_variant(variants: &[Variant<'_>], value: &Value) -> String {
    let only_key = value
        .as_object()
        .filter(|object| object.len() == 1)
        .and_then(|object| object.keys().next());
    let given = value.as_str().or(only_key.map(String::as_str));
    let name = given.and_then(|given| nearest(given, variants.iter().map(|variant| variant.name)));
    let hint = match name.and_then(|name| variants.iter().find(|variant| variant.name == name)) {
        Some(near) if given != Some(near.name) || variants.len() > 1 => {
            format!(" (did you mean {}?)", near.shown())
        }
        _ => String::new(),
    };
    let expected: Vec<String> = variants.iter().map(Variant::shown).collect();
    let one_of = if expected.len() == 1 { "" } else { "one of " };
    format!("expected {one_of}{}, given {}{hint}", expected.join(", "), shown(value))
}

impl Variant<'_> {
    /// The form in which the model should write it.
    fn shown(&self) -> String {
        let name = Value::from(self.name);
        if self.data { format!("{{{name}: ..}}") } else { name.to_string() }
    }
}

/// The variants, when this is an externally tagged enum.
fn variants(branches: &[Value]) -> Option<Vec<Variant<'_>>> {
    let mut variants = Vec::new();
    for branch in branches {
        let variant = |name, data| Variant { name, data, branch };
        match (only_key(branch), branch.get("const"), branch.get("enum")) {
            (Some(key), ..) => variants.push(variant(key, true)),
            (_, Some(Value::String(name)), _) => variants.push(variant(name, false)),
            (_, _, Some(Value::Array(names))) if names.iter().all(Value::is_string) => {
                variants.extend(
                    names.iter().filter_map(Value::as_str).map(|name| variant(name, false)),
                );
            }
            _ => return None,
        }
    }
    (!variants.is_empty()).then_some(variants)
}

/// The only key the object may have. If other keys are allowed, it is not a tag.
fn only_key(branch: &Value) -> Option<&str> {
    let properties = branch.get("properties")?.as_object()?;
    let required = branch.get("required")?.as_array()?;
    let closed = branch.get("additionalProperties").is_some_and(|others| *others == false);
    match (properties.len(), required.as_slice()) {
        (1, [Value::String(only)]) if closed => Some(only),
        _ => None,
    }
}

/// `expected one of "a", "b", given "c"`, with a suggestion for a misspelling.
pub(super) fn not_allowed(allowed: &[Value], given: &Value) -> String {
    let near =
        given.as_str().and_then(|text| nearest(text, allowed.iter().filter_map(Value::as_str)));
    let hint = near.map(|near| format!(" (did you mean \"{near}\"?)")).unwrap_or_default();
    format!("expected {}, given {}{hint}", choice(allowed), shown(given))
}
