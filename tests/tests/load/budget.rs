//! Budgets count the memory that is really held.

use std::path::Path;

use copilot_sdk::ErrorKind;
use copilot_sdk::event::EventData;
use copilot_sdk::session::Events;
use serde_json::{Value, json};

use crate::MEMORY;
use crate::stage::{MIB, alone, open};

const BUDGET: usize = MIB / 8;

/// Events of one kind, numbered.
type Make = Box<dyn Fn(usize) -> Value>;

fn kinds() -> Vec<(&'static str, Make)> {
    fn kind(
        name: &'static str,
        event_type: &'static str,
        data: impl Fn(usize) -> Value + 'static,
    ) -> (&'static str, Make) {
        let make = move |number| json!({"type": event_type, "id": format!("e{number}"), "data": data(number)});
        (name, Box::new(make))
    }
    let many = |item: Value| move |_| Value::from(vec![item.clone(); 50]);
    let (servers, skills, texts) = (many(json!({})), many(json!({"name": "s"})), many(json!("")));
    let (short, raw) = (many(json!("a string")), many(json!([])));
    let recorded = recorded();
    vec![
        kind(
            "small deltas",
            "assistant.message_delta",
            |number| json!({"messageId": "m", "deltaContent": format!("{number} ")}),
        ),
        kind(
            "deltas of a kilobyte",
            "assistant.message_delta",
            |_| json!({"messageId": "m", "deltaContent": "x".repeat(1000)}),
        ),
        kind("no data", "session.todos_changed", |_| json!({})),
        kind("unknown types", "x.y", |number| json!({"number": number, "list": [1, 2, 3]})),
        kind(
            "unknown words",
            "session.mode_changed",
            |number| json!({"previousMode": format!("a{number}"), "newMode": "b".repeat(40)}),
        ),
        kind(
            "lists of empty objects",
            "session.mcp_servers_loaded",
            move |number| json!({"servers": servers(number)}),
        ),
        kind(
            "lists of small objects",
            "session.skills_loaded",
            move |number| json!({"skills": skills(number)}),
        ),
        kind(
            "lists of empty texts",
            "session.custom_agents_updated",
            move |number| json!({"warnings": texts(number)}),
        ),
        kind(
            "lists of ids",
            "session.snapshot_ids",
            move |number| json!({"eventIds": short(number)}),
        ),
        kind(
            "lists of JSON",
            "user.message",
            move |number| json!({"content": "c", "attachments": raw(number)}),
        ),
        kind(
            "maps of one entry",
            "session.shutdown",
            |number| json!({"modelMetrics": {format!("m{number}"): {}}, "agentMetrics": {"a": 1}}),
        ),
        kind("maps of many entries", "session.shutdown", |_| {
            let metrics: serde_json::Map<_, _> =
                (0..50).map(|number| (format!("m{number}"), json!({}))).collect();
            json!({"modelMetrics": metrics})
        }),
        (
            "recorded events",
            Box::new(move |number| {
                let mut event = recorded[number % recorded.len()].clone();
                event["id"] = json!(format!("{number:08}-0000-4000-8000-000000000000"));
                event
            }),
        ),
    ]
}

/// Events that a CLI was recorded to send.
fn recorded() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/traces");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut events = Vec::new();
    for file in
        files.into_iter().filter(|file| file.extension().is_some_and(|it| it == "jsonl")).step_by(3)
    {
        for line in std::fs::read_to_string(file).unwrap().lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let event = &line["msg"]["params"]["event"];
            // Questions would be answered, which takes memory elsewhere.
            let asks = ["requested", "required", "execute"];
            if let Some(event_type) = event["type"].as_str()
                && !asks.iter().any(|end| event_type.ends_with(end))
            {
                events.push(event.clone());
            }
        }
    }
    assert!(events.len() > 500, "the recordings are there");
    events
}

/// What is freed when these events are read to their end.
async fn held(mut events: Events) -> (usize, Option<ErrorKind>) {
    let full = MEMORY.current_usage();
    let end = loop {
        match events.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break Some(error.kind()),
            None => break None,
        }
    };
    (full.saturating_sub(MEMORY.current_usage()), end)
}

#[test]
fn a_subscription_holds_the_memory_that_its_budget_says() {
    alone(async {
        for (name, make) in kinds() {
            let (_fake, agent, client, session) = open().await;
            let events = session.events().budget(BUDGET);
            let count = 3 * BUDGET / make(0).to_string().len();
            for number in 0..count {
                agent.emit_event(&make(number));
                if number % 100 == 0 {
                    client.ping("everything is said").await.unwrap();
                }
            }
            client.ping("everything is said").await.unwrap();
            let (held, end) = held(events).await;
            assert_eq!(end, Some(ErrorKind::Lagged), "{name}");
            assert!(held <= BUDGET + BUDGET / 10, "{name}: {held} bytes held");
            assert!(held >= BUDGET / 2, "{name}: only {held} bytes held");
        }
    });
}

#[test]
fn merged_deltas_hold_the_memory_that_the_budget_says() {
    alone(async {
        for size in [1, 100, 50_000] {
            let (_fake, agent, client, session) = open().await;
            let events = session.events().budget(BUDGET).merge_deltas();
            let text = "x".repeat(size);
            let count = (2 * BUDGET / size).min(10_000);
            for number in 0..count {
                agent.emit(
                    "assistant.message_delta",
                    json!({"messageId": "m", "deltaContent": text}),
                );
                if number % 100 == 0 {
                    client.ping("everything is said").await.unwrap();
                }
            }
            client.ping("everything is said").await.unwrap();
            session.disconnect().await.unwrap();
            let (held, end) = held(events).await;
            let lagged = count * size > BUDGET;
            assert_eq!(end, lagged.then_some(ErrorKind::Lagged), "{size}");
            assert!(held <= BUDGET + BUDGET / 10, "{size}: {held} bytes held");
        }
    });
}

/// Small objects take a hundred times the memory of their JSON.
#[test]
fn i10_one_event_takes_bounded_memory_and_keeps_its_json_beyond_it() {
    alone(async {
        let (fake, agent, client, session) = open().await;
        let mut events = session.events();
        let servers = vec!["{}"; 600_000].join(",");
        let event = format!(
            r#"{{"type":"session.mcp_servers_loaded","id":"e","data":{{"servers":[{servers}]}}}}"#
        );
        let size = event.len();
        let frame = format!(
            r#"{{"jsonrpc":"2.0","method":"session.event","params":{{"sessionId":"{}","event":{event}}}}}"#,
            agent.id()
        );
        drop((event, servers));
        fake.frame(frame.as_bytes());
        drop(frame);
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        client.ping("everything is said").await.unwrap();
        let peak = MEMORY.peak_usage() - before;
        assert!(peak < 200 * MIB, "{peak} bytes for an event of {size} bytes");
        let event = events.next().await.unwrap().unwrap();
        let EventData::Other(other) = &event.data else { panic!("{}", event.event_type()) };
        assert_eq!(other.event_type, "session.mcp_servers_loaded");
        assert!(other.json.get().len() > 1_800_000);
    });
}
