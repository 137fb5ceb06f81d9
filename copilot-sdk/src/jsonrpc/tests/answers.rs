//! Answers to calls: each reaches its call, or fails it, whatever its form.

use serde_json::json;

use super::remote::connect;
use crate::error::ErrorKind;

#[tokio::test]
async fn answers_are_matched_by_id_in_any_order() {
    let (peer, mut remote, _heard) = connect();
    let one = peer.call::<String>("one", json!({}));
    let two = peer.call::<String>("two", json!({}));
    let script = async {
        let first = remote.read().await;
        let second = remote.read().await;
        assert_eq!(first, json!({"jsonrpc":"2.0","id":1,"method":"one","params":{}}));
        remote.write(json!({"jsonrpc":"2.0","id":second["id"],"result":"second"})).await;
        remote.write(json!({"jsonrpc":"2.0","id":first["id"],"result":"first"})).await;
    };
    let (one, two, ()) = tokio::join!(one, two, script);
    assert_eq!((one.unwrap(), two.unwrap()), ("first".to_owned(), "second".to_owned()));
}

#[tokio::test]
async fn a_refusal_carries_its_code_and_the_method() {
    let (peer, mut remote, _heard) = connect();
    let script = async {
        remote.read().await;
        remote
            .write(
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
    let (peer, mut remote, _heard) = connect();
    let shapes = [
        (json!({"code": -1, "message": null}), Some(-1), r#"{"code":-1,"message":null}"#),
        (json!({"code": 1.5, "message": "fraction"}), Some(0), "fraction"),
        (json!("just text"), Some(0), "just text"),
        (json!([1, 2]), Some(0), "[1,2]"),
        (json!({"code": "E1", "message": {"why": "x"}}), Some(0), r#"{"why":"x"}"#),
    ];
    for (shape, code, text) in shapes {
        let script = async {
            let id = remote.read().await["id"].clone();
            remote.write(json!({"jsonrpc": "2.0", "id": id, "error": shape})).await;
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
    let (peer, mut remote, _heard) = connect();
    let script = async {
        remote.read().await;
        remote.write(json!({"jsonrpc":"2.0","id":1,"result":{"a":{"b":"x"}}})).await;
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
    let (peer, mut remote, _heard) = connect();
    let script = async {
        remote.read().await;
        remote.write(json!({"jsonrpc":"2.0","id":1,"result":[1]})).await;
        remote.read().await;
        remote.write(json!({"jsonrpc":"2.0","id":2,"result":[1, 2]})).await;
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
    let (peer, mut remote, _heard) = connect();
    let spellings = [r#""1""#, "2.0", "3e0", r#""4.0""#];
    for (number, id) in spellings.iter().enumerate() {
        let script = async {
            remote.read().await;
            remote.write_text(&format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{number}}}"#)).await;
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
    let (peer, mut remote, _heard) = connect();
    for id in UNREADABLE_IDS {
        let script = async {
            remote.read().await;
            let error = r#""error":{"code":-32700,"message":"unreadable"}"#;
            remote.write_text(&format!(r#"{{"jsonrpc":"2.0","id":{id},{error}}}"#)).await;
        };
        let (result, ()) = tokio::join!(peer.call::<()>("thing", json!({})), script);
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.rpc_code()), (ErrorKind::Rpc, Some(-32700)), "{id}");
        assert_eq!(error.to_string(), "the cli refused `thing`: unreadable", "{id}");
    }
    let script = async {
        remote.read().await;
        remote.write_text(r#"{"error":{"code":-32600,"message":"without an id"}}"#).await;
    };
    let (result, ()) = tokio::join!(peer.call::<()>("thing", json!({})), script);
    assert_eq!(result.unwrap_err().to_string(), "the cli refused `thing`: without an id");
}

#[tokio::test]
async fn an_error_that_may_be_of_several_calls_ends_the_connection() {
    for calls in [0, 2, 3] {
        let (peer, mut remote, mut heard) = connect();
        let calls: Vec<_> = (0..calls)
            .map(|_| {
                let peer = peer.clone();
                tokio::spawn(async move { peer.call::<()>("thing", json!({})).await })
            })
            .collect();
        for _ in &calls {
            remote.read().await;
        }
        remote.write_text(r#"{"id":null,"error":{"code":-32700,"message":"unreadable"}}"#).await;
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
    let (peer, mut remote, _heard) = connect();
    let bodies: [(&[u8], &str); 4] = [
        (b"\"result\":{\"text\":\"\xff\"}}", "invalid utf-8 sequence of 1 bytes from index 32"),
        (b"\"result\":{nonsense}}", "key must be a string"),
        (b"\"error\":", "EOF while parsing a value"),
        (b"\"result\":1} {}", "trailing characters"),
    ];
    for (number, (body, reason)) in bodies.into_iter().enumerate() {
        let script = async {
            remote.read().await;
            let mut message = format!(r#"{{"x":0,"id":{},"#, number + 1).into_bytes();
            message.extend_from_slice(body);
            remote.write_bytes(&message).await;
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
