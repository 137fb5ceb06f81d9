//! A value fits the schema exactly when the tool accepts it: on generated values, judged by an
//! independent validator.
//!
//! What the schema does not say is that `null` counts as absent; the judge is asked about the value
//! without it. What it says in words only (the order of a tuple, the keys of a map of numbers) is
//! never wrong here.

#![expect(clippy::unused_async, reason = "the tools under test do little")]

use std::cell::Cell;
use std::collections::BTreeMap;

use copilot_sdk::tool::{ResultType, Tool};
use copilot_sdk::{ToolContext, data, tool};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

#[data]
#[serde(rename_all = "lowercase")]
enum Unit {
    Celsius,
    /// Of the old kind.
    Fahrenheit,
}

#[data]
struct Place {
    lat: f64,
    #[schemars(length(min = 2, max = 3))]
    name: Option<String>,
}

#[data]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Shape {
    Circle { radius: u8 },
    Square { side: i16, unit: Option<Unit> },
}

#[data]
enum Outer {
    Nothing,
    Number(i8),
    Place(Place),
}

#[data]
#[serde(untagged)]
enum Loose {
    Id(u16),
    Named {
        #[schemars(length(min = 2))]
        name: String,
        unit: Option<Unit>,
    },
    Fork {
        left: Box<Loose>,
        right: Option<Box<Loose>>,
    },
}

#[data]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    A(i8),
    B { x: u8 },
}

#[data]
struct Flat {
    own: u8,
    #[serde(flatten)]
    shape: Shape,
}

/// Everything.
#[tool]
#[expect(clippy::too_many_arguments, reason = "the more the better")]
async fn everything(
    unit: Unit,
    #[arg(length(max = 2))] places: Vec<Place>,
    shape: Option<Shape>,
    outer: Option<Outer>,
    map: Option<BTreeMap<String, u8>>,
    #[arg(default, range(min = -5, max = 5))] count: i32,
    #[arg(pattern = "^[a-z]+$")] word: Option<String>,
    nested: Option<Node>,
    numbers: Option<Vec<(i64, f32)>>,
    loose: Option<Loose>,
    adjacent: Option<Adjacent>,
    flat: Option<Flat>,
    keys: Option<BTreeMap<u32, u8>>,
) {
    drop((unit, places, shape, outer, map, count, word, nested, numbers));
    drop((loose, adjacent, flat, keys));
}

/// Nothing that its types do not enforce: the calls take the short way.
#[data]
struct Unlimited {
    unit: Unit,
    shape: Option<Shape>,
    map: Option<BTreeMap<String, u8>>,
    count: i32,
    numbers: Option<Vec<(i64, f32)>>,
    adjacent: Option<Adjacent>,
    flat: Option<Flat>,
    keys: Option<BTreeMap<u32, u8>>,
}

/// The whole object.
#[tool]
async fn whole(arguments: Unlimited) {
    drop(arguments);
}

#[data]
struct Node {
    value: u8,
    children: Vec<Node>,
}

fn scalar() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "celsius",
        "fahrenheit",
        "kelvin",
        "circle",
        "square",
        "Nothing",
        "a",
        "Ab",
        "abcd",
    ]);
    prop_oneof![
        (-300_i32..300).prop_map(Value::from),
        (-6_i32..6).prop_map(Value::from),
        words.prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        prop::sample::select(vec![json!(1.5), json!(3.0), json!(-2.0), json!(300.0), json!(null)]),
    ]
}

/// An object with some of `fields`.
fn object(fields: Vec<(&'static str, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(name, value)| {
            prop::option::weighted(0.9, value)
                .prop_map(move |value| value.map(|value| (name.to_owned(), value)))
        })
        .collect();
    fields
        .prop_map(|fields| Value::Object(fields.into_iter().flatten().collect::<Map<_, _>>()))
        .boxed()
}

