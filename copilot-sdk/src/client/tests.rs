//! The client at one end of a connection in memory, a few lines of a server at the other.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::time::Instant;

use super::{Client, LifecycleKind};
use crate::error::ErrorKind;
use crate::provider::Provider;
use crate::transport::{FRAME_LIMIT, FrameReader, Transport, memory, write_frame};

type Heard = Arc<Mutex<Vec<Value>>>;

/// A server that answers the requests for which `answer` has a result, and a note of what it heard.
fn serve(answer: impl Fn(&Value) -> Option<Value> + Send + 'static) -> (Transport, Heard) {
    let (near, mut far) = memory::pair();
    let heard = Heard::default();
    let notes = Arc::clone(&heard);
    tokio::spawn(async move {
        let mut frames = FrameReader::new(far.reader, FRAME_LIMIT);
        while let Ok(Some(frame)) = frames.next().await {
            let request: Value = serde_json::from_slice(frame).unwrap();
            let result = match request["method"].as_str() {
                Some("connect") => Some(json!({"ok": true, "protocolVersion": 3})),
                _ => answer(&request),
            };
            if let Some(result) = result {
                let answer =
                    json!({"jsonrpc": "2.0", "id": request["id"], "result": result}).to_string();
                let mut bytes = Vec::new();
                write_frame(&mut bytes, answer.as_bytes());
                far.writer.write_all(&bytes).await.unwrap();
            }
            notes.lock().unwrap().push(request);
        }
    });
    (near, heard)
}

/// Creates sessions and is alive, and ignores everything else.
fn creates_only(request: &Value) -> Option<Value> {
    match request["method"].as_str() {
        Some("session.create") => Some(json!({"sessionId": request["params"]["sessionId"]})),
        Some("ping") => Some(json!({"message": "pong"})),
        _ => None,
    }
}

/// Creates sessions and then hangs.
fn creates_and_hangs(request: &Value) -> Option<Value> {
    creates_only(request).filter(|_| request["method"] != "ping")
}

async fn with_sessions(count: usize) -> (Client, Vec<crate::Session>, Heard) {
    with_sessions_on(count, creates_only).await
}

async fn with_sessions_on(
    count: usize,
    answer: fn(&Value) -> Option<Value>,
) -> (Client, Vec<crate::Session>, Heard) {
    let (transport, heard) = serve(answer);
    let client = Client::builder().transport(transport).start().await.unwrap();
    let mut sessions = Vec::new();
    for _ in 0..count {
        let session =
            client.session().model("m").provider(Provider::openai("http://127.0.0.1:9/v1"));
        sessions.push(session.create().await.unwrap());
    }
    (client, sessions, heard)
}

fn count(heard: &Heard, method: &str) -> usize {
    heard.lock().unwrap().iter().filter(|request| request["method"] == method).count()
}

#[tokio::test(start_paused = true)]
async fn stop_says_farewell_to_all_sessions_at_once() {
    let (client, sessions, heard) = with_sessions(5).await;
    let mut events = sessions[0].events();
    let began = Instant::now();
    client.stop().await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 10, "one limit for all of them");
    assert_eq!(count(&heard, "session.detach"), 5);
    assert_eq!(count(&heard, "runtime.shutdown"), 0, "the server is not ours");
    assert!(events.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_is_not_waited_for() {
    let (client, sessions, heard) = with_sessions_on(5, creates_and_hangs).await;
    let began = Instant::now();
    client.stop().await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 2);
    assert_eq!(count(&heard, "runtime.shutdown"), 0);
    assert_eq!(sessions[0].send("late").await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test(start_paused = true)]
async fn force_stop_makes_a_stop_that_is_under_way_faster() {
    let (client, _sessions, _) = with_sessions(1).await;
    let stopping = client.clone();
    let stop = tokio::spawn(async move { stopping.stop().await });
    tokio::time::advance(Duration::from_secs(1)).await;
    let began = Instant::now();
    client.force_stop().await.unwrap();
    stop.await.unwrap().unwrap();
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_stop_whose_future_is_dropped_goes_on() {
    let (client, sessions, heard) = with_sessions(1).await;
    let mut events = sessions[0].events();
    let limit = Duration::from_secs(1);
    tokio::time::timeout(limit, client.stop()).await.unwrap_err();
    assert!(events.next().await.is_none());
    assert_eq!(count(&heard, "session.detach"), 1);
}

#[tokio::test]
async fn streams_of_the_callers_take_a_token_and_can_be_used_once() {
    let (transport, heard) = serve(|_| None);
    let client =
        Client::builder().transport(transport).connection_token("t").start().await.unwrap();
    assert_eq!(heard.lock().unwrap()[0]["params"], json!({"token": "t"}));
    client.stop().await.unwrap();

    let (near, far) = memory::pair();
    drop(far);
    let client = Client::builder().transport(near).build().unwrap();
    let first = client.connect().await.unwrap_err();
    assert!(
        first.to_string().starts_with("the other side of the transport ended before it answered"),
        "{first}"
    );
    let second = client.connect().await.unwrap_err();
    assert_eq!(second.kind(), ErrorKind::Start);
    assert_eq!(
        second.to_string(),
        "the transport of this client was used already; make a new client"
    );
}

#[tokio::test]
async fn a_client_that_was_never_started_ends_its_lifecycle_events_when_it_goes() {
    let stopped = Client::builder().build().unwrap();
    let mut lifecycle = stopped.lifecycle();
    stopped.stop().await.unwrap();
    assert!(lifecycle.next().await.is_none());
    let dropped = Client::builder().build().unwrap();
    let mut lifecycle = dropped.lifecycle();
    drop(dropped);
    assert!(lifecycle.next().await.is_none());
}

#[tokio::test]
async fn a_broken_connection_ends_lifecycle_events_with_the_reason() {
    let (near, mut far) = memory::pair();
    let event = json!({"jsonrpc": "2.0", "method": "session.lifecycle",
        "params": {"type": "session.foreground", "sessionId": "s"}});
    let server = async {
        let mut frames = FrameReader::new(far.reader, FRAME_LIMIT);
        let request: Value = serde_json::from_slice(frames.next().await.unwrap().unwrap()).unwrap();
        let greeting =
            json!({"jsonrpc": "2.0", "id": request["id"], "result": {"protocolVersion": 3}});
        let mut bytes = Vec::new();
        write_frame(&mut bytes, greeting.to_string().as_bytes());
        write_frame(&mut bytes, event.to_string().as_bytes());
        far.writer.write_all(&bytes).await.unwrap();
    };
    let client = Client::builder().transport(near).build().unwrap();
    let mut lifecycle = client.lifecycle();
    let (connected, ()) = tokio::join!(client.connect(), server);
    connected.unwrap();
    assert_eq!(lifecycle.next().await.unwrap().unwrap().kind, LifecycleKind::Foreground);
    drop(far.writer);
    assert_eq!(lifecycle.next().await.unwrap().unwrap_err().kind(), ErrorKind::Closed);
    assert!(lifecycle.next().await.is_none());
}
