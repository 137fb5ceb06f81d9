//! Limits in a schema that its Rust types do not enforce.

use serde_json::Value;

use super::walk::each_child;

const BOUNDS: [&str; 8] = [
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "minLength",
    "maxLength",
    "minProperties",
    "maxProperties",
];
const OTHERS: [&str; 5] =
    ["exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "uniqueItems"];

/// Whether `schema` has a limit anywhere that deserialization does not enforce.
///
/// `schema` must be generated from a type and still have its formats: they distinguish `u8`, which
/// is limited by nature, from a larger integer with the same limits.
pub(super) fn beyond_types(schema: &Value) -> bool {
    any(schema, by_nature)
}

/// Whether a hand-written `schema` has a limit anywhere.
pub(super) fn written(schema: &Value) -> bool {
    any(schema, |_, _| false)
}

fn any(schema: &Value, exempt: fn(&Value, &str) -> bool) -> bool {
    let mut found = OTHERS.iter().any(|key| schema.get(key).is_some())
        || BOUNDS.iter().any(|key| schema.get(key).is_some() && !exempt(schema, key));
    each_child(schema, &mut |child| found = found || any(child, exempt));
    found
}

fn by_nature(schema: &Value, key: &str) -> bool {
    let bound = schema.get(key);
    match key {
        "minimum" | "maximum" => {
            let format = schema.get("format").and_then(Value::as_str).unwrap_or_default();
            let range: [Option<i64>; 2] = match format {
                "int8" => [Some(i8::MIN.into()), Some(i8::MAX.into())],
                "int16" => [Some(i16::MIN.into()), Some(i16::MAX.into())],
                "uint8" => [Some(0), Some(u8::MAX.into())],
                "uint16" => [Some(0), Some(u16::MAX.into())],
                _ if format.starts_with("uint") => [Some(0), None],
                _ => return false,
            };
            let [min, max] = range;
            let natural = if key == "minimum" { min } else { max };
            natural.is_some() && bound.and_then(Value::as_i64) == natural
        }
        "minItems" | "maxItems" => {
            let tuple = schema
                .get("prefixItems")
                .and_then(Value::as_array)
                .and_then(|items| u64::try_from(items.len()).ok());
            tuple.is_some() && bound.and_then(Value::as_u64) == tuple
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;

    use super::super::generate::generator;
    use super::*;

    fn limited<T: JsonSchema>() -> bool {
        beyond_types(&generator().subschema_for::<T>().to_value())
    }

    #[derive(JsonSchema)]
    struct Limited {
        #[schemars(range(max = 14))]
        _days: u8,
    }

    #[test]
    fn what_a_type_enforces_is_no_limit_and_the_rest_is() {
        assert!(!limited::<(u8, i8, u16, i16, u32, i32, u64, i64, usize, u128, f64, String)>());
        assert!(!limited::<(Option<u8>, Vec<u16>, std::time::Duration, (u8, bool))>());
        assert!(limited::<Limited>() && limited::<Vec<Option<Limited>>>());
        assert!(limited::<std::num::NonZeroU8>() && limited::<std::collections::HashSet<u8>>());
        assert!(written(&serde_json::json!({"type": "integer", "format": "uint8", "minimum": 0})));
    }
}
