use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::transport::{FRAME_LIMIT, FrameReader, Transport};
use crate::{Client, ErrorKind};

async fn connect() -> (FakeRuntime, Client) {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    (fake, client)
}

#[tokio::test]
async fn a_call_that_never_comes_is_an_error_that_lists_what_came_instead() {
    let (fake, client) = connect().await;
    fake.timeout(Duration::ZERO);
    client.ping("hello").await.unwrap();
    let error = fake.expect("session.send").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.to_string(),
        "expected a call of `session.send`, but nothing of that kind came within 0ns\n\
         - came and was not expected: `connect` {}\n\
         - came and was not expected: `ping` {\"message\":\"hello\"}"
    );
    fake.expect("connect").await.unwrap();
    fake.expect("ping").await.unwrap();
    let error = fake.session("s1").prompt().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a call of `session.send` for session `s1`, but nothing of that kind came within \
         0ns; no other call waits"
    );
}

#[tokio::test]
async fn a_script_whose_client_has_gone_ends_at_once() {
    let (fake, client) = connect().await;
    client.stop().await.unwrap();
    fake.closed().await.unwrap();
    let error = fake.expect("session.send").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(error.to_string().starts_with(
        "expected a call of `session.send`, but the client has closed the connection"
    ));
    let error = fake.request("hooks.invoke", json!({})).await.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("expected an answer to `hooks.invoke`, but the client has closed"),
        "{error}"
    );
}

#[tokio::test]
async fn a_method_without_an_answer_is_refused_and_the_refusal_says_what_to_write() {
    let (_fake, client) = connect().await;
    let error = client.call::<Value>("thing.make", json!({})).await.unwrap_err();
    assert_eq!(error.rpc_code(), Some(-32601));
    assert!(error.to_string().contains("Unhandled method thing.make"), "{error}");
    assert!(error.to_string().contains("give it one with `answer`"), "{error}");
}

#[tokio::test]
async fn what_the_fake_has_answered_cannot_be_answered_again() {
    let (fake, _client) = connect().await;
    let error = fake.expect("connect").await.unwrap().reply(json!({})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`connect` was answered by the fake runtime itself: write `by_hand(\"connect\")` before \
         it is called"
    );
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_is_a_problem() {
    let (near, transport) = FakeRuntime::new();
    let mut writer = transport.writer;
    let mut bytes = Vec::new();
    crate::transport::write_frame(&mut bytes, br#"{"jsonrpc":"2.0","id":7,"result":1}"#);
    tokio::io::AsyncWriteExt::write_all(&mut writer, &bytes).await.unwrap();
    drop(writer);
    near.closed().await.unwrap();
    assert_eq!(
        near.problems(),
        [r#"a response to no pending request: {"jsonrpc":"2.0","id":7,"result":1}"#]
    );
}

#[test]
fn a_line_that_is_none_of_a_recording_is_named() {
    let error = Trace::parse("\n{\"dir\":\"c2s\",\"msg\":1}\nnonsense").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 3 is not a recorded message: write `{\"dir\":\"s2c\",\"msg\":{..}}`"
    );
}

/// What the fake says, frame by frame, to a client that only listens.
struct Listener {
    frames: FrameReader<Box<dyn tokio::io::AsyncRead + Send + Unpin>>,
    _writer: Box<dyn tokio::io::AsyncWrite + Send + Unpin>,
}

impl Listener {
    fn new(transport: Transport) -> Self {
        Self { frames: FrameReader::new(transport.reader, FRAME_LIMIT), _writer: transport.writer }
    }

    async fn next(&mut self) -> Value {
        serde_json::from_slice(self.frames.next().await.unwrap().unwrap()).unwrap()
    }
}

#[tokio::test]
async fn what_is_said_about_a_session_has_the_shape_of_the_wire() {
    let (fake, transport) = FakeRuntime::new();
    let mut listener = Listener::new(transport);
    fake.lifecycle("session.created", "s1");
    fake.session("s1").emit("user.message", json!({"content": "hi"}));
    fake.session("s1").emit_from("sub", "assistant.idle", json!({}));
    let notification =
        |method: &str, params: Value| json!({"jsonrpc": "2.0", "method": method, "params": params});
    assert_eq!(
        listener.next().await,
        notification("session.lifecycle", json!({"type": "session.created", "sessionId": "s1"}))
    );
    let first = json!({
        "type": "user.message",
        "data": {"content": "hi"},
        "id": "event-1",
        "timestamp": "2026-01-01T00:00:00.001Z",
        "parentId": null,
    });
    assert_eq!(
        listener.next().await,
        notification("session.event", json!({"sessionId": "s1", "event": first}))
    );
    let second = json!({
        "type": "assistant.idle",
        "data": {},
        "id": "event-2",
        "timestamp": "2026-01-01T00:00:00.002Z",
        "parentId": "event-1",
        "agentId": "sub",
        "ephemeral": true,
    });
    assert_eq!(
        listener.next().await,
        notification("session.event", json!({"sessionId": "s1", "event": second}))
    );
}

#[tokio::test]
async fn answers_may_be_changed_on_the_way_and_computed_from_the_params() {
    let (fake, client) = connect().await;
    fake.answer_with("double", |params| json!(params["n"].as_i64().unwrap_or_default() * 2));
    assert_eq!(client.call::<i64>("double", json!({"n": 21})).await.unwrap(), 42);
    fake.refuse("double", -1, "no more");
    assert_eq!(
        client.call::<i64>("double", json!({"n": 21})).await.unwrap_err().rpc_code(),
        Some(-1)
    );
    assert_eq!(fake.calls("double"), [json!({"n": 21}), json!({"n": 21})]);
}

#[tokio::test]
async fn a_prompt_that_is_answered_by_hand_begins_its_turn_all_the_same() {
    let (fake, client) = connect().await;
    fake.by_hand("session.send");
    let session = client.session().create().await.unwrap();
    let agent = fake.session(session.id());
    let script = async {
        let turn = agent.prompt().await?;
        turn.say(turn.prompt());
        turn.end();
        Ok(())
    };
    let (reply, ()) =
        tokio::try_join!(IntoFuture::into_future(session.ask("echo")), script).unwrap();
    assert_eq!(reply.text(), "echo");
}

#[tokio::test]
async fn dropping_the_last_handle_ends_the_connection() {
    let (fake, client) = connect().await;
    let session = fake.session("s1");
    drop(fake);
    client.ping("the session still holds it").await.unwrap();
    drop(session);
    assert_eq!(client.ping("gone").await.unwrap_err().kind(), ErrorKind::Closed);
}
