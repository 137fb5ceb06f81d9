//! What a refusal says.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::problems::all_problems;
use crate::schema::TypeSchema;
use crate::schema::parameters::Parameters;
use crate::schema::read::Reader;

#[test]
fn an_object_with_two_members_of_one_name_and_different_kinds_is_refused() {
    let parameters = Parameters::given(json!({"properties": {"a": {}}}));
    let text = r#"{"a": 1, "a": [12345678901234567890]}"#;
    let refused = Reader::whole(&parameters).read::<Value>(text).unwrap_err();
    assert_eq!(refused.lines().collect::<Vec<_>>(), ["arguments: an object has a member twice"]);
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
    let parameters = Parameters::of(TypeSchema::of::<Items>());
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
        Parameters::of(TypeSchema::of::<Units>()).schema()["properties"]["units"]["items"],
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
    let parameters = Parameters::of(TypeSchema::of::<Booking>());
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
