use std::collections::BTreeMap;

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{answers, enum_fields, json_fields, questions, read_question, read_whole, records};
use crate::ids::SessionId;
use crate::open_enum::open_enum;

open_enum! {
    /// A way to pay.
    pub enum Payment {
        /// With coins.
        Cash = "cash",
    }
}

enum_fields! { Payment }

records! {
    /// An order.
    #[derive(Debug, PartialEq)]
    Order {
        /// The session.
        session_id: SessionId = "sessionId",
        /// The guest.
        guest: String = "guest" [required],
        /// Whether it is urgent.
        urgent: bool = "urgent" [or true],
        /// The way to pay.
        payment: Option<Payment> = "payment",
        /// The dishes.
        dishes: Vec<Dish> = "dishes",
        /// What each dish costs.
        prices: BTreeMap<String, u64> = "prices",
        /// The number of the table.
        table: u64 = "table" [as Table],
        /// A note.
        note: Value = "note",
    }

    /// A dish.
    #[derive(Debug, PartialEq)]
    Dish {
        /// Its name.
        name: String = "name" [required],
    }
}

questions! { Order }

/// A table, named by its number or as `table 7`.
#[derive(Default, serde::Deserialize)]
#[serde(untagged)]
enum Table {
    #[default]
    None,
    Number(u64),
    Name(String),
}

json_fields! { Table }

impl From<Table> for u64 {
    fn from(table: Table) -> Self {
        match table {
            Table::None => 0,
            Table::Number(number) => number,
            Table::Name(name) => name.trim_start_matches("table ").parse().unwrap_or(0),
        }
    }
}

fn order(guest: &str) -> Order {
    Order {
        session_id: "s".into(),
        guest: guest.to_owned(),
        urgent: true,
        payment: None,
        dishes: Vec::new(),
        prices: BTreeMap::new(),
        table: 0,
        note: Value::Null,
    }
}

/// Reads a question of the session `s`.
fn asked(json: &Value) -> Result<Order, String> {
    let json: Box<RawValue> = serde_json::from_str(&json.to_string()).expect("JSON");
    read_question(&"s".into(), Some(&json)).map_err(|error| error.to_string())
}

#[test]
fn absent_fields_have_their_empty_values() {
    let nulls = json!({"guest": "Ada", "urgent": null, "payment": null, "dishes": null,
        "table": null, "note": null, "new": [{}]});
    assert_eq!(asked(&nulls), Ok(order("Ada")));
    assert_eq!(asked(&json!({"guest": "Ada"})), Ok(order("Ada")));
}

#[test]
fn each_field_is_read_into_its_type() {
    let whole = json!({"sessionId": "of a sub-agent", "guest": "A\u{e9}\n", "urgent": false,
        "payment": "shells", "dishes": [{"name": "soup"}], "prices": {"tea": 2, "soup": 5}, "table": "table 7", "note": [1.5, {}]});
    let expected = Order {
        urgent: false,
        payment: Some("shells".into()),
        dishes: vec![Dish { name: "soup".to_owned() }],
        prices: BTreeMap::from([("soup".to_owned(), 5), ("tea".to_owned(), 2)]),
        table: 7,
        note: json!([1.5, {}]),
        ..order("A\u{e9}\n")
    };
    assert_eq!(asked(&whole), Ok(expected));
}

#[test]
fn a_question_that_is_not_whole_is_not_read_and_the_error_names_the_field() {
    let wrong = |field: &str| Err(format!("`{field}` has a value of the wrong type"));
    let lacking = || Err("it is not an object, or lacks a field that it needs".to_owned());
    for (json, error) in [
        (json!({"guest": 7}), wrong("guest")),
        (json!({"guest": "Ada", "urgent": "no"}), wrong("urgent")),
        (json!({"guest": "Ada", "payment": {"kind": "cash"}}), wrong("payment")),
        (json!({"guest": "Ada", "dishes": {}}), wrong("dishes")),
        (json!({"guest": "Ada", "dishes": [{"name": "soup"}, 7]}), wrong("dishes")),
        (json!({"guest": "Ada", "dishes": [{"name": ["soup"]}]}), wrong("name")),
        (json!({"guest": "Ada", "dishes": [{}]}), wrong("dishes")),
        (json!({"guest": "Ada", "dishes": [null]}), wrong("dishes")),
        (json!({"guest": "Ada", "prices": {"soup": null, "tea": 2}}), wrong("prices")),
        (json!({"guest": "Ada", "prices": {"soup": 1, "soup": "dear"}}), wrong("soup")),
        (json!({"guest": "Ada", "table": []}), wrong("table")),
        (json!({"guest": null}), lacking()),
        (json!({}), lacking()),
        (json!(["Ada"]), lacking()),
        (json!("Ada"), lacking()),
    ] {
        assert_eq!(asked(&json), error, "{json}");
    }
}

#[test]
fn only_what_is_whole_is_read_whole() {
    assert_eq!(read_whole(r#"{"name": "soup"}"#), Some(Dish { name: "soup".to_owned() }));
    for text in [r#"{"name": 7}"#, "{}", "null", "[]", r#"{"name": "soup"} {}"#, r#"{"name": "#] {
        assert_eq!(read_whole::<Dish>(text), None, "{text}");
    }
}

#[test]
fn other_formats_leave_out_what_has_the_wrong_shape() {
    let read = |json| serde_json::from_value::<Order>(json).map_err(|error| error.to_string());
    let odd = json!({"sessionId": "s", "guest": "Ada", "urgent": 7, "dishes": [{}, 7]});
    assert_eq!(read(odd), Ok(order("Ada")));
    let lacking = "Order lacks an identifier or a required field".to_owned();
    assert_eq!(read(json!({"sessionId": "s", "guest": 7})), Err(lacking.clone()));
    assert_eq!(read(json!({"guest": "Ada"})), Err(lacking));
}

#[test]
fn an_answer_may_be_as_long_as_the_history_of_a_session() {
    answers! {
        struct Messages {
            events: Vec<Box<RawValue>> = "events" [required],
        }
    }
    let json = format!(r#"{{"events": [{}{{}}]}}"#, "{},".repeat(300_000));
    let messages: Messages = serde_json::from_str(&json).unwrap();
    assert_eq!(messages.events.len(), 300_001);
}
