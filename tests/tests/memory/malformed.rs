//! I10: nothing that comes over the wire makes this program panic, hang or allocate without bound.

use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::{Client, ErrorKind};
use serde_json::{Value, json};

use super::stage::{open, within};

fn framed(body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn event(event: &str) -> Vec<u8> {
    framed(
        format!(r#"{{"jsonrpc":"2.0","method":"session.event","params":{{"sessionId":"s1","event":{event}}}}}"#)
            .as_bytes(),
    )
}

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

/// What costs at most itself.
fn harmless() -> Vec<(&'static str, Vec<u8>)> {
    let deep = nested(5_000);
    let deep_objects = format!("{}1{}", r#"{"a":"#.repeat(5_000), "}".repeat(5_000));
    let ping = br#"{"jsonrpc":"2.0","method":"x"}"#;
    let mut bad_utf8 =
        br#"{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":""#.to_vec();
    bad_utf8.extend_from_slice(b"\xff\xfe\"}}");
    vec![
        ("a log line before a header", [b"starting up\n".as_slice(), &framed(ping)].concat()),
        ("a header in lower case", [b"content-length: 30\r\n\r\n".as_slice(), ping].concat()),
        ("further headers", [b"Content-Type: x\r\nContent-Length:30\r\n\r\n".as_slice(), ping].concat()),
        ("an empty body", framed(b"")),
        ("white space", framed(b"  \n ")),
        ("bytes that are not UTF-8", framed(&bad_utf8)),
        ("half an escape", framed(br#"{"jsonrpc":"2.0","method":"x","params":"\ud8"}"#)),
        ("a lone surrogate in an event", event(r#"{"type":"session.title_changed","data":{"title":"\ud800"},"id":"e"}"#)),
        ("a lone surrogate in a method", framed(br#"{"jsonrpc":"2.0","method":"\udc00"}"#)),
        ("text that is not JSON", framed(b"{not json")),
        ("JSON with something behind it", framed(br#"{"jsonrpc":"2.0","method":"x"} {}"#)),
        ("half an object", framed(br#"{"jsonrpc":"2.0","id":1,"res"#)),
        ("a zero byte", framed(b"\0")),
        ("an array", framed(b"[]")),
        ("a batch", framed(br#"[{"jsonrpc":"2.0","method":"x"}]"#)),
        ("a number", framed(b"7")),
        ("null", framed(b"null")),
        ("text", framed(b"\"text\"")),
        ("an empty object", framed(b"{}")),
        ("a number beyond all bounds", framed(br#"{"jsonrpc":"2.0","method":"x","params":1e999999}"#)),
        ("a method that is a number", framed(br#"{"jsonrpc":"2.0","method":7}"#)),
        ("the same key twice", framed(br#"{"jsonrpc":"2.0","method":"x","method":"y","params":1,"params":2}"#)),
        ("an answer to nobody", framed(br#"{"jsonrpc":"2.0","id":999999,"result":{}}"#)),
        ("an answer with a text id", framed(br#"{"jsonrpc":"2.0","id":"one","result":{}}"#)),
        ("an answer with a negative id", framed(br#"{"jsonrpc":"2.0","id":-1,"result":{}}"#)),
        ("an answer with a nested id", framed(br#"{"jsonrpc":"2.0","id":{"a":[1]},"result":{}}"#)),
        ("an error of the wrong shape", framed(br#"{"jsonrpc":"2.0","id":999999,"error":"no"}"#)),
        ("an unknown notification", framed(br#"{"jsonrpc":"2.0","method":"host.event","params":[1]}"#)),
        ("a notification without params", framed(br#"{"jsonrpc":"2.0","method":"session.event"}"#)),
        ("params that are text", framed(br#"{"jsonrpc":"2.0","method":"session.event","params":"x"}"#)),
        ("params without a session", framed(br#"{"jsonrpc":"2.0","method":"session.event","params":{"event":{}}}"#)),
        ("an event that is null", event("null")),
        ("an event that is a list", event("[1,2]")),
        ("an event without anything", event("{}")),
        ("an event without an id", event(r#"{"type":"session.idle","data":{}}"#)),
        ("an event with an id that is a \
          number", event(r#"{"type":"session.idle","data":{},"id":5}"#)),
        ("an event of a type that is a number", event(r#"{"type":5,"data":{},"id":"e"}"#)),
        ("deep lists in an event", event(&format!(r#"{{"type":"session.idle","data":{deep},"id":"e"}}"#))),
        ("deep objects in an event", event(&format!(r#"{{"type":"x.y","data":{deep_objects},"id":"e"}}"#))),
        ("deep params", framed(format!(r#"{{"jsonrpc":"2.0","method":"x","params":{deep}}}"#).as_bytes())),
        ("a deep result", framed(format!(r#"{{"jsonrpc":"2.0","id":999999,"result":{deep}}}"#).as_bytes())),
        ("deep unknown keys", framed(format!(r#"{{"jsonrpc":"2.0","x":{deep_objects},"method":"x"}}"#).as_bytes())),
        ("a deep error", framed(format!(r#"{{"jsonrpc":"2.0","id":999999,"error":{deep}}}"#).as_bytes())),
        ("deep lists and nothing else", framed(deep.as_bytes())),
        ("lists that never end", framed("[".repeat(100_000).as_bytes())),
        ("an event of a session that is not open", framed(
            br#"{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"other","event":{"type":"a","data":{},"id":"e"}}}"#,
        )),
    ]
}

#[tokio::test]
async fn i10_a_message_that_cannot_be_read_costs_at_most_itself() {
    for (case, bytes) in harmless() {
        let (fake, _agent, client, session) = open_s1().await;
        let mut events = session.events();
        fake.by_hand("thing.make");
        let pending = client.call::<Value>("thing.make", json!({}));
        let script = async {
            let call = fake.expect("thing.make").await.unwrap();
            fake.bytes(&bytes);
            fake.session("s1").emit("session.title_changed", json!({"title": "good"}));
            call.reply("made").unwrap();
        };
        let (made, ()) = within(async { tokio::join!(pending, script) }).await;
        assert_eq!(made.unwrap_or_else(|error| panic!("{case}: {error}")), "made", "{case}");
        assert_eq!(within(client.ping("x")).await.unwrap().message, "pong: x", "{case}");
        session.disconnect().await.unwrap();
        let mut last = None;
        while let Some(event) = within(events.next()).await {
            last = Some(event.unwrap());
        }
        let last = serde_json::to_value(&last.unwrap().data).unwrap();
        assert_eq!(last, json!({"title": "good"}), "{case}");
        assert_eq!(fake.problems(), [] as [String; 0], "{case}");
    }
}

#[tokio::test]
async fn i10_what_leaves_no_way_to_the_next_message_ends_the_connection_with_the_reason() {
    let header = "expected a Content-Length header";
    let cases: Vec<(&str, Vec<u8>, ErrorKind, &str)> = vec![
        ("a usage text", b"Usage: cat [OPTION]\r\n\r\n".to_vec(), ErrorKind::Protocol, header),
        (
            "a body without a header",
            b"{\"jsonrpc\":\"2.0\"}\r\n\r\n".to_vec(),
            ErrorKind::Protocol,
            header,
        ),
        ("no length", b"Content-Type: x\r\n\r\n{}".to_vec(), ErrorKind::Protocol, header),
        ("garbage without an end", vec![0xfe; 20_000], ErrorKind::Protocol, header),
        (
            "a header without an end",
            [b"Content-Length: 5".as_slice(), &[b' '; 10_000]].concat(),
            ErrorKind::Protocol,
            header,
        ),
        (
            "a negative length",
            b"Content-Length: -5\r\n\r\n".to_vec(),
            ErrorKind::Protocol,
            "is not a number of bytes: `-5`",
        ),
        (
            "a fraction",
            b"Content-Length: 1.5\r\n\r\n".to_vec(),
            ErrorKind::Protocol,
            "is not a number of bytes: `1.5`",
        ),
        (
            "an empty length",
            b"Content-Length:\r\n\r\n".to_vec(),
            ErrorKind::Protocol,
            "is not a number of bytes: ``",
        ),
        (
            "a length beyond a machine word",
            b"Content-Length: 99999999999999999999999999\r\n\r\n".to_vec(),
            ErrorKind::Protocol,
            "is not a number of bytes",
        ),
        (
            "a huge length",
            b"Content-Length: 9000000000000000000\r\n\r\n{".to_vec(),
            ErrorKind::Protocol,
            "a frame of 9000000000000000000 bytes is larger than the limit of 268435456 bytes; \
             raise it with `frame_limit`",
        ),
    ];
    for (case, bytes, kind, text) in cases {
        ends(case, |fake| fake.bytes(&bytes), kind, text).await;
    }
    let truncated = "the connection ended in the middle of a frame";
    for (case, bytes) in [
        ("an end in a header", b"Content-Le".as_slice()),
        ("an end in a body", b"Content-Length: 10\r\n\r\n{"),
        ("an end in a body that is large", b"Content-Length: 250000000\r\n\r\n{"),
    ] {
        let end = |fake: &FakeRuntime| {
            fake.bytes(bytes);
            fake.close();
        };
        ends(case, end, ErrorKind::Closed, truncated).await;
    }
    ends(
        "an end between frames",
        FakeRuntime::close,
        ErrorKind::Closed,
        "the other side closed the connection",
    )
    .await;
}

/// After `break_it`, a pending call, a stream of events and later calls all end with the same
/// reason.
async fn ends(case: &str, break_it: impl Fn(&FakeRuntime), kind: ErrorKind, text: &str) {
    let (fake, _agent, client, session) = open_s1().await;
    let mut events = session.events();
    fake.by_hand("thing.make");
    let script = async {
        fake.expect("thing.make").await.unwrap();
        break_it(&fake);
    };
    let pending = client.call::<Value>("thing.make", json!({}));
    let (pending, ()) = within(async { tokio::join!(pending, script) }).await;
    let stream = within(events.next()).await.unwrap().unwrap_err();
    let later = within(client.ping("x")).await.unwrap_err();
    for error in [pending.unwrap_err(), stream, later] {
        assert_eq!(error.kind(), kind, "{case}: {error}");
        assert!(error.to_string().contains(text), "{case}: {error}");
    }
    // The other side learns of it.
    fake.closed().await.unwrap_or_else(|error| panic!("{case}: {error}"));
}

#[tokio::test]
async fn i10_deep_arguments_of_a_tool_are_answered() {
    let (fake, _agent, client, _session) = open_s1().await;
    let tool = copilot_sdk::Tool::new("deep").description("d").raw_handler(|call| async move {
        let arguments: Value = call.parse()?;
        Ok::<_, copilot_sdk::ToolError>(arguments.to_string())
    });
    let session = client.session().session_id("s2").tool(tool).create().await.unwrap();
    let arguments = nested(5_000);
    fake.frame(
        format!(
            r#"{{"jsonrpc":"2.0","method":"session.event","params":{{"sessionId":"s2","event":{{"type":"external_tool.requested",
            "data":{{"requestId":"r1","toolCallId":"c1","toolName":"deep","arguments":{arguments}}},"id":"e"}}}}}}"#
        )
        .as_bytes(),
    );
    let answer =
        fake.session(session.id()).expect("session.tools.handlePendingToolCall").await.unwrap();
    assert_eq!(answer.params()["requestId"], "r1");
    assert_eq!(answer.params()["result"]["resultType"], "failure");
}

async fn open_s1() -> (FakeRuntime, copilot_sdk::testing::FakeSession, Client, copilot_sdk::Session)
{
    let (fake, _agent, client, _session) = open().await;
    let session = client.session().session_id("s1").create().await.unwrap();
    (fake.clone(), fake.session("s1"), client, session)
}
