//! Questions of the CLI: each is answered exactly once, whatever happens.

use copilot_sdk::ErrorKind;
use copilot_sdk::interaction::ElicitationAnswer;
use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk_tests::Log;
use serde_json::{Value, json};

use super::stage::{connect, open};

pub(crate) fn panic_now() -> String {
    panic!("a secret of the program")
}

/// An error whose text cannot be had.
#[derive(Debug)]
struct Unspeakable;

impl std::fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        panic!("there are no words for it")
    }
}

impl std::error::Error for Unspeakable {}

#[tokio::test]
async fn i6_requests_that_nobody_knows_are_refused_once_each() {
    let (fake, _agent, client, session) = open().await;
    let id = session.id();
    for (method, params, code, text) in [
        ("no.such", json!({}), -32601, "unknown method `no.such`".to_owned()),
        ("no.such", Value::Null, -32601, "unknown method `no.such`".to_owned()),
        ("no.such", json!([1, 2]), -32601, "unknown method `no.such`".to_owned()),
        ("no.such", json!({"sessionId": 7}), -32601, "unknown method `no.such`".to_owned()),
        (
            "no.such",
            json!({"sessionId": id}),
            -32601,
            format!("session `{id}` has no handler for `no.such`"),
        ),
        (
            "hooks.invoke",
            json!({"sessionId": "other"}),
            -32603,
            "session `other` is not open here".to_owned(),
        ),
    ] {
        let error = fake.request(method, params).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rpc, "{error}");
        assert_eq!(error.to_string(), format!("the client refused `{method}`: {text}"));
        assert_eq!(error.rpc_code(), Some(code), "{error}");
    }
    session.disconnect().await.unwrap();
    let error = fake.request("hooks.invoke", json!({"sessionId": id})).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the client refused `hooks.invoke`: session `{id}` is not open here")
    );
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.problems(), [] as [String; 0], "no question was answered twice");
}

#[tokio::test]
async fn panics_of_the_users_code_are_in_the_log() {
    let log = Log::capture();
    let (fake, client) = connect().await;
    let session =
        client.session().session_id("s").permissions(permission::allow_when(|_| panic!("a bug")));
    let session = session
        .on_elicitation(|_| async { Err::<ElicitationAnswer, _>(Unspeakable) })
        .create()
        .await
        .unwrap();
    let agent = fake.session(session.id());
    agent.emit(
        "permission.requested",
        json!({"requestId": "p", "permissionRequest": {"kind": "read", "path": "/a"}}),
    );
    agent.expect("session.permissions.handlePendingPermissionRequest").await.unwrap();
    agent.emit("elicitation.requested", json!({"requestId": "e", "message": "sure?"}));
    let answer = agent.expect("session.ui.handlePendingElicitation").await.unwrap();
    assert_eq!(answer.params()["result"]["action"], "cancel");
    assert_eq!(
        log.complaints(),
        [
            "ERROR the permission policy panicked; the request is denied session_id=s panic=\"a \
             bug\"",
            "ERROR a handler failed; its question is declined session_id=s handler=\"elicitation\" \
             error=the handler panicked: there are no words for it",
        ]
    );
}

#[tokio::test]
async fn questions_carry_who_asks_and_how() {
    let (fake, client) = connect().await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let form = say.clone();
    let policy = permission::ask(move |request| {
        let _ = say.send(format!(
            "{:?}",
            (request.agent_id, request.request_id, request.owner_session_id)
        ));
        let _ = say.send(format!("{:?}", (request.agent_mode, request.permission_mode)));
        async { PermissionDecision::UserNotAvailable }
    });
    let session = client.session().permissions(policy).on_elicitation(move |question| {
        let _ = form.send(format!("{:?}", (question.agent_id, question.message)));
        async { ElicitationAnswer::Cancel }
    });
    let session = session.create().await.unwrap();
    let agent = fake.session(session.id());
    let request = json!({"kind": "read", "path": "/a"});
    agent.emit_from(
        "below",
        "permission.requested",
        json!({"requestId": "p", "permissionRequest": request, "agentMode": "plan", "permissionMode": "manual",
            "ownerSessionId": "owner"}),
    );
    agent.emit_from(
        "below",
        "elicitation.requested",
        json!({"requestId": "e", "message": "sure?"}),
    );
    let mut said = Vec::new();
    for _ in 0..3 {
        said.push(heard.recv().await.unwrap());
    }
    assert_eq!(
        said,
        [
            r#"(Some("below"), Some("p"), Some("owner"))"#,
            "(Some(Plan), Some(Manual))",
            r#"(Some("below"), "sure?")"#,
        ]
    );
}
