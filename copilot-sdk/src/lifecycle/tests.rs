use serde_json::{json, value::to_raw_value};

use super::*;
use crate::error::ErrorKind;

fn tell(broadcast: &Broadcast, kind: &str, id: &str) {
    let params =
        to_raw_value(&json!({"type": kind, "sessionId": id, "metadata": {"startTime": "t"}}));
    broadcast.notification(&params.expect("JSON is JSON"));
}

fn drain(lifecycle: &Lifecycle) -> Vec<Result<(String, String), String>> {
    let mut context = Context::from_waker(std::task::Waker::noop());
    let mut items = Vec::new();
    while let Poll::Ready(Some(item)) = lifecycle.queue.poll_next(&mut context) {
        let item = item.map(|event| {
            let event = event.session().expect("about a session").clone();
            (event.kind.to_string(), event.session_id.to_string())
        });
        items.push(item.map_err(|error| error.to_string()));
    }
    items
}

#[test]
fn what_the_cli_says_twice_is_told_once() {
    let broadcast = Broadcast::default();
    let lifecycle = broadcast.subscribe();
    for (kind, id) in [
        ("session.created", "a"),
        ("session.updated", "a"),
        ("session.created", "a"),
        ("session.updated", "a"),
        ("session.created", "b"),
        ("session.deleted", "a"),
        ("session.deleted", "a"),
        ("session.created", "a"),
        ("session.moved", "a"),
    ] {
        tell(&broadcast, kind, id);
    }
    let told = |kind: &str, id: &str| Ok((kind.to_owned(), id.to_owned()));
    assert_eq!(
        drain(&lifecycle),
        [
            told("session.created", "a"),
            told("session.updated", "a"),
            told("session.updated", "a"),
            told("session.created", "b"),
            told("session.deleted", "a"),
            told("session.created", "a"),
            told("session.moved", "a"),
        ]
    );
}

#[test]
fn a_hidden_session_is_not_told_of() {
    let broadcast = Broadcast::default();
    let lifecycle = broadcast.subscribe();
    broadcast.hide(&"a".into());
    for id in ["a", "b"] {
        for kind in ["session.created", "session.updated", "session.deleted"] {
            tell(&broadcast, kind, id);
        }
    }
    let told = |kind: &str| Ok((kind.to_owned(), "b".to_owned()));
    let expected = ["session.created", "session.updated", "session.deleted"].map(told);
    assert_eq!(drain(&lifecycle), expected);
}

#[test]
fn what_cannot_be_read_costs_that_event_only() {
    let broadcast = Broadcast::default();
    let lifecycle = broadcast.subscribe();
    for params in [
        json!(7),
        json!({}),
        json!({"type": "session.created"}),
        json!({"type": 1, "sessionId": "a"}),
        json!(["session.created", "a", null]),
    ] {
        broadcast.notification(&to_raw_value(&params).expect("JSON is JSON"));
    }
    tell(&broadcast, "session.created", "a");
    assert_eq!(drain(&lifecycle), [Ok(("session.created".to_owned(), "a".to_owned()))]);
}

#[test]
fn after_the_end_every_subscriber_is_told_why() {
    let broadcast = Broadcast::default();
    let lifecycle = broadcast.subscribe();
    tell(&broadcast, "session.created", "a");
    broadcast.finish(&Closed::new(ErrorKind::Closed, "the server is gone"));
    let created = Ok(("session.created".to_owned(), "a".to_owned()));
    assert_eq!(drain(&lifecycle), [created, Err("the server is gone".to_owned())]);
    assert_eq!(drain(&broadcast.subscribe()), [Err("the server is gone".to_owned())]);
}
