//! Requests of the other side: each is answered once.

use serde_json::json;

use super::remote::connect;

#[tokio::test]
async fn a_request_that_cannot_be_read_is_refused() {
    let (_peer, mut remote, _heard) = connect();
    remote.write_bytes(b"{\"id\":7,\"method\":\"echo\",\"params\":\"\xff\"}").await;
    assert_eq!(
        remote.read().await,
        json!({"jsonrpc":"2.0","id":7,"error":{"code":-32700,"message":"the request cannot be \
               read: invalid utf-8 sequence of 1 bytes from index 34"}})
    );
}

#[tokio::test]
async fn a_request_that_its_owner_takes_unread_is_not_read_before_and_any_other_is() {
    let (_peer, mut remote, _heard) = connect();
    let message = |id: u32, method: &str| {
        format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{no json}}"#)
    };
    remote.write_text(&message(7, "unread")).await;
    remote.write_text(&message(8, "echo")).await;
    assert_eq!(remote.read().await, json!({"jsonrpc":"2.0","id":7,"result":"{no json"}));
    let refused = remote.read().await;
    assert_eq!((&refused["id"], &refused["error"]["code"]), (&json!(8), &json!(-32700)));
}

#[tokio::test]
async fn i6_every_request_is_answered_once_also_when_its_responder_is_dropped() {
    let (_peer, mut remote, _heard) = connect();
    remote.write(json!({"jsonrpc":"2.0","id":7,"method":"echo","params":{"x":1}})).await;
    remote.write(json!({"jsonrpc":"2.0","id":"seven","method":"refuse"})).await;
    remote.write(json!({"jsonrpc":"2.0","id":8,"method":"forgotten"})).await;
    remote.write(json!({"jsonrpc":"2.0","id":9,"method":"unwritable","params":{}})).await;
    assert_eq!(remote.read().await, json!({"jsonrpc":"2.0","id":7,"result":{"x":1}}));
    assert_eq!(
        remote.read().await,
        json!({"jsonrpc":"2.0","id":"seven","error":{"code":-32000,"message":"no"}})
    );
    assert_eq!(
        remote.read().await,
        json!({"jsonrpc":"2.0","id":8,"error":{"code":-32603,"message":"the handler of forgotten \
                                                                        ended without an answer"}})
    );
    let unwritable = json!({"code": -32603, "message": "a message cannot be written as JSON"});
    assert_eq!(remote.read().await, json!({"jsonrpc":"2.0","id":9,"error":unwritable}));
}
