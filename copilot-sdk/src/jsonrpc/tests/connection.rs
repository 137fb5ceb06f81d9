//! How a connection goes on and ends, and what becomes of the calls in flight.

use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::mpsc;

use super::remote::{Exited, Report, connect};
use crate::closed::Closed;
use crate::error::ErrorKind;
use crate::jsonrpc::Peer;
use crate::transport::{FRAME_LIMIT, Transport};

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
async fn i7_calls_in_flight_fail_at_once_when_the_pipe_ends_and_later_calls_too() {
    let (peer, mut remote, mut heard) = connect();
    let script = async {
        remote.read().await;
        drop(remote);
    };
    let (result, ()) = tokio::join!(peer.call::<()>("slow", json!({})), script);
    let text = "the other side closed the connection (seen by the owner)";
    assert_eq!(result.unwrap_err().to_string(), text);
    assert_eq!(peer.call::<()>("later", json!({})).await.unwrap_err().to_string(), text);
    assert_eq!(heard.recv().await, Some(format!("closed: {text}")));
}

#[tokio::test]
async fn one_unreadable_message_costs_that_message_only() {
    let (_peer, mut remote, mut heard) = connect();
    remote.write_text("{not json").await;
    remote.write_text("[1,2]").await;
    remote.write_text("{\"id\":99,\"result\":1}").await;
    remote.write(json!({"jsonrpc":"2.0","method":"count","params":"three"})).await;
    remote.write(json!({"jsonrpc":"2.0","method":"count","params":4})).await;
    assert_eq!(heard.recv().await.as_deref(), Some("count \"three\""));
    assert_eq!(heard.recv().await.as_deref(), Some("count 4"));
}

#[tokio::test]
async fn a_message_that_its_owner_reads_as_it_is_is_not_read_again() {
    let (_peer, mut remote, mut heard) = connect();
    remote.write_text("whole: {not json").await;
    remote.write(json!({"jsonrpc":"2.0","method":"next"})).await;
    assert_eq!(heard.recv().await.as_deref(), Some("whole: {not json"));
    assert_eq!(heard.recv().await.as_deref(), Some("next -"));
}

#[tokio::test]
async fn a_dropped_call_leaves_a_whole_frame_and_no_entry() {
    let (peer, mut remote, _heard) = connect();
    let call =
        tokio::time::timeout(Duration::ZERO, peer.call::<()>("dropped", json!({"a":"b"}))).await;
    assert!(call.is_err());
    assert_eq!(remote.read().await["method"], "dropped");
    let script = async {
        let next = remote.read().await;
        remote.write(json!({"jsonrpc":"2.0","id":1,"result":"stale"})).await;
        remote.write(json!({"jsonrpc":"2.0","id":next["id"],"result":"fresh"})).await;
    };
    let (fresh, ()) = tokio::join!(peer.call::<String>("next", json!({})), script);
    assert_eq!(fresh.unwrap(), "fresh");
}

#[tokio::test]
async fn frames_beyond_the_pipe_capacity_leave_in_order() {
    let (peer, mut remote, _heard) = connect();
    let text = "x".repeat(100_000);
    for number in 0..50 {
        let params = json!({"number": number, "text": text}).to_string();
        peer.post("note", params.as_bytes()).unwrap();
    }
    for number in 0..50 {
        assert_eq!(remote.read().await["params"]["number"], number);
    }
}

#[tokio::test]
async fn closing_ends_the_stream_for_the_other_side() {
    let (peer, mut remote, _heard) = connect();
    peer.close(&Closed::new(ErrorKind::Closed, "stopped"));
    let mut rest = Vec::new();
    let mut reader = remote.frames;
    assert_eq!(reader.next().await.unwrap(), None);
    assert_eq!(peer.call::<()>("any", json!({})).await.unwrap_err().to_string(), "stopped");
    remote.writer.shutdown().await.unwrap();
    tokio::io::empty().read_to_end(&mut rest).await.unwrap();
}
