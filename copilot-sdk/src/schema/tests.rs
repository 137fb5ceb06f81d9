//! Reading and checking values as a whole: what is found, what is read, and how much work it takes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::normal::Places;
use super::parameters::Parameters;
use super::path::Path;
use super::pattern::{self, Patterns};
use super::read::Reader;
use super::rewrite::rewrite;
use super::signature::Signature;
use super::verify::Verifier;

fn problems(value: &Value, schema: &Value) -> Vec<String> {
    let parameters = Parameters::given(schema.clone());
    let (_, found) = parameters.validate(&value.to_string(), schema, "").unwrap();
    found.despite_success(true).lines().collect()
}

/// Everything that is found in `value`, as when deserialization refuses it.
fn all_problems(value: &Value, schema: &Value) -> Vec<String> {
    let patterns = Patterns::new();
    let found = Verifier::new(schema, &patterns).verify(value, schema, "");
    let refused = super::problem::Problem::new("", "refused", super::problem::Kind::Shape);
    found.merge_problems(refused).lines().collect()
}

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

/// `text` as it is read, and the integers in it that may have lost digits.
fn rewritten(text: &str, schema: &Value) -> (String, Vec<String>) {
    let value: Value = serde_json::from_str(text).unwrap();
    let patterns = Patterns::new();
    let verifier = Verifier::new(schema, &patterns);
    let places = Places::find(&value, schema, &verifier);
    let mut found = super::found::Found::in_words();
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
fn an_object_with_two_members_of_one_name_and_different_kinds_is_refused() {
    let parameters = Parameters::given(json!({"properties": {"a": {}}}));
    let text = r#"{"a": 1, "a": [12345678901234567890]}"#;
    let refused = Reader::whole(&parameters).read::<Value>(text).unwrap_err();
    assert_eq!(refused.lines().collect::<Vec<_>>(), ["arguments: an object has a member twice"]);
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
            let refused = super::problem::Problem::new("", "refused", super::problem::Kind::Shape);
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
fn a_broken_limit_counts_however_many_other_problems_stand_before_it() {
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Item {
        #[schemars(extend("enum" = [1]))]
        #[serde(rename = "n")]
        _n: u8,
        #[schemars(range(max = 5))]
        #[serde(rename = "limited")]
        _limited: u8,
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Items {
        #[serde(rename = "items")]
        _items: Vec<Item>,
    }
    let parameters = Parameters::of::<Items>();
    let mut items = vec![json!({"n": 2, "limited": 1}); 50];
    items.push(json!({"n": 2, "limited": 6}));
    let refused =
        Reader::whole(&parameters).read::<Items>(&json!({"items": items}).to_string()).unwrap_err();
    assert_eq!(
        refused.lines().collect::<Vec<_>>(),
        ["items[50].limited: expected at most 5, given 6"]
    );
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

    let parameters = Parameters::of::<Strict>();
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
fn every_kind_of_an_untagged_choice_is_named() {
    let choice = json!({"anyOf": [
        {"type": "integer"}, {"type": "string"}, {"$ref": "#/$defs/list"},
        {"anyOf": [{"type": "integer"}, {"const": "all"}]},
    ]});
    let schema = json!({
        "properties": {"key": choice},
        "$defs": {"list": {"type": "array", "items": {"type": "integer"}}},
    });
    assert_eq!(
        all_problems(&json!({"key": true}), &schema),
        ["key: expected an integer, a string, a list or \"all\", given true"]
    );
    assert_eq!(
        all_problems(&json!({"key": [1, "x"]}), &schema),
        ["key[1]: expected an integer, given \"x\""]
    );
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
    let parameters = Parameters::of::<Keys>();
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
fn what_once_took_seconds_takes_a_fraction_of_one() {
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
    let parameters = Parameters::of::<Arguments>();
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
            "argument `yes`: `string` is for integers, and does not fit its type, \"boolean\"",
            "argument `few`: `range` does not fit its type, \"string\"",
        ]
    );
}

#[test]
fn the_null_of_a_nullable_enum_is_described_as_such() {
    #[derive(JsonSchema)]
    #[serde(rename_all = "lowercase")]
    #[expect(dead_code, reason = "only its schema is used")]
    enum Unit {
        Celsius,
    }
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Units {
        units: Vec<Option<Unit>>,
    }
    assert_eq!(
        Parameters::of::<Units>().schema()["properties"]["units"]["items"],
        json!({"anyOf": [{"type": "string", "enum": ["celsius"]}, {"type": "null"}]})
    );
}

#[test]
fn a_date_that_a_library_refuses_is_told_by_the_form_that_is_wanted() {
    #[derive(Debug)]
    struct Date;
    impl<'de> Deserialize<'de> for Date {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            let is_right = text == "2024-02-29";
            if is_right {
                Ok(Self)
            } else {
                Err(serde::de::Error::custom("premature end of input"))
            }
        }
    }
    impl JsonSchema for Date {
        fn inline_schema() -> bool {
            true
        }
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Date".into()
        }
        fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
            schemars::json_schema!({"type": "string", "format": "date"})
        }
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(tag = "kind")]
    enum When {
        On {
            #[serde(rename = "day")]
            _day: Date,
        },
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Booking {
        #[serde(rename = "when")]
        _when: When,
        #[serde(rename = "until")]
        _until: Date,
    }
    let parameters = Parameters::of::<Booking>();
    let text = r#"{"when": {"kind": "On", "day": "today"}, "until": "2024-02"}"#;
    let refused = Reader::whole(&parameters).read::<Booking>(text).unwrap_err();
    assert_eq!(
        refused.lines().collect::<Vec<_>>(),
        [
            "until: expected a date such as 2024-02-29, given \"2024-02\"",
            "when.day: expected a date such as 2024-02-29, given \"today\"",
        ]
    );
}
