//! What the model reads about arguments that do not fit, and what is accepted although it looks odd.

#![expect(clippy::unused_async, reason = "the tools under test do little")]

use copilot_sdk::tool::ResultType;
use copilot_sdk::{data, tool};
use serde_json::{Value, json};

#[data]
#[derive(PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
enum Unit {
    Celsius,
    Fahrenheit,
}

#[data]
struct Place {
    lat: f64,
    lon: f64,
    /// The name.
    #[schemars(length(min = 2))]
    name: Option<String>,
}

#[data]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Shape {
    Circle { radius: f64 },
    Square { side: f64 },
}

/// Everything.
#[tool]
async fn everything(
    unit: Unit,
    places: Vec<Place>,
    shape: Option<Shape>,
    #[arg(default = 3, range(min = 1, max = 5))] count: u8,
    #[arg(pattern = "^[a-z]+$", length(max = 4))] word: Option<String>,
) -> String {
    format!("{unit:?} {} {} {count} {word:?}", places.len(), shape.is_some())
}

async fn problems(arguments: Value) -> Vec<String> {
    let result = everything::call(arguments).await;
    assert_eq!(result.result_type, ResultType::Failure);
    result.text_result_for_llm.lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test]
async fn all_problems_are_told_at_once_at_every_depth() {
    let told = problems(json!({
        "unit": "celcius",
        "places": [{"lat": "x", "lon": 1}, {"lat": 1, "name": "a"}],
        "shape": {"kind": "circel", "radius": 1},
        "count": 9,
        "word": "ABCDE",
    }))
    .await;
    assert_eq!(
        told,
        [
            r#"- unit: expected one of "celsius", "fahrenheit", given "celcius" (did you mean "celsius"?)"#,
            r#"- places[0].lat: expected a number, given "x""#,
            "- places[1].lon: missing",
            "- places[1].name: expected at least 2 characters, given 1",
            r#"- shape.kind: expected one of "circle", "square", given "circel" (did you mean "circle"?)"#,
            "- count: expected at most 5, given 9",
            "- word: expected at most 4 characters, given 5",
            r#"- word: expected text that matches `^[a-z]+$`, given "ABCDE""#,
        ]
    );
}

#[tokio::test]
async fn missing_arguments_and_misspelled_names_are_told() {
    let told = problems(json!({"untit": "celsius", "shape": {"kind": "circle"}})).await;
    assert_eq!(told, ["- unit: missing, but `untit` is given", "- places: missing", "- shape.radius: missing"]);
}

#[tokio::test]
async fn null_counts_as_absent_for_every_optional_argument() {
    let arguments = json!({"unit": "celsius", "places": [{"lat": 1, "lon": 2, "name": null}], "shape": null, "count": null, "word": null});
    let result = everything::call(arguments).await;
    assert_eq!(result.text_result_for_llm, "Celsius 1 false 3 None");
}

#[tokio::test]
async fn what_is_no_object_is_told_too() {
    assert_eq!(problems(json!([1])).await, ["- arguments: expected an object, given [1]"]);
    assert_eq!(problems(json!(5)).await, ["- arguments: expected an object, given 5"]);
}

/// Nothing.
#[tool]
async fn nothing() -> &'static str {
    "done"
}

#[tokio::test]
async fn no_arguments_have_many_spellings() {
    for arguments in [json!({}), json!(null), json!(""), json!("{}"), json!(" "), json!({"extra": 1})] {
        assert_eq!(nothing::call(arguments).await.text_result_for_llm, "done");
    }
}

#[data]
struct Paging {
    #[serde(default)]
    page: u32,
    size: Option<u8>,
}

#[data]
#[serde(deny_unknown_fields)]
struct Filter {
    text: String,
}

/// Search.
#[tool]
async fn search(
    #[arg(flatten)] filter: Filter,
    #[arg(flatten)] paging: Paging,
    #[arg(rename = "type")] kind: u8,
) -> String {
    format!("{} {} {:?} {kind}", filter.text, paging.page, paging.size)
}

#[tokio::test]
async fn flattened_structs_share_the_object() {
    let result = search::call(json!({"text": "a", "page": null, "type": 1})).await;
    assert_eq!(result.text_result_for_llm, "a 0 None 1");
    let result = search::call(json!({"page": "x", "size": 300})).await;
    assert_eq!(
        result.text_result_for_llm,
        "the arguments of `search` do not fit, correct them and call it again:\n- text: missing\n- page: expected an integer, given \"x\"\n- size: expected at most 255, given 300\n- type: missing"
    );
    assert_eq!(search::schema()["required"], json!(["text", "type"]));
}

/// Alias.
#[tool]
async fn aliased(params: Aliased) -> String {
    params.city
}

#[data]
struct Aliased {
    #[serde(alias = "town")]
    city: String,
}

#[tokio::test]
async fn what_serde_accepts_beyond_the_schema_is_accepted() {
    assert_eq!(aliased::call(json!({"town": "Rome"})).await.text_result_for_llm, "Rome");
}

/// Big.
#[tool]
async fn big(n: u128, m: i64) -> String {
    format!("{n} {m}")
}

#[tokio::test]
async fn integers_of_every_width_keep_their_value() {
    let text = r#"{"n": 340282366920938463463374607431768211455, "m": -9223372036854775808}"#;
    assert_eq!(
        big::call(text).await.text_result_for_llm,
        "340282366920938463463374607431768211455 -9223372036854775808"
    );
}

/// Whole or field.
#[tool]
async fn as_field(#[arg(rename = "place")] place: Place) -> f64 {
    place.lat + place.lon
}

#[test]
fn a_renamed_struct_is_a_field() {
    assert_eq!(as_field::schema()["required"], json!(["place"]));
}
