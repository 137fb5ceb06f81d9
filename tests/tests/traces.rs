//! Every event that the CLI was recorded to send.
#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of a test fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use copilot_sdk::Client;
use copilot_sdk::event::{Event, EventData};
use copilot_sdk::ids::SessionId;
use copilot_sdk::testing::{FakeRuntime, Trace};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    msg: &'a RawValue,
}

#[derive(Deserialize)]
struct Message<'a> {
    method: Option<String>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Params<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
}

#[derive(Deserialize)]
struct History<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    event_type: String,
    id: &'a str,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// Hands every recorded event to `check`, live ones and those of `session.getMessages`; returns how many there were.
fn for_each_event(mut check: impl FnMut(&str)) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/traces");
    let mut count = 0;
    let mut check = |json: &str| {
        count += 1;
        check(json);
    };
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            let line: Line<'_> = serde_json::from_str(line).unwrap();
            let Ok(message) = serde_json::from_str::<Message<'_>>(line.msg.get()) else {
                continue; // deliberately broken frames of the framing trace
            };
            if message.method.as_deref() == Some("session.event") {
                let params: Params<'_> = serde_json::from_str(message.params.unwrap().get()).unwrap();
                check(params.event.get());
            } else if let Some(result) = message.result
                && let Ok(history) = serde_json::from_str::<History<'_>>(result.get())
            {
                history
                    .events
                    .iter()
                    .filter(|event| event.get().contains("parentId"))
                    .for_each(|json| check(json.get()));
            }
        }
    }
    count
}

