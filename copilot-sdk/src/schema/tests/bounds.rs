//! Hostile schemas and values: how much work they take, and how long a refusal gets.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problems::{all_problems, problems};
use crate::schema::TypeSchema;
use crate::schema::normal::Places;
use crate::schema::parameters::Parameters;
use crate::schema::pattern::{self, Patterns};
use crate::schema::read::Reader;
use crate::schema::verify::Verifier;

#[test]
fn a_value_is_scored_once_for_each_alternative_however_deep() {
    let branch = |key: &str| json!({"type": "object", "properties": {"left": {"$ref": "#/$defs/T"}, key: {"type": "integer"}}, "required": ["left", key]});
    let tree = json!({"anyOf": [branch("x"), branch("y"), {"type": "integer"}]});
    let schema = json!({"$ref": "#/$defs/T", "$defs": {"T": tree}});
    let patterns = Patterns::new();
    let steps = |depth: usize| {
        let value = (0..depth).fold(json!("no"), |left, _| json!({"left": left, "y": 1}));
        let verifier = Verifier::new(&schema, &patterns);
        verifier.verify(&value, &schema, "");
        verifier.steps.get()
    };
    assert!(steps(60) <= 2 * steps(30), "{} and {}", steps(60), steps(30));
}

#[test]
fn a_schema_that_leads_back_to_itself_ends() {
    for schema in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}, {"$ref": "#"}], "type": "object"}),
        json!({"anyOf": [{"$ref": "#"}, {"$ref": "#"}, {"type": "object"}]}),
        json!({"$ref": "#", "allOf": [{"$ref": "#"}], "anyOf": [{"$ref": "#"}, {"$ref": "#"}]}),
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
    ] {
        assert_eq!(problems(&json!({"a": 1}), &schema), [""; 0], "{schema}");
    }
    let schema =
        json!({"type": "object", "properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}}});
    assert_eq!(
        all_problems(&json!({"next": {"next": {"n": "x"}}}), &schema),
        ["next.next.n: expected an integer, given \"x\""]
    );
}

/// A name, a schema, and a value of a size for it.
type Hostile = (&'static str, Value, fn(usize) -> Value);

/// Each kind of input that once took long.
fn hostile() -> Vec<Hostile> {
    let choice = json!({"anyOf": [{"type": "integer"}, {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer"}}}, "required": ["a"]}]});
    vec![
        ("wrong items", json!({"items": {"type": "integer"}}), |n| vec!["x"; n].into()),
        ("long words", json!({"enum": ["celsius", "fahrenheit"]}), |n| "c".repeat(n).into()),
        (
            "unknown members",
            json!({"type": "object", "properties": {"city": {}}, "required": ["city"], "additionalProperties": false}),
            |n| {
                (0..n)
                    .map(|i| (format!("citi{i}"), Value::Null))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            },
        ),
        ("a choice", choice.clone(), |n| json!({"a": vec!["x"; n]})),
        ("choices", json!({"items": choice}), |n| vec![json!({"a": ["x"]}); n].into()),
        ("limits", json!({"items": {"type": "string", "maxLength": 1}}), |n| vec!["xx"; n].into()),
        ("inexact integers", json!({"items": {}}), |n| vec![u64::MAX; n].into()),
    ]
}

#[test]
fn the_work_grows_as_the_value_does_and_the_words_do_not() {
    for (what, schema, value) in hostile() {
        let patterns = Patterns::new();
        let steps = |n: usize| {
            let value = value(n);
            let verifier = Verifier::new(&schema, &patterns);
            let found = verifier.verify(&value, &schema, "");
            Places::find(&value, &schema, &verifier);
            let refused = crate::schema::problem::Problem::new(
                "",
                "refused",
                crate::schema::problem::ProblemKind::Shape,
            );
            let text: String = found.merge_problems(refused).lines().collect();
            assert!(text.len() < 4_000, "{what}: {} bytes", text.len());
            verifier.steps.get()
        };
        let (some, many) = (steps(1_000), steps(4_000));
        assert!(many <= 4 * some + 4, "{what}: {some} and {many} steps");
    }
}

#[test]
fn a_refusal_has_twenty_lines_and_the_number_of_further_problems() {
    let schema = json!({"items": {"type": "integer"}});
    let lines = all_problems(&vec!["x"; 100_000].into(), &schema);
    assert_eq!(lines.len(), 21);
    assert_eq!(lines[19], "[19]: expected an integer, given \"x\"");
    assert_eq!(lines[20], "and 99980 more like these");
    assert_eq!(all_problems(&vec!["x"; 20].into(), &schema).len(), 20);
}

#[test]
fn a_refusal_repeats_no_long_name_and_no_long_value() {
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Strict {
        #[serde(rename = "unit")]
        _unit: BTreeMap<String, Unit>,
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "only reading it counts")]
    enum Unit {
        Celsius(u8),
    }
    let name = "n".repeat(1_000_000);
    let schema = json!({"additionalProperties": {"type": "integer"}});
    let lines = all_problems(&json!({ &name: "v".repeat(1_000_000) }), &schema);
    let expected =
        format!("{}...: expected an integer, given \"{}...", "n".repeat(64), "v".repeat(59));
    assert_eq!(lines, [expected]);

    let parameters = Parameters::of(TypeSchema::of::<Strict>());
    let text = json!({"unit": { &name: name }}).to_string();
    let refused = Reader::whole(&parameters).read::<Strict>(&text).unwrap_err();
    assert!(refused.lines().map(|line| line.len()).sum::<usize>() < 1_000);
}

#[test]
fn texts_are_not_compared_with_a_heavy_pattern_for_longer_than_a_budget() {
    let pattern = "(x|y|z|[a-w]{1,50}){1,40}Q";
    let schema = json!({"items": {"type": "string", "pattern": pattern}});
    let mut patterns = Patterns::new();
    pattern::compile(&schema, &mut patterns, &mut Vec::new());
    let verifier = Verifier::new(&schema, &patterns);
    let found = verifier.verify(&vec!["a".repeat(50_000); 20].into(), &schema, "");
    let lines: Vec<String> = found.despite_success(true).lines().collect();
    assert_eq!(lines.len(), 20);
    assert!(lines[19].starts_with("[19]: too much text to compare with"), "{}", lines[19]);
}

#[test]
fn hostile_arguments_are_refused_within_a_generous_time() {
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Unit {
        Celsius,
        Fahrenheit,
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Arguments {
        #[serde(rename = "unit")]
        _unit: Unit,
        #[serde(rename = "items")]
        _items: Vec<u8>,
        #[serde(rename = "code")]
        #[schemars(regex(pattern = r"(x|y|z|[a-w]{1,50}){1,40}Q"))]
        _code: String,
    }
    let parameters = Parameters::of(TypeSchema::of::<Arguments>());
    let started = std::time::Instant::now();
    for arguments in [
        json!({"unit": "celsius", "items": vec!["x"; 100_000], "code": "Q"}),
        json!({"unit": "c".repeat(10_000_000), "items": [], "code": "Q"}),
        json!({"unit": "celsius", "items": [], "code": "Q", "u".repeat(1_000_000): 1}),
        json!({"unit": "celsius", "items": [], "code": "a".repeat(50_000)}),
    ] {
        let refused = Reader::whole(&parameters).read::<Arguments>(&arguments.to_string());
        let lines: Vec<String> = refused.unwrap_err().lines().collect();
        assert!(lines.concat().len() < 4_000, "{lines:?}");
    }
    // Without a bound these take minutes in an unoptimized build.
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}
