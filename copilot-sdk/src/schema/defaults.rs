//! Defaults that violate their own limits.

use serde_json::{Map, Value};

use super::pattern::Patterns;
use super::verify::Verifier;
use super::walk::each_child;
use super::wording::shown;

/// Records every default in `schema` that violates a limit next to it. Shapes are not checked,
/// because a type may serialize differently than it deserializes.
pub(super) fn check(schema: &Value, patterns: &Patterns, problems: &mut Vec<String>) {
    let verifier = Verifier::new(schema, patterns);
    in_schema(schema, &verifier, problems);
}

fn in_schema(schema: &Value, verifier: &Verifier<'_>, problems: &mut Vec<String>) {
    for (name, property) in
        schema.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::iter)
    {
        let Some(default) = property.get("default") else { continue };
        let found = verifier.verify(default, property, name);
        problems.extend(found.broken_limits().map(|problem| {
            format!("the default {} does not fit its own limit: {problem}", shown(default))
        }));
    }
    each_child(schema, &mut |child| in_schema(child, verifier, problems));
}