fn decode(json: &str) -> Event {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

#[test]
fn every_recorded_event_decodes_with_its_envelope() {
    let count = for_each_event(|json| {
        let event = decode(json);
        let expected: Map<String, Value> = serde_json::from_str(json).unwrap();
        let mut envelope: Map<String, Value> = serde_json::to_value(&event).unwrap().as_object().unwrap().clone();
        envelope.insert("data".to_owned(), expected["data"].clone());
        assert_eq!(envelope, expected);
        assert_eq!(event.is_root(), !expected.contains_key("agentId"));
    });
    assert!(count > 5_000, "only {count} events in the traces");
}

#[test]
fn only_events_without_a_variant_stay_json_and_keep_every_byte() {
    let mut others = BTreeSet::new();
    for_each_event(|json| {
        let event = decode(json);
        let envelope: Envelope<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(event.event_type(), envelope.event_type);
        if let Some(kept) = event.json() {
            assert_eq!(kept.get(), envelope.data.get());
            others.insert(envelope.event_type);
        }
    });
    let expected = [
        "model.call_final_result",
        "model.call_finished",
        "model.call_start",
        "model.compaction_completed",
        "model.compaction_started",
        "model.compaction_static_context_blocked",
        "model.log",
        "model.message",
        "model.messages_snapshot",
        "model.model_call_failure",
        "model.model_call_started",
        "model.model_call_success",
        "model.response",
        "model.telemetry",
        "model.tool_execution",
        "model.turn_ended",
        "model.turn_failed",
        "model.turn_retry",
        "model.turn_started",
        "sandbox.decision",
        "session.canvas.closed",
        "session.canvas.opened",
        "session.canvas.recorded",
        "session.canvas.removed",
        "session.extensions_loaded",
        "session.indexed_search",
        "session.managed_settings_resolved",
        "session.mode_notice_delivered",
        "session.usage_checkpoint",
    ];
    assert_eq!(others, expected.map(str::to_owned).into());
}

#[test]
fn typed_events_keep_every_field_that_is_not_left_out_on_purpose() {
    let mut lost: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for_each_event(|json| {
        let event = decode(json);
        let sent: Map<String, Value> = serde_json::from_str(json).unwrap();
        compare(event.event_type(), &sent["data"], &serde_json::to_value(&event.data).unwrap(), &mut lost);
    });
    let expected = [
        ("agent.interrupted", "safeToolNames"),
        ("assistant.message", "rte"),
        (
            "assistant.usage",
            "byokKind cacheDetailsReported customToolCallCount frontierSource orphanToolCallCount requestBodyBytes \
             requestBodyEncoding requestBodyWireBytes rte unmatchedToolResultCount",
        ),
        (
            "model.call_failure",
            "badRequestKind byokKind isAuto maxPromptTokens modelProvider requestBodyBytes requestBodyEncoding \
             requestBodyWireBytes requestFingerprint rte",
        ),
        ("session.compaction_complete", "behaviorModelId tokenAccountingBasis"),
        ("session.shutdown", "accountingSnapshot providerModelMetrics usageAccountingWatermarks"),
        ("subagent.completed", "firstDispatchedModel"),
        ("subagent.started", "taskModelSource"),
        ("tool.execution_complete", "rte"),
        ("user.message", "supportedNativeDocumentMimeTypes"),
    ];
    let expected = expected.map(|(event, fields)| {
        (event.to_owned(), fields.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>())
    });
    assert_eq!(lost, expected.into());
}

/// Notes each field of `sent` that `kept` lacks; fails on a field that reads differently.
fn compare(path: &str, sent: &Value, kept: &Value, lost: &mut BTreeMap<String, BTreeSet<String>>) {
    match (sent, kept) {
        (Value::Object(sent), Value::Object(kept)) => {
            for (field, value) in sent.iter().filter(|(_, value)| !value.is_null()) {
                match kept.get(field) {
                    Some(kept) => compare(path, value, kept, lost),
                    None => drop(lost.entry(path.to_owned()).or_default().insert(field.clone())),
                }
            }
        }
        (Value::Array(sent), Value::Array(kept)) => {
            assert_eq!(sent.len(), kept.len(), "{path}");
            sent.iter().zip(kept).for_each(|(sent, kept)| compare(path, sent, kept, lost));
        }
        (Value::Number(sent), Value::Number(kept)) => assert_eq!(sent.as_f64(), kept.as_f64(), "{path}"),
        _ => assert_eq!(sent, kept, "{path}"),
    }
}

#[test]
fn an_event_reads_back_what_it_writes() {
    for_each_event(|json| {
        let written = serde_json::to_string(&decode(json)).unwrap();
        let again = decode(&written);
        assert!(matches!(again.data, EventData::Other(_)) == again.json().is_some());
        assert_eq!(serde_json::to_string(&again).unwrap(), written);
    });
}

/// Plays a recording back to a client that has opened its sessions, and returns what their subscribers saw.
async fn replay(trace: &Trace) -> Vec<(SessionId, Vec<Arc<Event>>)> {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    let mut subscribers = Vec::new();
    for id in trace.sessions() {
        let session = client.session().session_id(&id).create().await.unwrap();
        let events = session.events();
        subscribers.push((session, events));
    }
    fake.replay(trace);
    client.ping("everything is said").await.unwrap();
    let mut seen = Vec::new();
    for (session, mut events) in subscribers {
        session.disconnect().await.unwrap();
        let mut all = Vec::new();
        while let Some(event) = events.next().await {
            all.push(event.unwrap());
        }
        seen.push((session.id().clone(), all));
    }
    assert_eq!(fake.problems(), [] as [String; 0]);
    seen
}

#[tokio::test]
async fn every_recording_reaches_the_subscribers_whole_and_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/traces");
    let (mut count, mut kept) = (0, 0);
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        let trace = Trace::parse(&fs::read_to_string(&path).unwrap()).unwrap();
        for (id, seen) in replay(&trace).await {
            let recorded = trace.events(id.as_str());
            assert_eq!(seen.len(), recorded.len(), "{} {id}", path.display());
            for (seen, recorded) in seen.iter().zip(recorded) {
                let recorded: Envelope<'_> = serde_json::from_str(recorded.get()).unwrap();
                assert_eq!((seen.id.as_str(), seen.event_type()), (recorded.id, &*recorded.event_type));
                if let Some(json) = seen.json() {
                    assert_eq!(json.get(), recorded.data.get());
                    kept += 1;
                }
                count += 1;
            }
        }
    }
    assert!(count > 5_000 && kept > 500, "{count} events, {kept} of them without a variant");
}
