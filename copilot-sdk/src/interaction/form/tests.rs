use schemars::JsonSchema;
use serde_json::json;

use super::Form;

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Order {
    /// How many.
    #[schemars(range(min = 1, max = 9))]
    count: u8,
    price: f64,
    #[schemars(length(max = 20), email)]
    mail: Option<String>,
    gift: bool,
    /// Which one.
    color: Color,
    size: Option<Size>,
    extras: Vec<Size>,
    hues: Vec<Color>,
}

#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
enum Color {
    /// The warm one.
    Red,
    Blue,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum Size {
    Small,
    Large,
}

#[test]
fn a_struct_becomes_a_flat_form() {
    let titled =
        json!([{"const": "Blue", "title": "Blue"}, {"const": "Red", "title": "The warm one."}]);
    let form = Form::of::<Order>().map(|form| {
        let mut form = form.0;
        for pointer in ["/properties/color/oneOf", "/properties/hues/items/anyOf"] {
            let list =
                form.pointer_mut(pointer).and_then(|list| list.as_array_mut()).expect(pointer);
            list.sort_by_key(ToString::to_string);
        }
        form
    });
    assert_eq!(
        form.expect("it fits"),
        json!({"type": "object", "required": ["count", "price", "gift", "color", "extras", "hues"], "properties": {
            "count": {"type": "integer", "description": "How \
                                                         many.", "minimum": 1, "maximum": 9},
            "price": {"type": "number"},
            "mail": {"type": "string", "maxLength": 20, "format": "email"},
            "gift": {"type": "boolean"},
            "color": {"type": "string", "description": "Which one.", "oneOf": titled},
            "size": {"type": "string", "enum": ["small", "large"]},
            "extras": {"type": "array", "items": {"type": "string", "enum": ["small", "large"]}},
            "hues": {"type": "array", "items": {"anyOf": titled}},
        }})
    );
}

#[test]
fn required_fields_keep_their_order() {
    let json = Form::of::<Order>()
        .ok()
        .and_then(|form| serde_json::to_string(&form).ok())
        .expect("a form");
    let found = ["count", "price", "gift", "color", "extras", "hues", "mail", "size"]
        .map(|name| json.find(&format!("\"{name}\":{{")).expect(name));
    assert!(found.is_sorted(), "{json}");
}

#[test]
fn every_field_that_does_not_fit_is_named() {
    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is used")]
    struct Nested {
        order: Order,
        names: Vec<String>,
        fine: String,
    }
    let error = Form::of::<Nested>().expect_err("two fields do not fit");
    let named: Vec<_> =
        error.problems().iter().filter_map(|problem| problem.split('`').nth(1)).collect();
    assert_eq!(named, ["names", "order"]);
    assert_eq!(
        Form::of::<String>().map_err(|error| error.to_string()),
        Err("`string` is not a form: it is not a struct with named fields".to_owned())
    );
}

#[test]
fn single_questions_have_their_forms() {
    let wire = |form: Form| serde_json::to_value(form).expect("plain data serializes");
    assert_eq!(
        wire(Form::confirm()),
        json!({"type": "object", "properties": {"confirmed": {"type": "boolean", "default": true}}, "required": ["confirmed"]})
    );
    assert_eq!(
        wire(Form::select(["a", "b"])),
        json!({"type": "object", "properties": {"selection": {"type": "string", "enum": ["a", "b"]}}, "required": ["selection"]})
    );
    assert_eq!(
        wire(Form::input()),
        json!({"type": "object", "properties": {"value": {"type": "string"}}, "required": ["value"]})
    );
}
