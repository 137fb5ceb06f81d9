//! Integers: other spellings, lost digits, and strings of digits.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::schema::TypeSchema;
use crate::schema::normal::Places;
use crate::schema::parameters::Parameters;
use crate::schema::path::Path;
use crate::schema::pattern::Patterns;
use crate::schema::read::Reader;
use crate::schema::rewrite::rewrite;
use crate::schema::signature::Signature;
use crate::schema::verify::Verifier;

/// `text` as it is read, and the integers in it that may have lost digits.
fn rewritten(text: &str, schema: &Value) -> (String, Vec<String>) {
    let value: Value = serde_json::from_str(text).unwrap();
    let patterns = Patterns::new();
    let verifier = Verifier::new(schema, &patterns);
    let places = Places::find(&value, schema, &verifier);
    let mut found = crate::schema::found::Found::in_words();
    let read = rewrite(text, &value, Path::Start(""), &places, &mut found).unwrap().into_owned();
    (read, found.despite_success(false).lines().collect())
}

#[test]
fn only_other_spellings_are_written_anew() {
    let integer = json!({"type": "integer", "format": "uint128"});
    let schema = json!({
        "type": "object",
        "properties": {"n": integer, "x": integer, "list": {"items": integer}, "self": {"$ref": "#"}},
        "additionalProperties": {"$ref": "#"},
    });
    let big = "340282366920938463463374607431768211455";
    for (text, expected) in [
        (r#"{ "n": 1 }"#.to_owned(), r#"{ "n": 1 }"#.to_owned()),
        (format!(r#"{{"n": "{big}", "x": null}}"#), format!(r#"{{"n":{big}}}"#)),
        (format!(r#"{{"n": "00{big}", "x": -5.0}}"#), format!(r#"{{"n":{big},"x":-5}}"#)),
        (
            format!(
                r#"{{"list": ["{big}", 2.0, 2.5], "self": {{"x": null, "o\"": {{"n": 1e2}}}}}}"#
            ),
            format!(r#"{{"list":[{big},2,2.5],"self":{{"o\"":{{"n":100}}}}}}"#),
        ),
        (r#"{"x": 5.0, "n": 1, "x": 6}"#.to_owned(), r#"{"x": 5.0, "n": 1, "x": 6}"#.to_owned()),
    ] {
        assert_eq!(rewritten(&text, &schema), (expected, Vec::new()));
    }
}

#[test]
fn an_integer_that_may_have_lost_digits_is_found_wherever_it_is_not_read_as_a_float() {
    let schema = json!({
        "type": "object",
        "properties": {
            "id": {"type": "integer"},
            "ratio": {"type": "number"},
            "decimal": {"type": ["string", "number"]},
            "any": {},
            "either": {"anyOf": [{"type": "integer"}, {"type": "number"}]},
            "other": {"anyOf": [{"type": "number"}, {"type": "integer"}]},
        },
    });
    let places = |text: &str| -> Vec<String> {
        let (_, lines) = rewritten(text, &schema);
        lines.iter().map(|line| line.split(':').next().unwrap_or_default().to_owned()).collect()
    };
    let big = "9007199254740993";
    assert_eq!(places(&format!(r#"{{"id": {big}}}"#)), ["id"]);
    assert_eq!(places(&format!(r#"{{"id": -{big}}}"#)), ["id"]);
    assert_eq!(places(&format!(r#"{{"ratio": {big}}}"#)), [""; 0]);
    assert_eq!(places(&format!(r#"{{"decimal": {big}}}"#)), ["decimal"]);
    assert_eq!(places(&format!(r#"{{"any": {{"a": [1, {big}]}}}}"#)), ["any.a[1]"]);
    assert_eq!(places(&format!(r#"{{"any": 1e300, "id": "{big}"}}"#)), [""; 0]);
    assert_eq!(places(&format!(r#"{{"either": {big}, "other": {big}}}"#)), ["either"]);
    // A name that the schema does not know may be an alias.
    assert_eq!(places(&format!(r#"{{"alias": {big}}}"#)), ["alias"]);
    assert_eq!(places(&format!(r#"{{"id": {big}, "id": 5}}"#)), ["id"]);
    assert_eq!(places(r#"{"id": 9007199254740991, "any": "12345678901234567890"}"#), [""; 0]);
}

#[test]
fn a_string_of_digits_goes_to_a_string_where_both_are_possible() {
    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(untagged)]
    enum Key {
        Id(u64),
        Name(String),
    }
    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    #[serde(untagged)]
    enum Number {
        Id(u64),
        All(bool),
    }
    #[derive(Debug, PartialEq, Deserialize, JsonSchema)]
    struct Keys {
        key: Key,
        number: Number,
    }
    let parameters = Parameters::of(TypeSchema::of::<Keys>());
    let read = Reader::whole(&parameters).read::<Keys>(
        r#"{"key": "2512292042121000001", "number": "2512292042121000001", "x": null}"#,
    );
    let id = 2_512_292_042_121_000_001;
    let expected = Keys { key: Key::Name(id.to_string()), number: Number::Id(id) };
    assert_eq!(read, Ok(expected));
}

#[test]
fn an_integer_that_may_have_lost_digits_is_refused_whatever_else_the_schema_says_of_it() {
    let schema =
        json!({"properties": {"id": {"type": "string"}, "list": {"items": {"maximum": 1}}}});
    let parameters = Parameters::given(schema);
    let read = |text: &str| {
        let refused = Reader::whole(&parameters).read::<Value>(text).unwrap_err();
        refused.lines().collect::<Vec<_>>()
    };
    let lines = read(r#"{"id": 9007199254740993}"#);
    assert!(
        lines.len() == 1 && lines[0].starts_with("id: 9007199254740993 is beyond"),
        "{lines:?}"
    );
    assert_eq!(
        read(r#"{"list": [9007199254740993]}"#),
        ["list[0]: expected at most 1, given 9007199254740993"]
    );
}

#[test]
fn integers_become_strings_of_digits_where_an_argument_wants_that() {
    let mut signature = Signature::new();
    let _ = signature.property::<u64>("id", "The order.").string();
    let _ = signature.property::<Option<Vec<i32>>>("ids", "").string().length(None, Some(2.into()));
    let _ = signature.defaulted::<i64>("page", "", Some(json!(5))).string();
    let parameters = signature.finish();
    assert_eq!(parameters.problems(), [""; 0]);
    assert_eq!(
        parameters.schema()["properties"],
        json!({
            "id": {"type": "string", "pattern": "^[0-9]+$", "description": "The order."},
            "ids": {"type": "array", "items": {"type": "string", "pattern": "^-?[0-9]+$"}, "maxItems": 2},
            "page": {"type": "string", "pattern": "^-?[0-9]+$", "default": "5"},
        })
    );
    let id = |text: &str| Reader::property(&parameters, "id", true).read::<u64>(text);
    assert_eq!(id(r#""18446744073709551615""#), Ok(u64::MAX));
    assert_eq!(id("5"), Ok(5));
    let refused = |text: &str| id(text).unwrap_err().lines().collect::<Vec<_>>();
    assert_eq!(refused(r#""12x""#), [r#"id: expected text that matches `^[0-9]+$`, given "12x""#]);
    assert_eq!(
        refused(r#""18446744073709551616""#),
        [r#"id: expected at most 18446744073709551615, given "18446744073709551616""#]
    );
    let ids = Reader::property(&parameters, "ids", true).read::<Vec<i32>>(r#"["-1", "02"]"#);
    assert_eq!(ids, Ok(vec![-1, 2]));

    let mut signature = Signature::new();
    let _ = signature.property::<bool>("yes", "").string();
    let _ = signature.property::<u8>("few", "").string().range(None, Some(5.into()));
    assert_eq!(
        signature.finish().problems(),
        [
            "argument `yes`: `string` is for integers, and its type, \"boolean\", has none: remove \
             `string`, or take an integer such as `u64`",
            "argument `few`: `range` does not fit its type, \"string\"",
        ]
    );
}
