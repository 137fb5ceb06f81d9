//! A hundred thousand events for subscribers that read, lag, stop and leave.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use copilot_sdk::ErrorKind;
use copilot_sdk::event::{Event, EventData};
use copilot_sdk::ids::SessionId;
use copilot_sdk::session::Events;

use crate::MEMORY;
use crate::stage::{MIB, alone, open};

const EVENTS: usize = 100_000;
const BATCH: usize = 1000;

/// The message of an event that carries a number, as text: a hundred thousand of them are made.
fn delta(session_id: &SessionId, number: usize) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","method":"session.event","params":{{"sessionId":"{session_id}","event":{{
           "type":"assistant.message_delta","data":{{"messageId":"m","deltaContent":"{number}"}},
           "id":"e{number}","timestamp":"2026-01-01T00:00:00.000Z","ephemeral":true}}}}}}"#
    )
}

/// The number that an event carries.
fn number(event: &Event) -> usize {
    match &event.data {
        EventData::AssistantMessageDelta(delta) => delta.delta_content.parse().unwrap(),
        data => panic!("{}", data.event_type()),
    }
}

/// Reads until the end; how many events there were, each the successor of the one before, and the
/// kind of the error at the end.
async fn read_all(mut events: Events, slowly: bool) -> (usize, Option<ErrorKind>) {
    let mut count = 0;
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => assert_eq!(number(&event), count),
            Err(error) => return (count, Some(error.kind())),
        }
        count += 1;
        if slowly {
            tokio::task::yield_now().await;
        }
    }
    (count, None)
}

#[test]
fn each_of_a_hundred_thousand_events_reaches_every_subscriber_that_wants_it() {
    alone(async {
        let (fake, agent, client, session) = open().await;
        let eager = tokio::spawn(read_all(session.events(), false));
        let slow = tokio::spawn(read_all(session.events(), true));
        let (stopped, unbounded) = (session.events().budget(MIB), session.events().unbounded());
        let mut merged = session.events().merge_deltas();
        let mut leaving = Some(session.events());
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        session.on(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let cancelled = session.on(|event| assert!(number(event) < EVENTS / 2));
        let before = MEMORY.current_usage();
        for first in (0..EVENTS).step_by(BATCH) {
            for number in first..first + BATCH {
                fake.frame(delta(agent.id(), number).as_bytes());
            }
            client.ping("everything is said").await.unwrap();
            if first == EVENTS / 4 {
                leaving = None;
            }
            if first == EVENTS / 2 - BATCH {
                cancelled.cancel();
            }
        }
        assert!(leaving.is_none());
        session.disconnect().await.unwrap();
        assert_eq!(eager.await.unwrap(), (EVENTS, None));
        assert_eq!(slow.await.unwrap(), (EVENTS, None));
        // Two queues hold events: one all of them, the other those of its budget, most of them the
        // same ones.
        let held = MEMORY.current_usage() - before;
        assert!(held < 70 * MIB, "{held} bytes");
        let (count, end) = read_all(stopped, false).await;
        assert_eq!(end, Some(ErrorKind::Lagged));
        assert!((1000..EVENTS / 4).contains(&count), "{count}");
        assert_eq!(read_all(unbounded, false).await, (EVENTS, None));
        let mut text = String::new();
        while let Some(event) = merged.next().await {
            let EventData::AssistantMessageDelta(delta) = &event.unwrap().data else { continue };
            text.push_str(&delta.delta_content);
        }
        assert!(text == (0..EVENTS).map(|number| number.to_string()).collect::<String>());
        while calls.load(Ordering::Relaxed) < EVENTS {
            tokio::task::yield_now().await;
        }
        assert_eq!(calls.load(Ordering::Relaxed), EVENTS);
        drop(text);
        let left = MEMORY.current_usage().saturating_sub(before);
        assert!(left < MIB, "{left} bytes stay");
        assert_eq!(fake.problems(), [""; 0]);
    });
}
