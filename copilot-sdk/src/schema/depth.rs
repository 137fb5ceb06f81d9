//! The nesting depth of a schema.

use serde_json::Value;

use super::walk::each_child;

/// Maximum nesting of objects and lists accepted by every provider.
const DEEPEST: usize = 10;

/// The problem with a schema too deep for some provider.
pub(super) fn problem(schema: &Value) -> Option<String> {
    let levels = levels(schema);
    (levels > DEEPEST).then(|| {
        format!(
            "the schema of the arguments is {levels} levels deep, and model providers accept \
             {DEEPEST}: flatten a struct, or take a part of it as text"
        )
    })
}

/// Counts levels. A reference counts as a scalar, because its target is at the root.
fn levels(schema: &Value) -> usize {
    let mut inner = 0;
    each_child(schema, &mut |child| inner = inner.max(levels(child)));
    let nests = ["properties", "items", "additionalProperties"];
    inner + usize::from(nests.iter().any(|key| schema.get(key).is_some()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_and_lists_are_levels_and_choices_are_not() {
        let nest = |depth: usize| {
            (0..depth).fold(json!({"type": "string"}), |inner, level| match level % 3 {
                0 => json!({"type": "object", "properties": {"a": inner}}),
                1 => json!({"type": "array", "items": {"anyOf": [inner, {"type": "null"}]}}),
                _ => json!({"type": "object", "additionalProperties": inner}),
            })
        };
        assert_eq!(problem(&nest(10)), None);
        assert!(problem(&nest(11)).is_some_and(|text| text.contains("11 levels")));
    }
}
