use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use serde::Deserializer;
use serde_json::json;
use serde_json::value::RawValue;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::sync::mpsc;

use super::*;
use crate::closed::Closed;
use crate::error::ErrorKind;
use crate::transport::{FRAME_LIMIT, FrameReader, Transport, memory, write_frame};

/// Reports what comes in as text.
struct Report(mpsc::UnboundedSender<String>);

impl Inbound for Report {
    type Notification<'de> = u64;

    fn decodes(method: &str) -> bool {
        method == "count"
    }

    fn decode<'de, D: Deserializer<'de>>(params: D) -> Result<u64, D::Error> {
        serde::Deserialize::deserialize(params)
    }

    fn decoded(&mut self, notification: u64) {
        self.say(format!("count {notification}"));
    }

    fn notification(&mut self, method: &str, params: Option<&RawValue>) {
        self.say(format!("{method} {}", params.map_or("-", RawValue::get)));
    }

    fn request(&mut self, method: &str, params: Option<&RawValue>, responder: Responder) {
        match method {
            "echo" => responder.result(&params),
            "unwritable" => responder.result(&std::collections::HashMap::from([((), 1)])),
            "refuse" => responder.error(-32000, "no"),
            _ => drop(responder),
        }
    }

    async fn ended(&mut self, cause: Closed) -> Closed {
        Closed::new(cause.kind, format!("{} (seen by the owner)", cause.reason))
    }

    fn closed(&mut self, closed: &Closed) {
        self.say(format!("closed: {}", closed.reason));
    }
}

impl Report {
    fn say(&self, text: String) {
        let _ = self.0.send(text);
    }
}

/// The other side, frame by frame.
struct Far {
    frames: FrameReader<Box<dyn AsyncRead + Send + Unpin>>,
    writer: Box<dyn AsyncWrite + Send + Unpin>,
}

impl Far {
    async fn read(&mut self) -> serde_json::Value {
        let frame = self.frames.next().await.unwrap().unwrap();
        serde_json::from_slice(frame).unwrap()
    }

    async fn write(&mut self, message: serde_json::Value) {
        self.write_text(&message.to_string()).await;
    }

    async fn write_text(&mut self, text: &str) {
        self.write_bytes(text.as_bytes()).await;
    }

    async fn write_bytes(&mut self, body: &[u8]) {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, body);
        self.writer.write_all(&bytes).await.unwrap();
    }
}

/// Breaks when it is written to; what was written before can be read only afterwards.
struct Exited {
    rest: &'static [u8],
    /// How often the rest is not there yet.
    delay: u8,
}

