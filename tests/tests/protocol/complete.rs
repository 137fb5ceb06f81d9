//! That every public method and every event of the schemas is typed, read from the schemas and the
//! sources without the generator.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{root, schemas};

/// Public methods without a caller, each with the reason.
const LEFT_OUT: [(&str, &str); 0] = [];

#[test]
fn every_public_method_of_the_schema_has_a_caller() {
    let mut public = BTreeSet::new();
    for scope in ["server", "session"] {
        methods(&schemas().api[scope], &mut public);
    }
    assert!(public.len() > 400, "only {} public methods", public.len());
    for (method, reason) in LEFT_OUT {
        assert!(public.remove(method) && !reason.is_empty(), "{method}");
    }
    let mut called = BTreeSet::new();
    quoted_after(&root().join("copilot-sdk/src/rpc"), "self.0.call(", &mut called);
    assert_eq!(called, public);
}

#[test]
fn every_event_of_the_schema_has_a_payload() {
    let all = schemas().definitions["SessionEvent"]["anyOf"].as_array().unwrap();
    let events: BTreeSet<String> = all
        .iter()
        .map(|event| {
            let name = event["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
            let schema = &schemas().definitions[name];
            schema["properties"]["type"]["const"].as_str().unwrap().to_owned()
        })
        .collect();
    assert!(events.len() > 150, "only {} events", events.len());
    let table = fs::read_to_string(root().join("copilot-sdk/src/protocol/events/payloads.rs"));
    let table = table.unwrap();
    let (_, rows) = table.split_once("payloads_of_events! {").unwrap();
    let typed = rows.split('"').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(typed, events);
}

/// The names of the methods below a node that are not internal.
fn methods(node: &Value, found: &mut BTreeSet<String>) {
    match node["rpcMethod"].as_str() {
        Some(_) if node["visibility"] == "internal" => {}
        Some(name) => drop(found.insert(name.to_owned())),
        None => node.as_object().unwrap().values().for_each(|node| methods(node, found)),
    }
}

/// The strings that follow `begin` in the files of a folder.
fn quoted_after(folder: &Path, begin: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            quoted_after(&path, begin, found);
            continue;
        }
        let code = fs::read_to_string(&path).unwrap();
        let calls = code.split(begin).skip(1);
        found.extend(calls.filter_map(|rest| rest.split('"').nth(1)).map(str::to_owned));
    }
}