/// Mostly what is meant, sometimes anything.
fn mostly(meant: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Value> {
    prop_oneof![29 => meant, 1 => scalar()].boxed()
}

fn unit() -> BoxedStrategy<Value> {
    mostly(prop::sample::select(vec![json!("celsius"), json!("fahrenheit")]))
}

fn small() -> BoxedStrategy<Value> {
    let written = |number: u8, as_float: bool| {
        if as_float { json!(f32::from(number)) } else { json!(number) }
    };
    mostly(
        (0_u8..6, prop::bool::weighted(0.1))
            .prop_map(move |(number, as_float)| written(number, as_float)),
    )
}

fn numbers() -> BoxedStrategy<Value> {
    let whole = |value: &Value| value.as_f64().is_none_or(|number| number.fract() == 0.0);
    let pair = (small().prop_filter("the order is told in words", whole), small());
    mostly(prop::collection::vec(pair.prop_map(|(a, b)| json!([a, b])), 0..3).prop_map(Value::from))
}

fn loose() -> BoxedStrategy<Value> {
    let named =
        object(vec![("name", mostly("[a-z]{1,3}".prop_map(Value::from))), ("unit", unit())]);
    let leaf = mostly(prop_oneof![small(), named]);
    leaf.prop_recursive(3, 8, 2, |inner| {
        object(vec![("left", inner.clone()), ("right", mostly(inner))])
    })
    .boxed()
}

fn adjacent() -> BoxedStrategy<Value> {
    let tag = mostly(prop::sample::select(vec![json!("A"), json!("B")]));
    mostly(object(vec![
        ("t", tag),
        ("c", prop_oneof![small(), object(vec![("x", small())])].boxed()),
    ]))
}

fn flat() -> BoxedStrategy<Value> {
    let kind = mostly(prop::sample::select(vec![json!("circle"), json!("square")]));
    let kind = kind
        .prop_filter("below `flatten` serde takes numbers for variants", |kind| !kind.is_number())
        .boxed();
    let fields = vec![
        ("own", small()),
        ("kind", kind),
        ("radius", small()),
        ("side", small()),
        ("unit", unit()),
    ];
    mostly(object(fields))
}

fn place() -> BoxedStrategy<Value> {
    mostly(object(vec![("lat", small()), ("name", mostly("[a-z]{1,4}".prop_map(Value::from)))]))
}

fn shape() -> BoxedStrategy<Value> {
    let kind = mostly(prop::sample::select(vec![json!("circle"), json!("square")]));
    mostly(object(vec![("kind", kind), ("radius", small()), ("side", small()), ("unit", unit())]))
}

fn outer() -> BoxedStrategy<Value> {
    let number = small().prop_map(|number| json!({"Number": number}));
    let place = place().prop_map(|place| json!({"Place": place}));
    mostly(prop_oneof![Just(json!("Nothing")), number, place])
}

fn node() -> BoxedStrategy<Value> {
    let leaf = small().prop_map(|value| json!({"value": value, "children": []}));
    leaf.prop_recursive(3, 12, 3, |inner| {
        (small(), prop::collection::vec(mostly(inner), 0..3))
            .prop_map(|(value, children)| json!({"value": value, "children": children}))
    })
    .boxed()
}

fn arguments() -> BoxedStrategy<Value> {
    let first = object(vec![
        ("unit", unit()),
        ("places", mostly(prop::collection::vec(place(), 0..4).prop_map(Value::from))),
        ("shape", shape()),
        ("outer", outer()),
        ("map", mostly(object(vec![("x", small()), ("y", small())]))),
        ("count", small()),
        ("word", mostly("[a-z]{1,4}".prop_map(Value::from))),
        ("nested", mostly(node())),
        ("numbers", numbers()),
    ]);
    let others = prop_oneof![
        object(vec![("loose", mostly(loose()))]),
        object(vec![("adjacent", adjacent())]),
        object(vec![("flat", flat())]),
        object(vec![("keys", mostly(object(vec![("1", small()), ("4294967295", small())])))]),
    ];
    let both = |(first, others): (Value, Value)| {
        [first, others]
            .iter()
            .filter_map(Value::as_object)
            .flatten()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    (first, others).prop_map(both).boxed()
}

fn is_map(name: &str) -> bool {
    ["map", "keys"].contains(&name)
}

/// The value without the nulls of optional members; the entries of a map are not optional.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object.iter().filter(|(_, value)| !value.is_null());
            kept.map(|(name, value)| {
                (name.clone(), if is_map(name) { value.clone() } else { without_nulls(value) })
            })
            .collect()
        }
        Value::Array(list) => list.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// Judges 2,000 generated values with both; returns how many were accepted and refused.
#[expect(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
fn agree(tool: &Tool) -> (u32, u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let validator = jsonschema::draft202012::new(tool.spec().schema().unwrap()).unwrap();
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&arguments(), |arguments| {
        let result = runtime.block_on(tool.call(&arguments, ToolContext::detached(tool.name())));
        let fits = result.result_type == ResultType::Success;
        let judged = validator.is_valid(&without_nulls(&arguments));
        prop_assert_eq!(fits, judged, "{}\n{}", arguments, result.text_result_for_llm);
        let counter = if fits { &accepted } else { &refused };
        counter.set(counter.get() + 1);
        Ok(())
    });
    outcome.unwrap();
    (accepted.get(), refused.get())
}

#[test]
fn schema_checker_and_deserialization_agree() {
    for tool in [everything::tool(), whole::tool()] {
        let (accepted, refused) = agree(&tool);
        assert!(
            accepted > 100 && refused > 100,
            "{accepted} accepted, {refused} refused: the test proves little"
        );
    }
}
