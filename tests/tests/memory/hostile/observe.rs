//! Watching what becomes of a message.

use copilot_sdk::Error;
use copilot_sdk::event::EventData;
use copilot_sdk::session::Events;
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk_tests::Log;
use serde_json::{Value, json};

use crate::stage::{connect, within};

/// The id of the first call of the test on the wire.
pub(super) const CALL: u64 = 4;

/// Sends bytes to a client with one open session and `calls` calls in flight; the outcome in words.
pub(super) async fn observe(calls: usize, send: impl FnOnce(&FakeRuntime)) -> String {
    let log = Log::capture();
    let (fake, client) = connect().await;
    let session = client.session().session_id("s1").create().await.unwrap();
    let mut events = session.events();
    fake.by_hand("thing.make");
    let (mut pending, mut on_wire) = (Vec::new(), Vec::new());
    for number in 0..calls {
        let client = client.clone();
        pending.push(tokio::spawn(async move {
            client.call::<Value>("thing.make", json!({"number": number})).await
        }));
        on_wire.push(fake.expect("thing.make").await.unwrap());
    }
    send(&fake);
    fake.session("s1").emit("session.title_changed", json!({"title": "after it"}));
    let (delivered, end) = read(&mut events).await;
    if let Some(end) = end {
        // Everything ends with the same reason, and the other side learns of it.
        let mut ends = vec![within(client.ping("still there?")).await.unwrap_err()];
        for call in pending {
            ends.push(within(call).await.unwrap().unwrap_err());
        }
        for other in ends {
            assert_eq!((other.kind(), other.to_string()), (end.kind(), end.to_string()));
        }
        fake.closed().await.unwrap();
        return format!("the connection ends: `{:?}`", end.kind());
    }
    assert_eq!(within(client.ping("still there?")).await.unwrap().message, "pong: still there?");
    let mut parts = Vec::new();
    for (call, on_wire) in pending.into_iter().zip(on_wire) {
        if call.is_finished() {
            parts.push(outcome(call.await.unwrap()));
        } else {
            on_wire.reply("made").unwrap();
            assert_eq!(within(call).await.unwrap().unwrap(), "made");
        }
    }
    parts.extend(fake.problems().iter().map(|problem| refusal(problem)));
    parts.extend(delivered);
    if parts.is_empty() {
        let warned = !log.complaints().is_empty();
        parts.push(if warned { "skipped, with a warning" } else { "ignored" }.to_owned());
    }
    parts.join(" and ")
}

/// What was delivered until the event after it all, or until the end and why.
async fn read(events: &mut Events) -> (Vec<String>, Option<Error>) {
    let mut delivered = Vec::new();
    loop {
        let event = match within(events.next()).await.unwrap() {
            Ok(event) => event,
            Err(error) => return (delivered, Some(error)),
        };
        match &event.data {
            EventData::SessionTitleChanged(change) if change.title == "after it" => {
                return (delivered, None);
            }
            EventData::Other(_) => delivered.push("delivered as JSON".to_owned()),
            _ => delivered.push("delivered".to_owned()),
        }
    }
}

fn outcome(result: Result<Value, Error>) -> String {
    match result {
        Ok(value) => format!("the call returns `{value}`"),
        Err(error) => format!("the call fails: `{:?}`", error.kind()),
    }
}

/// An answer that the fake did not ask for.
fn refusal(problem: &str) -> String {
    let answer = problem.strip_prefix("a response to no pending request: ").unwrap();
    let answer: Value = serde_json::from_str(answer).unwrap();
    format!("refused: `{}`", answer.pointer("/error/code").unwrap())
}
