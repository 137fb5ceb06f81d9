//! That values come out as they went in: those that the schemas allow, and any other.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::sample::samples;
use super::types::all;
use super::{root, schemas};

#[test]
fn every_value_that_the_schemas_allow_is_written_as_it_was_read() {
    let mut count = 0;
    for (name, round) in all() {
        // Types that stand within others have no definition of their own.
        if !schemas().definitions.contains_key(name) {
            continue;
        }
        // Whether a value may be `null` is said of its field.
        for value in samples(name).into_iter().filter(|value| !value.is_null()) {
            assert_eq!(without_nulls(&round(value.clone())), without_nulls(&value), "{name}");
            count += 1;
        }
    }
    assert!(count > 2_000, "only {count} values");
}

#[test]
fn no_value_makes_reading_fail_and_none_is_lost() {
    for (name, round) in all() {
        // What each field holds is of a wrong type in one of these.
        for wrong in [json!(7), json!(-7.0), json!("a new word"), json!({"new": 1}), json!([[]])] {
            let fields: Map<String, Value> =
                fields(name).into_iter().map(|field| (field, wrong.clone())).collect();
            let mut value = fields;
            value.insert("a field of a newer CLI".to_owned(), json!([1, {"b": null}]));
            let written = round(Value::Object(value.clone()));
            for (field, sent) in value {
                assert!(same(&written[&field], &sent), "{name}.{field}: {sent} -> {written}");
            }
        }
        round(Value::Null);
        round(json!({}));
    }
}

#[test]
fn every_type_is_tried() {
    let tried: BTreeSet<_> = all().into_iter().map(|(name, _)| name).collect();
    let listing = std::fs::read_to_string(root().join("xtask/protocol.txt")).unwrap();
    let listed: BTreeSet<_> = listing
        .lines()
        .filter_map(|line| line.strip_prefix("object ").or(line.strip_prefix("union ")))
        .collect();
    assert!(listed.len() > 1_000, "only {} types", listed.len());
    assert_eq!(tried, listed);
}

/// The names of the fields of a type, as the listing has them.
fn fields(name: &str) -> Vec<String> {
    static LISTING: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let listing =
        LISTING.get_or_init(|| std::fs::read_to_string(root().join("xtask/protocol.txt")).unwrap());
    let Some((_, rest)) = listing.split_once(&format!("\nobject {name}\n")) else {
        return Vec::new();
    };
    let lines = rest.lines().map_while(|line| line.strip_prefix("  "));
    lines.map(|line| line.split(['?', ':']).next().unwrap().to_owned()).collect()
}

/// Whether a value was written whole: `1` may have become `1.0`, and required fields may have
/// joined.
fn same(written: &Value, sent: &Value) -> bool {
    match (written, sent) {
        (Value::Number(written), Value::Number(sent)) => written.as_f64() == sent.as_f64(),
        (Value::Object(written), Value::Object(sent)) => sent
            .iter()
            .all(|(name, sent)| written.get(name).is_some_and(|written| same(written, sent))),
        _ => written == sent,
    }
}

/// `null` means absent.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
