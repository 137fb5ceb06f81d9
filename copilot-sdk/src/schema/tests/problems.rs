//! The problems of a value, line by line.

use serde_json::Value;

use crate::schema::parameters::Parameters;
use crate::schema::pattern::Patterns;
use crate::schema::verify::Verifier;

pub(super) fn problems(value: &Value, schema: &Value) -> Vec<String> {
    let parameters = Parameters::given(schema.clone());
    let (_, found) = parameters.validate(&value.to_string(), schema, "").unwrap();
    found.despite_success(true).lines().collect()
}

/// Everything that is found in `value`, as when deserialization refuses it.
pub(super) fn all_problems(value: &Value, schema: &Value) -> Vec<String> {
    let patterns = Patterns::new();
    let found = Verifier::new(schema, &patterns).verify(value, schema, "");
    let refused = crate::schema::problem::Problem::new(
        "",
        "refused",
        crate::schema::problem::ProblemKind::Shape,
    );
    found.merge_problems(refused).lines().collect()
}