impl AsyncRead for Exited {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        // The readiness of a pipe arrives some time after its bytes.
        if let Some(delay) = self.delay.checked_sub(1) {
            self.delay = delay;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        buffer.put_slice(std::mem::take(&mut self.rest));
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Exited {
    fn poll_write(
        self: Pin<&mut Self>,
        _cx: &mut Context<'_>,
        _bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Poll::Ready(Err(std::io::ErrorKind::BrokenPipe.into()))
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

fn connect() -> (Peer, Far, mpsc::UnboundedReceiver<String>) {
    let (near, far) = memory::pair();
    let (say, heard) = mpsc::unbounded_channel();
    let peer = Peer::start(near, FRAME_LIMIT, Report(say));
    (peer, Far { frames: FrameReader::new(far.reader, FRAME_LIMIT), writer: far.writer }, heard)
}

#[tokio::test]
async fn answers_are_matched_by_id_in_any_order() {
    let (peer, mut far, _heard) = connect();
    let one = peer.call::<String>("one", json!({}));
    let two = peer.call::<String>("two", json!({}));
    let script = async {
        let first = far.read().await;
        let second = far.read().await;
        assert_eq!(first, json!({"jsonrpc":"2.0","id":1,"method":"one","params":{}}));
        far.write(json!({"jsonrpc":"2.0","id":second["id"],"result":"second"})).await;
        far.write(json!({"jsonrpc":"2.0","id":first["id"],"result":"first"})).await;
    };
    let (one, two, ()) = tokio::join!(one, two, script);
    assert_eq!((one.unwrap(), two.unwrap()), ("first".to_owned(), "second".to_owned()));
}

#[tokio::test]
async fn a_refusal_carries_its_code_and_the_method() {
    let (peer, mut far, _heard) = connect();
    let script = async {
        far.read().await;
        far.write(
            json!({"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"no such session"}}),
        )
        .await;
    };
    let (result, ()) = tokio::join!(peer.call::<()>("session.send", json!({})), script);
    let error = result.unwrap_err();
    assert_eq!(error.to_string(), "the cli refused `session.send`: no such session");
    assert_eq!((error.kind(), error.rpc_code()), (ErrorKind::Rpc, Some(-32603)));
}

#[tokio::test]
async fn an_error_of_any_shape_settles_its_call() {
    let (peer, mut far, _heard) = connect();
    let shapes = [
        (json!({"code": -1, "message": null}), Some(-1), r#"{"code":-1,"message":null}"#),
        (json!({"code": 1.5, "message": "fraction"}), Some(0), "fraction"),
        (json!("just text"), Some(0), "just text"),
        (json!([1, 2]), Some(0), "[1,2]"),
        (json!({"code": "E1", "message": {"why": "x"}}), Some(0), r#"{"why":"x"}"#),
    ];
    for (shape, code, text) in shapes {
        let script = async {
            let id = far.read().await["id"].clone();
            far.write(json!({"jsonrpc": "2.0", "id": id, "error": shape})).await;
        };
        let (result, ()) = tokio::join!(peer.call::<()>("thing", json!({})), script);
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.rpc_code()), (ErrorKind::Rpc, code), "{shape}");
        assert_eq!(error.to_string(), format!("the cli refused `thing`: {text}"), "{shape}");
    }
}

#[derive(Debug, serde::Deserialize)]
struct Outer {
    #[expect(dead_code, reason = "only its type matters")]
    a: std::collections::HashMap<String, u8>,
}

#[tokio::test]
async fn a_result_of_the_wrong_shape_names_method_path_and_beginning() {
    let (peer, mut far, _heard) = connect();
    let script = async {
        far.read().await;
        far.write(json!({"jsonrpc":"2.0","id":1,"result":{"a":{"b":"x"}}})).await;
    };
    let (result, ()) = tokio::join!(peer.call::<Outer>("thing.get", json!({})), script);
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert_eq!(
        error.to_string(),
        "the answer to `thing.get` cannot be read at `a.b`; it begins with `{\"a\":{\"b\":\"x\"}}`"
    );
}

#[tokio::test]
async fn a_struct_is_not_read_from_an_array() {
    #[derive(Debug, serde::Deserialize)]
    struct Connected {
        #[expect(dead_code, reason = "only its type matters")]
        version: u32,
    }
    let (peer, mut far, _heard) = connect();
    let script = async {
        far.read().await;
        far.write(json!({"jsonrpc":"2.0","id":1,"result":[1]})).await;
        far.read().await;
        far.write(json!({"jsonrpc":"2.0","id":2,"result":[1, 2]})).await;
    };
    let calls = async {
        let refused = peer.call::<Connected>("connect", json!({})).await;
        (refused, peer.call::<Vec<u8>>("list", json!({})).await)
    };
    let ((refused, list), ()) = tokio::join!(calls, script);
    let error = refused.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::Protocol,
            "the answer to `connect` cannot be read at `.`; it begins with `[1]`"
        )
    );
    assert_eq!(list.unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_number_is_an_id_however_it_is_spelled() {
    let (peer, mut far, _heard) = connect();
    let spellings = [r#""1""#, "2.0", "3e0", r#""4.0""#];
    for (number, id) in spellings.iter().enumerate() {
        let script = async {
            far.read().await;
            far.write_text(&format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{number}}}"#)).await;
        };
        let (result, ()) = tokio::join!(peer.call::<usize>("thing", json!({})), script);
        assert_eq!(result.unwrap(), number, "{id}");
    }
}

/// Ids that no request of ours can have.
const UNREADABLE_IDS: [&str; 9] =
    ["null", r#"{"a":[1]}"#, "[1]", "true", "-1", "1.5", "1e300", r#""one""#, r#""""#];

#[tokio::test]
async fn an_error_that_names_no_call_fails_the_only_one_in_flight() {
    let (peer, mut far, _heard) = connect();
    for id in UNREADABLE_IDS {
        let script = async {
            far.read().await;
            let error = r#""error":{"code":-32700,"message":"unreadable"}"#;
            far.write_text(&format!(r#"{{"jsonrpc":"2.0","id":{id},{error}}}"#)).await;
        };
        let (result, ()) = tokio::join!(peer.call::<()>("thing", json!({})), script);
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.rpc_code()), (ErrorKind::Rpc, Some(-32700)), "{id}");
        assert_eq!(error.to_string(), "the cli refused `thing`: unreadable", "{id}");
    }
    let script = async {
        far.read().await;
        far.write_text(r#"{"error":{"code":-32600,"message":"without an id"}}"#).await;
    };
    let (result, ()) = tokio::join!(peer.call::<()>("thing", json!({})), script);
    assert_eq!(result.unwrap_err().to_string(), "the cli refused `thing`: without an id");
}

#[tokio::test]
async fn an_error_that_may_be_of_several_calls_ends_the_connection() {
    for calls in [0, 2, 3] {
        let (peer, mut far, mut heard) = connect();
        let calls: Vec<_> = (0..calls)
            .map(|_| {
                let peer = peer.clone();
                tokio::spawn(async move { peer.call::<()>("thing", json!({})).await })
            })
            .collect();
        for _ in &calls {
            far.read().await;
        }
        far.write_text(r#"{"id":null,"error":{"code":-32700,"message":"unreadable"}}"#).await;
        let text = format!(
            "the other side could not read a message and does not say which, with {} calls in \
             flight: unreadable (-32700) (seen by the owner)",
            calls.len()
        );
        assert_eq!(heard.recv().await, Some(format!("closed: {text}")));
        for call in calls {
            let error = call.await.unwrap().unwrap_err();
            assert_eq!((error.kind(), error.to_string()), (ErrorKind::Protocol, text.clone()));
        }
        assert_eq!(
            peer.call::<()>("late", json!({})).await.unwrap_err().kind(),
            ErrorKind::Protocol
        );
    }
}

#[tokio::test]
async fn a_response_that_cannot_be_read_fails_its_call() {
    let (peer, mut far, _heard) = connect();
    let bodies: [(&[u8], &str); 4] = [
        (b"\"result\":{\"text\":\"\xff\"}}", "invalid utf-8 sequence of 1 bytes from index 32"),
        (b"\"result\":{nonsense}}", "key must be a string"),
        (b"\"error\":", "EOF while parsing a value"),
        (b"\"result\":1} {}", "trailing characters"),
    ];
    for (number, (body, reason)) in bodies.into_iter().enumerate() {
        let script = async {
            far.read().await;
            let mut message = format!(r#"{{"x":0,"id":{},"#, number + 1).into_bytes();
            message.extend_from_slice(body);
            far.write_bytes(&message).await;
        };
        let (result, ()) = tokio::join!(peer.call::<()>("thing", json!({})), script);
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("the answer to `thing` cannot be read: {reason}")),
            "{text}"
        );
        assert!(text.contains("; it begins with `{\"x\":0,\"id\":"), "{text}");
    }
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_refused() {
    let (_peer, mut far, _heard) = connect();
    far.write_bytes(b"{\"id\":7,\"method\":\"echo\",\"params\":\"\xff\"}").await;
    assert_eq!(
        far.read().await,
        json!({"jsonrpc":"2.0","id":7,"error":{"code":-32700,"message":"the request cannot be \
               read: invalid utf-8 sequence of 1 bytes from index 34"}})
    );
}

#[tokio::test]
async fn garbage_is_told_also_when_writing_failed_before_it_was_seen() {
    let exited = |rest| Exited { rest, delay: 16 };
    let transport = Transport::new(exited(b"Usage: cat\n"), exited(b""));
    let (say, mut heard) = mpsc::unbounded_channel();
    let peer = Peer::start(transport, FRAME_LIMIT, Report(say));
    let error = peer.call::<()>("connect", json!({})).await.unwrap_err();
    let text = "expected a Content-Length header, found `Usage: cat\\n`: is this a Copilot CLI \
                that was started with --headless --stdio? (seen by the owner)";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Protocol, text));
    assert_eq!(heard.recv().await, Some(format!("closed: {text}")));
    assert_eq!(peer.call::<()>("late", json!({})).await.unwrap_err().to_string(), text);
}

#[tokio::test(start_paused = true)]
async fn a_side_that_no_longer_reads_and_says_nothing_ends_the_connection() {
    let (silent, _held) = tokio::io::duplex(64);
    let transport = Transport::new(silent, Exited { rest: b"", delay: 0 });
    let peer = Peer::start(transport, FRAME_LIMIT, Report(mpsc::unbounded_channel().0));
    let error = peer.call::<()>("connect", json!({})).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::Closed,
            "the connection cannot be written any more: broken pipe (seen by the owner)"
        )
    );
}

#[tokio::test]
async fn i6_every_request_is_answered_once_also_when_its_responder_is_dropped() {
    let (_peer, mut far, _heard) = connect();
    far.write(json!({"jsonrpc":"2.0","id":7,"method":"echo","params":{"x":1}})).await;
    far.write(json!({"jsonrpc":"2.0","id":"seven","method":"refuse"})).await;
    far.write(json!({"jsonrpc":"2.0","id":8,"method":"forgotten"})).await;
    far.write(json!({"jsonrpc":"2.0","id":9,"method":"unwritable","params":{}})).await;
    assert_eq!(far.read().await, json!({"jsonrpc":"2.0","id":7,"result":{"x":1}}));
    assert_eq!(
        far.read().await,
        json!({"jsonrpc":"2.0","id":"seven","error":{"code":-32000,"message":"no"}})
    );
    assert_eq!(
        far.read().await,
        json!({"jsonrpc":"2.0","id":8,"error":{"code":-32603,"message":"the handler of forgotten \
                                                                        ended without an answer"}})
    );
    let unwritable = json!({"code": -32603, "message": "a message cannot be written as JSON"});
    assert_eq!(far.read().await, json!({"jsonrpc":"2.0","id":9,"error":unwritable}));
}

#[tokio::test]
async fn i7_calls_in_flight_fail_at_once_when_the_pipe_ends_and_later_calls_too() {
    let (peer, mut far, mut heard) = connect();
    let script = async {
        far.read().await;
        drop(far);
    };
    let (result, ()) = tokio::join!(peer.call::<()>("slow", json!({})), script);
    let text = "the other side closed the connection (seen by the owner)";
    assert_eq!(result.unwrap_err().to_string(), text);
    assert_eq!(peer.call::<()>("later", json!({})).await.unwrap_err().to_string(), text);
    assert_eq!(heard.recv().await, Some(format!("closed: {text}")));
}

#[tokio::test]
async fn one_unreadable_message_costs_that_message_only() {
    let (_peer, mut far, mut heard) = connect();
    far.write_text("{not json").await;
    far.write_text("[1,2]").await;
    far.write_text("{\"id\":99,\"result\":1}").await;
    far.write(json!({"jsonrpc":"2.0","method":"count","params":"three"})).await;
    far.write(json!({"jsonrpc":"2.0","method":"count","params":4})).await;
    assert_eq!(heard.recv().await.as_deref(), Some("count \"three\""));
    assert_eq!(heard.recv().await.as_deref(), Some("count 4"));
}

#[tokio::test]
async fn a_dropped_call_leaves_a_whole_frame_and_no_entry() {
    let (peer, mut far, _heard) = connect();
    let call =
        tokio::time::timeout(Duration::ZERO, peer.call::<()>("dropped", json!({"a":"b"}))).await;
    assert!(call.is_err());
    assert_eq!(far.read().await["method"], "dropped");
    let script = async {
        let next = far.read().await;
        far.write(json!({"jsonrpc":"2.0","id":1,"result":"stale"})).await;
        far.write(json!({"jsonrpc":"2.0","id":next["id"],"result":"fresh"})).await;
    };
    let (fresh, ()) = tokio::join!(peer.call::<String>("next", json!({})), script);
    assert_eq!(fresh.unwrap(), "fresh");
}

#[tokio::test]
async fn frames_beyond_the_pipe_capacity_leave_in_order() {
    let (peer, mut far, _heard) = connect();
    let text = "x".repeat(100_000);
    for number in 0..50 {
        peer.post("note", json!({"number": number, "text": text})).unwrap();
    }
    for number in 0..50 {
        assert_eq!(far.read().await["params"]["number"], number);
    }
}

#[tokio::test]
async fn closing_ends_the_stream_for_the_other_side() {
    let (peer, mut far, _heard) = connect();
    peer.close(&Closed::new(ErrorKind::Closed, "stopped"));
    let mut rest = Vec::new();
    let mut reader = far.frames;
    assert_eq!(reader.next().await.unwrap(), None);
    assert_eq!(peer.call::<()>("any", json!({})).await.unwrap_err().to_string(), "stopped");
    far.writer.shutdown().await.unwrap();
    tokio::io::empty().read_to_end(&mut rest).await.unwrap();
}
