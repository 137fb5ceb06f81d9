use std::task::{Context, Poll, Waker};

use serde_json::json;

use super::*;
use crate::config::SessionHandlers;
use crate::connection::detached_connection;

fn inbox() -> SessionInbox {
    let (near, _far) = crate::transport::memory::pair();
    let connection = detached_connection(near);
    SessionInbox::new(
        "s1".into(),
        Arc::new(Dispatch::new(
            connection.session("s1".into()),
            true,
            true,
            SessionHandlers::default(),
            None,
            Arc::default(),
        )),
        Listeners::default(),
    )
}

fn say(inbox: &SessionInbox, id: &str) {
    let title = "t".repeat(10_000);
    let json =
        format!(r#"{{"type":"session.title_changed","data":{{"title":"{title}"}},"id":"{id}"}}"#);
    let event: Event = serde_json::from_str(&json).unwrap();
    inbox.event(Arc::new(event));
}

fn waiting(queue: &Queue<Arc<Event>>) -> Vec<Result<String, String>> {
    let mut context = Context::from_waker(Waker::noop());
    let mut waiting = Vec::new();
    while let Poll::Ready(Some(event)) = queue.poll_next(&mut context) {
        waiting.push(event.map(|event| event.id.to_string()).map_err(|error| error.to_string()));
    }
    waiting
}

#[tokio::test]
async fn i10_what_nobody_reads_is_kept_for_the_first_subscriber_within_a_budget() {
    let inbox = inbox();
    inbox.lock().backlog.as_ref().unwrap().set_budget(25_000);
    for id in ["e1", "e2", "e3"] {
        say(&inbox, id);
    }
    let first = waiting(&inbox.subscribe());
    assert_eq!(first.get(..2), Some(&[Ok("e1".to_owned()), Ok("e2".to_owned())][..]));
    let end = first.get(2).and_then(|end| end.as_ref().err()).unwrap();
    assert!(end.starts_with("the consumer lags: 2 undelivered events of 2"), "{end}");
    let second = inbox.subscribe();
    say(&inbox, "e4");
    assert_eq!(waiting(&second), [Ok("e4".to_owned())]);
}

#[tokio::test]
async fn the_first_subscriber_gets_what_came_before_and_goes_on_and_the_second_does_not() {
    let inbox = inbox();
    say(&inbox, "e1");
    let (first, second) = (inbox.subscribe(), inbox.subscribe());
    say(&inbox, "e2");
    assert_eq!(waiting(&first), [Ok("e1".to_owned()), Ok("e2".to_owned())]);
    assert_eq!(waiting(&second), [Ok("e2".to_owned())]);
}

#[tokio::test]
async fn i10_what_comes_while_the_session_is_opened_again_is_held_within_a_budget() {
    let inbox = inbox();
    let queue = inbox.subscribe();
    inbox.suspended(&Closed::new(ErrorKind::Closed, "gone"));
    say(&inbox, "e1");
    inbox.lock().held.as_mut().unwrap().fill();
    assert_eq!(waiting(&queue), []);
    say(&inbox, "e2");
    let end = "more events came than are held while a session is opened again";
    assert_eq!(waiting(&queue), [Err(end.to_owned())]);
    assert_eq!(waiting(&inbox.subscribe()), [Err(end.to_owned())]);
    assert!(inbox.lock().held.is_none());
}

#[tokio::test]
async fn i10_open_messages_and_calls_are_bounded_in_number_and_in_bytes() {
    let inbox = inbox();
    let long = "x".repeat(VOID_ID + 1);
    let ids = (0..2 * VOID).map(|number| number.to_string()).chain([long]);
    for (number, id) in ids.enumerate() {
        for (event_type, key) in
            [("assistant.message_delta", "messageId"), ("tool.execution_start", "toolCallId")]
        {
            let json = json!({
                "type": event_type,
                "data": {key: id},
                "id": format!("{event_type}{number}"),
            });
            inbox.event(Arc::new(serde_json::from_value(json).unwrap()));
        }
    }
    let state = inbox.lock();
    assert_eq!((state.partial.len(), state.in_progress.calls().len()), (VOID, VOID));
    drop(state);
    let fresh = self::inbox();
    let delta = json!({"messageId": "x".repeat(VOID_ID + 1)});
    let json = json!({"type": "assistant.message_delta", "data": delta, "id": "e"});
    fresh.event(Arc::new(serde_json::from_value(json).unwrap()));
    assert!(fresh.lock().partial.is_empty());
}

#[tokio::test]
async fn history_is_not_delivered_again_however_many_deltas_came_behind_it() {
    let inbox = inbox();
    inbox.forget_backlog();
    let event = |id: String, ephemeral: bool| -> Arc<Event> {
        let (data, ephemeral) = (json!({"title": "t"}), json!(ephemeral));
        let json = json!({"type": "session.title_changed", "data": data, "id": id, "ephemeral": ephemeral});
        Arc::new(serde_json::from_value(json).unwrap())
    };
    let stored = event("stored".to_owned(), false);
    inbox.event(Arc::clone(&stored));
    for number in 0..10_000 {
        inbox.event(event(number.to_string(), true));
    }
    let queue = inbox.subscribe();
    inbox.suspended(&Closed::new(ErrorKind::Closed, "gone"));
    let next = event("next".to_owned(), false);
    let history = vec![stored, next];
    inbox.reconnect(Reconnection { open_prompt: None, lost: Vec::new(), generation: 2, history });
    assert_eq!(waiting(&queue), ["reconnected-2", "next"].map(|id| Ok(id.to_owned())));
}

#[tokio::test]
async fn an_event_without_an_id_is_always_new() {
    let inbox = inbox();
    for id in ["e1", "", "e1", ""] {
        say(&inbox, id);
    }
    assert_eq!(waiting(&inbox.subscribe()), ["e1", "", ""].map(|id| Ok(id.to_owned())));
}

#[tokio::test]
async fn after_a_prompt_nothing_is_kept_for_nobody() {
    let inbox = inbox();
    say(&inbox, "e1");
    inbox.forget_backlog();
    say(&inbox, "e2");
    assert_eq!(inbox.lock().subscribers.len(), 0);
    assert_eq!(waiting(&inbox.subscribe()), []);
}

#[tokio::test]
async fn after_the_end_the_first_subscriber_still_gets_what_came_and_the_reason() {
    let inbox = inbox();
    say(&inbox, "e1");
    inbox.closed(&Closed::new(ErrorKind::Closed, "gone"));
    assert_eq!(waiting(&inbox.subscribe()), [Ok("e1".to_owned()), Err("gone".to_owned())]);
    assert_eq!(waiting(&inbox.subscribe()), [Err("gone".to_owned())]);
}
