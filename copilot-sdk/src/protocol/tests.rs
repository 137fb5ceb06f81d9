//! Reading and writing values that the schema does not foresee.
#![expect(unreachable_pub, reason = "the macros declare public types")]

use serde_json::{Value, json};

use super::macros::{objects, unions, words};
use super::{Entries, Extra};

objects! {
    /// A boat.
    pub struct Boat {
        "kind" = "boat",
        crew: Vec<Sailor> = "crew",
        home: Option<String> = "home",
        length: f64 = "length",
        masts: u64 = "masts",
        owner: Option<String> = "owner" or null,
        ports: Entries<u64> = "ports",
        rig: Rig = "rig",
    }

    pub struct Sailor {
        api_key: Option<String> = "apiKey",
        name: String = "name",
    }

    pub struct Raft {
        "kind" = "raft",
        logs: i64 = "logs",
    }
}

unions! {
    pub enum Vessel {
        Boat(Boat) = Word("kind", &["boat", "ship"]),
        Raft(Raft) = Word("kind", &["raft"]),
        Sunk(Box<Sailor>) = Flag("sunk", true),
        Manned(Sailor) = Has(&["name"]),
        Name(String) = Fits,
    }
}

words! {
    pub enum Rig {
        Sloop = "sloop",
    }
}

fn round<T: serde::Serialize + serde::de::DeserializeOwned>(value: &Value) -> Value {
    let read: T = serde_json::from_value(value.clone()).expect("no value makes reading fail");
    serde_json::to_value(read).expect("as JSON")
}

#[test]
fn what_a_type_declares_is_read_and_written() {
    let value = json!({
        "kind": "boat", "crew": [{"name": "Ann"}], "length": 7.5, "masts": 1.0, "owner": null,
        "ports": {"http": 80}, "rig": "sloop", "home": null,
    });
    let boat: Boat = serde_json::from_value(value).expect("a boat");
    let crew = vec![Sailor { name: "Ann".to_owned(), ..Default::default() }];
    let ports = [("http", 80)].into_iter().collect();
    let expected = Boat { crew, length: 7.5, masts: 1, ports, rig: Rig::Sloop, ..Boat::default() };
    assert_eq!(boat, expected);
    let written = json!({
        "kind": "boat", "crew": [{"name": "Ann"}], "length": 7.5, "masts": 1, "owner": null,
        "ports": {"http": 80}, "rig": "sloop",
    });
    assert_eq!(serde_json::to_value(&boat).expect("as JSON"), written);
}

#[test]
fn what_does_not_fit_is_kept_as_it_came() {
    let strange = [
        json!({"kind": "boat", "crew": 3, "length": "long", "masts": -1, "owner": [], "ports": [1],
               "rig": {"new": 1}, "home": 1, "sail": {"area": 12}}),
        json!({"kind": "submarine", "crew": [{"name": "Ann"}, 4], "length": 0.0, "masts": 1e300,
               "owner": "Bo", "ports": {"a": "b"}, "rig": "yawl"}),
    ];
    for value in strange {
        assert_eq!(round::<Boat>(&value), value);
    }
}

#[test]
fn null_and_nothing_are_absent_and_absent_fields_are_empty() {
    let empty = json!({"kind": "boat", "crew": [], "length": 0.0, "masts": 0, "owner": null,
                       "ports": {}, "rig": ""});
    for value in [json!(null), json!({}), json!({"crew": null, "rig": null, "kind": null})] {
        assert_eq!(round::<Boat>(&value), empty);
    }
    assert!(serde_json::from_value::<Boat>(json!("boat")).is_err());
}

#[test]
fn a_union_takes_the_first_variant_that_fits_and_keeps_the_rest() {
    let read = |value: Value| serde_json::from_value::<Vessel>(value).expect("any value");
    assert!(
        matches!(read(json!({"kind": "ship", "masts": 3})), Vessel::Boat(boat) if boat.masts == 3)
    );
    assert!(
        matches!(read(json!({"kind": "raft", "logs": -2})), Vessel::Raft(raft) if raft.logs == -2)
    );
    assert!(matches!(read(json!({"sunk": true})), Vessel::Sunk(_)));
    assert!(matches!(read(json!({"name": "Ann"})), Vessel::Manned(_)));
    assert_eq!(read(json!("Argo")), Vessel::Name("Argo".to_owned()));
    for value in [json!({"kind": "ship", "x": 1}), json!({"kind": "canoe"}), json!(7), json!(null)]
    {
        let written = serde_json::to_value(read(value.clone())).expect("as JSON");
        assert!(
            value
                .as_object()
                .is_none_or(|fields| fields.iter().all(|(key, value)| written[key] == *value))
        );
        assert!(value.is_object() || written == value);
    }
    assert_eq!(Vessel::default(), Vessel::Other(Value::Null));
}

#[test]
fn an_extra_field_is_sent_also_an_explicit_null() {
    let mut extra = Extra::default();
    extra.insert("home", Value::Null);
    let sailor = Boat { extra, home: None, ..Default::default() };
    assert_eq!(serde_json::to_value(sailor).expect("as JSON")["home"], Value::Null);
}

#[test]
fn debug_output_has_the_fields_and_no_secrets() {
    let secret = "s3cr3t";
    let mut extra = Extra::default();
    extra.insert("env", json!({"A": secret}));
    extra.insert("authToken", secret);
    extra.insert("maxTokens", 5);
    let sailor = Sailor { name: "Ann".to_owned(), api_key: Some(secret.to_owned()), extra };
    let boat = Boat { crew: vec![sailor.clone()], ..Default::default() };
    let other = Vessel::Other(json!({"apiKey": secret, "maxTokens": 5}));
    let shown = [
        format!("{boat:?}"),
        format!("{sailor:?}"),
        format!("{:?}", sailor.extra),
        format!("{other:?}"),
    ];
    for shown in shown {
        assert!(!shown.contains(secret) && shown.contains("maxTokens\": 5"), "{shown}");
    }
    assert!(format!("{sailor:?}").starts_with("Sailor {") && format!("{sailor:?}").contains("Ann"));
}
