//! What the model reads about arguments that do not fit, and what is accepted although it looks
//! odd.

#![expect(clippy::unused_async, reason = "the tools under test do little")]

use std::collections::HashMap;

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
    assert_eq!(
        told,
        ["- unit: missing, but `untit` is given", "- places: missing", "- shape.radius: missing"]
    );
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
    for arguments in
        [json!({}), json!(null), json!(""), json!("{}"), json!(" "), json!({"extra": 1})]
    {
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
    let text = r#"{"n": "340282366920938463463374607431768211455", "m": "-9223372036854775808"}"#;
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

#[data]
struct Limited {
    #[schemars(range(max = 5))]
    size: u8,
    #[serde(default)]
    page: u8,
}

/// Maps.
#[tool]
async fn by_number(sizes: HashMap<i32, Limited>, names: Option<HashMap<u8, String>>) -> String {
    let mut pages: Vec<_> =
        sizes.iter().map(|(key, limited)| (*key, limited.size, limited.page)).collect();
    pages.sort_unstable();
    format!("{pages:?} {names:?}")
}

#[tokio::test]
async fn maps_have_numbers_as_keys() {
    let result =
        by_number::call(json!({"sizes": {"1": {"size": 5, "page": null}, "-2": {"size": 1.0}}}))
            .await;
    assert_eq!(result.text_result_for_llm, "[(-2, 1, 0), (1, 5, 0)] None");
    let told = by_number::call(json!({
        "sizes": {"1": {"size": 6}, "x": {"size": 1}, "2": {}},
        "names": {"1": 2, "-1": "x"},
    }));
    assert_eq!(
        told.await.text_result_for_llm.lines().skip(1).collect::<Vec<_>>(),
        [
            "- sizes.1.size: expected at most 5, given 6",
            "- sizes.2.size: missing",
            "- sizes.x: unknown, expected a whole number as the key",
            "- names.-1: unknown, expected a whole number as the key",
            "- names.1: expected a string, given 2",
        ]
    );
}

#[data]
enum Move {
    Stop,
    Go(u8),
    Turn { by: i16 },
}

#[data]
#[serde(untagged)]
enum Key {
    Id(u64),
    Named { name: String, version: u8 },
}

#[data]
struct Tree {
    value: u8,
    children: Vec<Option<Tree>>,
}

/// Alternatives.
#[tool]
async fn alternatives(moves: Vec<Move>, key: Key, tree: Tree) {
    drop((moves, key, tree));
}

#[tokio::test]
async fn the_alternative_that_was_meant_is_told() {
    let told = alternatives::call(json!({
        "moves": [7, {"Go": 1, "Turn": 2}, {"Go": 300}, "Turn", {"Turns": {}}, {"Turn": {}}],
        "key": {"name": "x"},
        "tree": {"value": 1, "children": [null, {"value": "x", "children": []}, {"children": [7]}]},
    }));
    assert_eq!(
        told.await.text_result_for_llm.lines().skip(1).collect::<Vec<_>>(),
        [
            r#"- moves[0]: expected one of "Stop", {"Go": ..}, {"Turn": ..}, given 7"#,
            r#"- moves[1]: expected one of "Stop", {"Go": ..}, {"Turn": ..}, given {"Go":1,"Turn":2}"#,
            "- moves[2].Go: expected at most 255, given 300",
            r#"- moves[3]: expected one of "Stop", {"Go": ..}, {"Turn": ..}, given "Turn" (did you mean {"Turn": ..}?)"#,
            r#"- moves[4]: expected one of "Stop", {"Go": ..}, {"Turn": ..}, given {"Turns":{}} (did you mean {"Turn": ..}?)"#,
            "- moves[5].Turn.by: missing",
            "- key.version: missing",
            r#"- tree.children[1].value: expected an integer, given "x""#,
            "- tree.children[2].value: missing",
            "- tree.children[2].children[0]: expected an object or null, given 7",
        ]
    );
}

#[data]
#[serde(untagged)]
enum Deep {
    Left { left: Box<Deep>, x: u8 },
    Right { left: Box<Deep>, y: u8 },
    Leaf(u8),
}

/// Deep.
#[tool]
async fn deep(tree: Deep, #[arg(range(max = 5))] limit: u8) -> u8 {
    drop(tree);
    limit
}

#[tokio::test]
async fn deep_alternatives_are_not_tried_again_on_every_level() {
    // The first variant, because serde tries one after the other, and each with all that is below.
    let tree = (0..60).fold("1".to_owned(), |tree, _| format!(r#"{{"left":{tree},"x":1}}"#));
    let result = deep::call(format!(r#"{{"tree": {tree}, "limit": 5}}"#)).await;
    assert_eq!(result.text_result_for_llm, "5");
    let result = deep::call(format!(r#"{{"tree": {tree}, "limit": 6}}"#)).await;
    assert_eq!(
        result.text_result_for_llm.lines().last(),
        Some("- limit: expected at most 5, given 6")
    );
}

#[data]
struct Big {
    n: u128,
    x: Option<u8>,
}

/// Big and whole.
#[tool]
async fn big_and_whole(big: Big) -> String {
    format!("{} {:?}", big.n, big.x)
}

#[tokio::test]
async fn integers_of_every_width_keep_their_value_beside_anything() {
    let max = "340282366920938463463374607431768211455";
    for (x, expected) in [("null", "None"), ("5.0", "Some(5)"), ("7", "Some(7)")] {
        let result = big_and_whole::call(format!(r#"{{"n": "{max}", "x": {x}}}"#)).await;
        assert_eq!(result.text_result_for_llm, format!("{max} {expected}"));
    }
}

/// Collides.
#[tool]
async fn collides(text: String, #[arg(flatten)] aliased: Filter, #[arg(flatten)] filter: Filter) {
    drop((text, aliased, filter));
}

#[data]
struct Flattened {
    own: u8,
    #[serde(flatten)]
    shape: Shape,
}

type List = Vec<u8>;

/// No object.
#[tool]
async fn no_object(#[arg(flatten)] shape: Flattened, #[arg(flatten)] list: List) {
    drop((shape, list));
}

#[data]
struct Named {
    #[serde(rename = "größe")]
    size: u8,
}

/// Names.
#[tool]
async fn names(list: Vec<Named>) {
    drop(list);
}

#[tokio::test]
async fn what_models_refuse_is_told_when_the_tool_is_registered() {
    let (_fake, transport) = copilot_sdk::testing::FakeRuntime::new();
    let client = copilot_sdk::Client::builder().transport(transport).start().await.unwrap();
    let refused = client
        .session()
        .tools(copilot_sdk::tools![collides, no_object, names])
        .create()
        .await
        .map(drop)
        .unwrap_err();
    assert_eq!(
        refused.problems(),
        [
            "tool `collides`: two arguments are named `text`: itself and a field of `aliased`",
            "tool `collides`: two arguments are named `text`: a field of `aliased` and a field of `filter`",
            "tool `no_object`: argument `shape` stands for all its fields and must be a struct, but its schema is that of a choice of several",
            "tool `no_object`: argument `list` stands for all its fields and must be a struct, but its schema is that of a list",
            "tool `names`: property name `größe` contains `ö`: use letters, digits, `_`, `.` and `-`",
        ]
    );
}
