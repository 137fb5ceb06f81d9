//! `#[data]`: what it derives, and the attributes below it.

use copilot_sdk::tool::{IntoToolResult, Tool};
use copilot_sdk::{ToolContext, ToolResult, data, tool};
use serde_json::json;

#[data]
#[derive(Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(description = "A person.")]
struct Person {
    /// The first name.
    #[schemars(length(min = 2))]
    first_name: String,
    #[serde(default = "five", skip_serializing_if = "is_five")]
    years: u8,
    #[serde(skip)]
    secret: u8,
}

fn five() -> u8 {
    5
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_five(number: &u8) -> bool {
    *number == 5
}

/// Greet a person.
#[tool]
async fn greet(person: Person) -> Person {
    person
}

#[tokio::test]
async fn attributes_of_serde_and_schemars_work_below_it() {
    assert_eq!(
        greet::schema(),
        json!({
            "type": "object", "additionalProperties": false, "required": ["firstName"],
            "properties": {
                "firstName": {"type": "string", "minLength": 2, "description": "The first name."},
                "years": {"type": "integer", "minimum": 0, "maximum": 255},
            },
            "description": "A person.",
        })
    );
    assert_eq!(
        greet::call(json!({"firstName": "Ada"})).await,
        ToolResult::success(r#"{"firstName":"Ada"}"#)
    );
    let refused = greet::call(json!({"firstName": "A", "years": 300})).await.text_result_for_llm;
    assert_eq!(refused.lines().count(), 3, "{refused}");
}

#[data]
struct Page<T: Clone>
where
    T: Default,
{
    items: Vec<T>,
    next: Option<u32>,
}

/// Show a page.
#[tool]
async fn show(page: Page<u8>) -> Page<u8> {
    page
}

#[derive(Default)]
struct More<const N: usize>;

#[data]
struct Wrapper<'a, const N: usize> {
    text: &'a str,
    #[serde(skip)]
    more: More<N>,
}

#[tokio::test]
async fn types_may_be_generic() {
    assert_eq!(
        show::schema()["properties"]["items"],
        json!({"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 255}})
    );
    assert_eq!(
        show::call(json!({"items": [1]})).await,
        ToolResult::success(r#"{"items":[1],"next":null}"#)
    );
    let borrowed = Wrapper { text: "a", more: More::<1> };
    assert_eq!(serde_json::to_value(&borrowed).ok(), Some(json!({"text": "a"})));
    let Wrapper { more: More, .. } = borrowed;
}

#[data]
enum Shape {
    /// Round.
    Circle {
        radius: f64,
    },
    Square(f64),
    Nothing,
}

/// The area of a shape.
#[tool]
async fn area(shape: Shape) -> Shape {
    shape
}

#[tokio::test]
async fn enums_and_other_structs_are_properties() {
    assert_eq!(area::schema()["required"], json!(["shape"]));
    for shape in [json!({"Circle": {"radius": 1.5}}), json!({"Square": 2.5}), json!("Nothing")] {
        assert_eq!(
            area::call(json!({"shape": shape})).await,
            shape.into_tool_result().unwrap_or_default(),
        );
    }
}

mod sdk {
    pub(crate) use copilot_sdk::*;
}

#[data(crate = crate::data::sdk)]
struct Elsewhere {
    number: u8,
}

#[tokio::test]
async fn the_crate_may_be_elsewhere_and_closures_return_data() {
    let tool =
        Tool::new("x").description("x").handler(|elsewhere: Elsewhere, _| async move { elsewhere });
    assert_eq!(
        tool.call(json!({"number": 3}), ToolContext::detached("x")).await,
        ToolResult::success(r#"{"number":3}"#)
    );
}

#[data]
#[serde(transparent)]
struct Celsius {
    degrees: f64,
}

#[data]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
#[derive(Clone)]
struct Date {
    year: u16,
}

impl TryFrom<String> for Date {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(|year| Self { year }).map_err(|_| "not a year".to_owned())
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.year.to_string()
    }
}

#[data]
#[serde(from = "u8")]
#[schemars(with = "u8")]
struct Floor {
    number: u8,
}

impl From<u8> for Floor {
    fn from(number: u8) -> Self {
        Self { number }
    }
}

#[data]
#[cfg_attr(all(), serde(transparent))]
struct Kelvin {
    degrees: f64,
}

#[data]
#[cfg_attr(any(), serde(transparent))]
struct Object {
    number: u8,
}

/// A struct that is read from one value.
#[tool]
async fn celsius(celsius: Celsius) -> f64 {
    celsius.degrees
}

/// A struct that is read from one value.
#[tool]
async fn date(date: Date) -> u16 {
    date.year
}

/// A struct that is read from one value.
#[tool]
async fn floor(floor: Floor) -> u8 {
    floor.number
}

/// A struct that is read from one value in this build.
#[tool]
async fn kelvin(kelvin: Kelvin) -> f64 {
    kelvin.degrees
}

/// A struct that is an object in this build.
#[tool]
async fn object(object: Object) -> u8 {
    object.number
}

#[tokio::test]
async fn a_struct_that_is_read_from_one_value_is_a_property() {
    assert_eq!(celsius::call(json!({"celsius": 21.5})).await, ToolResult::success("21.5"));
    assert_eq!(date::call(json!({"date": "1999"})).await, ToolResult::success("1999"));
    assert_eq!(floor::call(json!({"floor": 3})).await, ToolResult::success("3"));
    assert_eq!(kelvin::call(json!({"kelvin": 294.5})).await, ToolResult::success("294.5"));
    assert_eq!(object::call(json!({"number": 4})).await, ToolResult::success("4"));
}
