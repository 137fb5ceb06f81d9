//! Bytes, frames and messages of every bad kind.

use copilot_sdk::testing::FakeRuntime;
use serde_json::Value;

use super::observe::{CALL, observe};
use crate::stage::{connect, within};

const ENDS: &str = "the connection ends: `Protocol`";
const CLOSED: &str = "the connection ends: `Closed`";
const SKIPPED: &str = "skipped, with a warning";
const IGNORED: &str = "ignored";
const DELIVERED: &str = "delivered";
const AS_JSON: &str = "delivered as JSON";

/// One row of the documentation, and what is tried of it.
pub(super) struct Row {
    pub(super) what: &'static str,
    pub(super) outcome: &'static str,
    calls: usize,
    then_close: bool,
    cases: Vec<Vec<u8>>,
}

impl Row {
    fn calls(self, calls: usize) -> Self {
        Self { calls, ..self }
    }

    fn then_close(self) -> Self {
        Self { then_close: true, ..self }
    }
}

fn row(
    what: &'static str,
    outcome: &'static str,
    cases: impl IntoIterator<Item = impl Into<Vec<u8>>>,
) -> Row {
    let cases = cases.into_iter().map(Into::into).collect();
    Row { what, outcome, calls: 1, then_close: false, cases }
}

fn framed(body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

/// The response to the call in flight; the rest of its members.
fn response(members: &str) -> Vec<u8> {
    framed(format!(r#"{{"jsonrpc":"2.0","id":{CALL},{members}}}"#))
}

fn params(params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"session.event","params":{params}}}"#)
}

fn event_of(session: &str, event: &str) -> String {
    params(&format!(r#"{{"sessionId":"{session}","event":{event}}}"#))
}

fn event(event: &str) -> Vec<u8> {
    framed(event_of("s1", event))
}

fn data(event_type: &str, data: &str) -> Vec<u8> {
    event(&format!(r#"{{"type":"{event_type}","data":{data},"id":"e"}}"#))
}

fn all<T: AsRef<[u8]>>(bodies: impl IntoIterator<Item = T>) -> Vec<Vec<u8>> {
    bodies.into_iter().map(framed).collect()
}

fn deep(open: &str, close: &str) -> String {
    const LEVELS: usize = 1_000_000;
    format!("{}1{}", open.repeat(LEVELS), close.repeat(LEVELS))
}

pub(super) fn rows() -> Vec<Row> {
    [streams(), responses(), requests(), events(), others()].into_iter().flatten().collect()
}

fn streams() -> Vec<Row> {
    let idle = event_of("s1", r#"{"type":"session.idle","data":{},"id":"e"}"#);
    let length = idle.len();
    let header = |header: &str| format!("{header}\r\n\r\n{idle}").into_bytes();
    let repeated = format!("Content-Length: {length}\r\nContent-Length: {length}");
    let contradicted = format!("Content-Length: {length}\r\nContent-Length: {}", length + 1);
    let lengths = [
        "-5",
        "+5",
        "1.5",
        "5 5",
        "0x5",
        "",
        "five",
        "99999999999999999999999999",
        "9000000000000000000",
    ];
    vec![
        row(
            "a header in any spelling, with other headers, or with its length repeated",
            DELIVERED,
            [
                header(&format!("content-length:{length}")),
                header(&format!("X-A: b\r\nCONTENT-LENGTH:  {length} ")),
                header(&format!("Content-Type: x\r\nContent-Length: {length}")),
                header(&repeated),
            ],
        ),
        row(
            "lines of text in front of a header",
            DELIVERED,
            [
                [b"starting up\n".as_slice(), &framed(&idle)].concat(),
                [b"\r\n\xff\xfe: warning\nready\n".as_slice(), &framed(&idle)].concat(),
            ],
        ),
        row(
            "garbage, or a banner with an empty line",
            ENDS,
            [
                b"Usage: cat [OPTION]\r\n\r\n".to_vec(),
                b"{\"jsonrpc\":\"2.0\"}\r\n\r\n".to_vec(),
                vec![0xfe; 20_000],
                [b"Content-Length: 5".as_slice(), &[b' '; 10_000]].concat(),
            ],
        ),
        row("garbage, and then its end", ENDS, ["Usage: cat\n", "Segmentation fault", "{}"])
            .then_close(),
        row(
            "a length that is missing, not a number of bytes, or beyond `frame_limit`",
            ENDS,
            lengths.iter().map(|length| format!("Content-Length: {length}\r\n\r\n{{}}")).chain([
                "Content-Type: x\r\n\r\n{}".to_owned(),
                format!("Content-Length: {}\r\n\r\n{{", 256 * 1024 * 1024 + 1),
            ]),
        ),
        row("two different lengths", ENDS, [header(&contradicted)]),
        row(
            "the end of the stream in the middle of a frame",
            CLOSED,
            [
                "Content-Le",
                "Content-Length: 10\r\n",
                "Content-Length: 10\r\n\r\n{",
                "Content-Length: 250000000\r\n\r\n{",
            ],
        )
        .then_close(),
        row("the end of the stream between two frames", CLOSED, ["", "\n"]).then_close(),
    ]
}

fn responses() -> Vec<Row> {
    let error = r#""error":{"code":-32700,"message":"unreadable"}"#;
    let unnamed = ["null", r#"{"a":[1]}"#, "[1]", "true", "-1", "1.5", "1e300", r#""one""#];
    let unnamed_error = |id: &&str| format!(r#"{{"jsonrpc":"2.0","id":{id},{error}}}"#);
    let errors = || all(unnamed.iter().map(unnamed_error).chain([format!("{{{error}}}")]));
    vec![
        row("a response", "the call returns `1`", [response(r#""result":1"#)]),
        row(
            "a response whose id is `3.0` or `\"3\"` instead of `3`",
            "the call returns `1`",
            all([
                format!(r#"{{"id":{CALL}.0,"result":1}}"#),
                format!(r#"{{"id":"{CALL}","result":1}}"#),
                format!(r#"{{"result":1,"id":"{CALL}.0"}}"#),
            ]),
        ),
        row(
            "two responses to one call",
            "the call returns `1`",
            [
                [response(r#""result":1"#), response(r#""result":2"#)].concat(),
                [response(r#""result":1"#), response(error)].concat(),
            ],
        ),
        row(
            "a response without a result",
            "the call returns `null`",
            [response(r#""x":1"#), response(r#""result":null,"error":null"#)],
        ),
        row(
            "a result and an error at once",
            "the call fails: `Rpc`",
            [
                response(&format!(r#""result":1,{error}"#)),
                response(&format!(r#"{error},"result":1"#)),
            ],
        ),
        row(
            "an error of any shape",
            "the call fails: `Rpc`",
            [
                response(r#""error":"no""#),
                response(r#""error":[1,2]"#),
                response(r#""error":{"code":"E1","message":{"why":"x"}}"#),
                response(&format!(r#""error":{}"#, deep("[", "]"))),
            ],
        ),
        row(
            "a result nested a million levels deep",
            "the call fails: `Protocol`",
            [
                response(&format!(r#""result":{}"#, deep("[", "]"))),
                response(&format!(r#""result":{}"#, deep(r#"{"a":"#, "}"))),
            ],
        ),
        row(
            "a response that is not UTF-8 or not JSON after its id",
            "the call fails: `Protocol`",
            [
                framed([format!(r#"{{"id":{CALL},"result":""#).as_bytes(), b"\xff\"}"].concat()),
                framed(format!(r#"{{"id":{CALL},"result":nonsense}}"#)),
                framed(format!(r#"{{"id":{CALL},"result":{{"#)),
                framed(format!(r#"{{"id":{CALL},"result":1}} {{}}"#)),
                response(r#""result":"\ud800""#),
            ],
        ),
        row(
            "an error that names no call, with one call in flight",
            "the call fails: `Rpc`",
            errors(),
        ),
        row("an error that names no call, with none in flight", ENDS, errors()).calls(0),
        row("an error that names no call, with several in flight", ENDS, errors()).calls(3),
        row(
            "a response to no call in flight, or a result that names none",
            IGNORED,
            all(unnamed
                .iter()
                .map(|id| format!(r#"{{"jsonrpc":"2.0","id":{id},"result":1}}"#))
                .chain([
                    r#"{"id":999999,"result":1}"#.into(),
                    r#"{"id":999999,"error":1}"#.into(),
                ])),
        ),
    ]
}

fn requests() -> Vec<Row> {
    let ids = ["7", r#""seven""#, "7.5", "-7", r#"{"a":[1]}"#, "[7]", "true"];
    vec![
        row(
            "a request of an unknown method, whatever its id",
            "refused: `-32601`",
            all(ids
                .iter()
                .map(|id| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"x","params":[1]}}"#))),
        ),
        row(
            "a request about a session that is not open",
            "refused: `-32603`",
            all([r#"{"id":7,"method":"hooks.invoke","params":{"sessionId":"other"}}"#]),
        ),
        row(
            "a request that is not UTF-8 or not JSON after its id and method",
            "refused: `-32700`",
            [
                framed(b"{\"id\":7,\"method\":\"hooks.invoke\",\"params\":\"\xff\"}"),
                framed(br#"{"id":7,"method":"hooks.invoke","params":{"#),
                framed(br#"{"id":7,"method":"hooks.invoke","params":{}} {}"#),
            ],
        ),
    ]
}

fn events() -> Vec<Row> {
    let idle = r#"{"type":"session.idle","data":{},"id":"e"}"#;
    vec![
        row("an event twice", DELIVERED, [[event(idle), event(idle)].concat()]),
        row(
            "an event whose data has the wrong types",
            DELIVERED,
            [
                data("session.idle", "[1,2]"),
                data("session.idle", "7"),
                data("session.idle", "null"),
                data("session.idle", r#"{"aborted":"no"}"#),
                data("session.idle", &deep("[", "]")),
                event(r#"{"type":"session.idle","id":"e"}"#),
                event(r#"{"type":"session.idle","data":{},"id":"e","timestamp":7,"parentId":[]}"#),
            ],
        ),
        row(
            "an event of an unknown type, without its identifier, with a lone surrogate, or a \
             million levels deep",
            AS_JSON,
            [
                data("x.y", "{}"),
                data("assistant.message_delta", r#"{"deltaContent":"no message id"}"#),
                data("session.title_changed", r#"{"title":"\ud800"}"#),
                data("x.y", &deep("[", "]")),
                data("x.y", &deep(r#"{"a":"#, "}")),
            ],
        ),
        row("an event of a session that is not open", IGNORED, [framed(event_of("other", idle))]),
        row(
            "an event without a type, an id or a session, or that is no object",
            SKIPPED,
            [
                event("{}"),
                event("null"),
                event("[1,2]"),
                event(r#"{"type":"session.idle","data":{}}"#),
                event(r#"{"type":"session.idle","data":{},"id":5}"#),
                event(r#"{"type":5,"data":{},"id":"e"}"#),
                framed(params("\"x\"")),
                framed(params(r#"["s1",{}]"#)),
                framed(params(r#"{"event":{}}"#)),
            ],
        ),
    ]
}

fn others() -> Vec<Row> {
    vec![
        row(
            "an unknown notification",
            IGNORED,
            all([
                r#"{"jsonrpc":"2.0","method":"host.event","params":[1]}"#.to_owned(),
                r#"{"jsonrpc":"2.0","method":"x","params":1e999999}"#.to_owned(),
                r#"{"jsonrpc":"2.0","method":"x","method":"y","params":1,"params":2}"#.to_owned(),
                r#"{"jsonrpc":"2.0","method":"session.event"}"#.to_owned(),
                r#"{"id":null,"method":"x"}"#.to_owned(),
                format!(r#"{{"jsonrpc":"2.0","method":"x","params":{}}}"#, deep("[", "]")),
                format!(r#"{{"x":{},"method":"x"}}"#, deep(r#"{"a":"#, "}")),
            ]),
        ),
        row("an object that is no message", IGNORED, all(["{}", r#"{"jsonrpc":"2.0","id":null}"#])),
        row(
            "a batch",
            SKIPPED,
            all([
                "[]".to_owned(),
                r#"[{"jsonrpc":"2.0","method":"x"}]"#.to_owned(),
                format!(r#"[{{"jsonrpc":"2.0","id":{CALL},"result":1}}]"#),
            ]),
        ),
        row(
            "any other message that is not UTF-8, not JSON or no object",
            SKIPPED,
            [
                framed(b""),
                framed(b"  \n "),
                framed(b"\0"),
                framed(b"{not json"),
                framed(b"7"),
                framed(b"null"),
                framed(b"\"text\""),
                framed(br#"{"jsonrpc":"2.0","method":"x"} {}"#),
                framed(br#"{"jsonrpc":"2.0","id":1,"res"#),
                framed(br#"{"jsonrpc":"2.0","method":7}"#),
                framed(br#"{"jsonrpc":"2.0","method":"\udc00"}"#),
                framed(br#"{"jsonrpc":"2.0","method":"x","params":"\ud8"}"#),
                framed(b"{\"method\":\"session.event\",\"params\":{\"sessionId\":\"\xff\xfe\"}}"),
                framed(deep("[", "]")),
                framed("[".repeat(1_000_000)),
            ],
        ),
    ]
}

#[tokio::test]
async fn i10_a_message_that_cannot_be_read_costs_at_most_itself() {
    for Row { what, outcome, calls, then_close, cases } in rows() {
        for bytes in cases {
            let send = |fake: &FakeRuntime| {
                fake.bytes(&bytes);
                if then_close {
                    fake.close();
                }
            };
            let observed = within(observe(calls, send)).await;
            let start = bytes.get(..200).unwrap_or(&bytes).escape_ascii();
            assert_eq!(observed, outcome, "{what}: {start}");
        }
    }
}

#[tokio::test]
async fn i10_deep_arguments_of_a_tool_are_answered() {
    let (fake, client) = connect().await;
    let tool = copilot_sdk::Tool::new("deep").description("d").raw_handler(|call| async move {
        let arguments: Value = call.parse()?;
        Ok::<_, copilot_sdk::ToolError>(arguments.to_string())
    });
    let session = client.session().session_id("s1").tool(tool).create().await.unwrap();
    let arguments = deep("[", "]");
    fake.bytes(&data(
        "external_tool.requested",
        &format!(
            r#"{{"requestId":"r1","toolCallId":"c1","toolName":"deep","arguments":{arguments}}}"#
        ),
    ));
    let answer =
        fake.session(session.id()).expect("session.tools.handlePendingToolCall").await.unwrap();
    assert_eq!(answer.params()["requestId"], "r1");
    assert_eq!(answer.params()["result"]["resultType"], "failure");
}
