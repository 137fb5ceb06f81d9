//! The payloads of events: recorded ones lose nothing, and an event hands out its payload.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use copilot_sdk::event::{Event, EventData};
use copilot_sdk::protocol::events::{
    IdleData, McpListChangedData, ModelCallStartData, UsageCheckpointData,
};
use serde_json::{Value, json};

use super::types::all;
use super::{Case, root};

/// The type of each event's payload.
fn payloads() -> BTreeMap<String, Case> {
    let cases: BTreeMap<_, _> = all().into_iter().collect();
    let listing = fs::read_to_string(root().join("xtask/protocol.txt")).unwrap();
    let events = listing.lines().filter_map(|line| line.strip_prefix("event ")?.split_once(": "));
    events
        .map(|(event, payload)| {
            let (name, round) = cases.get_key_value(payload).unwrap();
            (event.to_owned(), (*name, *round))
        })
        .collect()
}

/// Every event in the recordings.
fn recorded() -> Vec<Value> {
    let mut events = Vec::new();
    for file in fs::read_dir(root().join("tests/fixtures/traces")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            // Broken frames of the framing recording are text.
            let message = &line["msg"];
            if message["method"] == "session.event" {
                events.push(message["params"]["event"].clone());
            }
            let history = message["result"]["events"].as_array().into_iter().flatten();
            events.extend(history.filter(|event| event.get("parentId").is_some()).cloned());
        }
    }
    events
}

#[test]
fn no_recorded_event_loses_a_field() {
    let payloads = payloads();
    let (mut count, mut others) = (0, BTreeSet::new());
    for event in recorded() {
        let name = event["type"].as_str().unwrap();
        let Some((payload, round)) = payloads.get(name) else {
            others.insert(name.to_owned());
            continue;
        };
        count += 1;
        let (sent, kept) = (&event["data"], round(event["data"].clone()));
        assert_same(&format!("{name} ({payload})"), sent, &kept);
    }
    assert!(count > 4_000, "only {count} events of the schema are recorded");
    assert!(others.iter().all(|name| name.starts_with("model.")), "{others:?}");
}

/// Fails on a field of `sent` that `kept` lacks, and on one that reads differently.
fn assert_same(path: &str, sent: &Value, kept: &Value) {
    match (sent, kept) {
        (Value::Object(sent), Value::Object(kept)) => {
            for (field, value) in sent.iter().filter(|(_, value)| !value.is_null()) {
                let kept = kept.get(field).unwrap_or_else(|| panic!("{path}.{field} is lost"));
                assert_same(&format!("{path}.{field}"), value, kept);
            }
        }
        (Value::Array(sent), Value::Array(kept)) => {
            assert_eq!(sent.len(), kept.len(), "{path}");
            sent.iter().zip(kept).for_each(|(sent, kept)| assert_same(path, sent, kept));
        }
        (Value::Number(sent), Value::Number(kept)) => {
            assert_eq!(sent.as_f64(), kept.as_f64(), "{path}");
        }
        _ => assert_eq!(sent, kept, "{path}"),
    }
}

fn event(name: &str, data: &Value) -> Event {
    serde_json::from_str(&json!({"type": name, "data": data, "id": "e"}).to_string()).unwrap()
}

#[test]
fn an_event_hands_out_its_payload_with_or_without_a_variant() {
    let idle = event("session.idle", &json!({"aborted": true}));
    assert!(matches!(idle.data, EventData::SessionIdle(_)));
    assert_eq!(idle.data_as::<IdleData>().unwrap().unwrap().aborted, Some(true));
    assert!(idle.data_as::<UsageCheckpointData>().is_none());

    let checkpoint = event("session.usage_checkpoint", &json!({"new": 1}));
    assert!(matches!(checkpoint.data, EventData::Other(_)));
    let data = checkpoint.data_as::<UsageCheckpointData>().unwrap().unwrap();
    assert_eq!(data.extra.get("new"), Some(&json!(1)));

    for name in ["mcp.tools.list_changed", "mcp.prompts.list_changed"] {
        let data = event(name, &json!({"serverName": "files"})).data_as::<McpListChangedData>();
        assert_eq!(data.unwrap().unwrap().server_name, "files");
    }
    assert!(
        event("model.call_start", &json!("text")).data_as::<ModelCallStartData>().unwrap().is_err()
    );
}
