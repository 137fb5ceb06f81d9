//! Permission requests: each is answered exactly once, and denied when anything is wrong with it.

use std::path::Path;

use copilot_sdk::permission::{self, PermissionDecision};
use copilot_sdk_tests::Log;
use serde_json::json;

use super::questions::panic_now;
use super::stage::{connect, open};

#[tokio::test]
async fn i6_a_policy_that_panics_denies_once() {
    let (fake, client) = connect().await;
    let at_once = permission::ask(|_| {
        panic_now();
        async { PermissionDecision::ApproveOnce }
    });
    let later = permission::ask(|_| async {
        tokio::task::yield_now().await;
        panic_now();
        PermissionDecision::ApproveOnce
    });
    for policy in [at_once, later] {
        let session = client.session().permissions(policy).create().await.unwrap();
        session.send("go").await.unwrap();
        let turn = fake.session(session.id()).prompt().await.unwrap();
        let decision =
            turn.ask_permission(json!({"kind": "read", "path": "/etc/passwd"})).await.unwrap();
        assert_eq!(decision, json!({"kind": "user-not-available"}));
    }
    client.ping("everything is said").await.unwrap();
    assert_eq!(fake.calls("session.permissions.handlePendingPermissionRequest").len(), 2);
}

#[tokio::test]
async fn i6_a_permission_request_of_an_unknown_shape_is_denied() {
    let (_fake, agent, _client, _session) = open().await;
    for request in
        [json!({"kind": "from-the-future"}), json!({}), json!("text"), json!([1]), json!(null)]
    {
        agent.emit(
            "permission.requested",
            json!({"requestId": request.to_string(), "permissionRequest": request}),
        );
        let answer =
            agent.expect("session.permissions.handlePendingPermissionRequest").await.unwrap();
        assert_eq!(answer.params()["requestId"], request.to_string());
        assert!(
            matches!(
                answer.params()["result"]["kind"].as_str(),
                Some("reject" | "user-not-available")
            ),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn i6_a_permission_request_without_a_request_is_denied_by_any_policy() {
    let (fake, client) = connect().await;
    let session = client.session().permissions(permission::approve_all()).create().await.unwrap();
    let agent = fake.session(session.id());
    for data in [json!({"requestId": "r"}), json!({"requestId": "n", "permissionRequest": null})] {
        agent.emit("permission.requested", data.clone());
        let answer =
            agent.expect("session.permissions.handlePendingPermissionRequest").await.unwrap();
        assert_eq!(answer.params()["requestId"], data["requestId"]);
        assert_eq!(answer.params()["result"]["kind"], "reject");
    }
}

#[tokio::test]
async fn a_denial_by_no_rule_is_one_line_per_kind_that_says_how_to_allow_it() {
    let log = Log::capture();
    let (fake, client) = connect().await;
    let session = client.session().session_id("s").create().await.unwrap();
    session.send("go").await.unwrap();
    let turn = fake.session(session.id()).prompt().await.unwrap();
    for request in [
        json!({"kind": "shell", "fullCommandText": "make"}),
        json!({"kind": "shell", "fullCommandText": "make test"}),
        json!({"kind": "mcp", "serverName": "srv", "toolName": "srv-echo"}),
        json!({"kind": "write", "fileName": "/a"}),
    ] {
        assert_eq!(turn.ask_permission(request).await.unwrap()["kind"], "reject");
    }
    let line = |kind: &str, remedy: &str| {
        format!(
            "WARN denied a permission request, because no rule of the session's policy matches; to \
             allow it, add {remedy} session_id=s kind={kind}"
        )
    };
    assert_eq!(
        log.complaints(),
        [
            line("shell", "`permission::allow_shell([\"..\"])` or `permission::ask(..)`"),
            line("mcp", "`permission::allow_tools([\"srv-echo\"])`"),
            line("write", "`permission::allow_paths_in([\"..\"])` or `permission::ask(..)`"),
        ]
    );
}

/// In memory, because this transport counts as one that several clients share.
#[tokio::test]
async fn what_is_left_to_another_client_is_not_answered_from_here() {
    let (fake, client) = connect().await;
    let policy = permission::ask(|request| async move {
        match request.path().and_then(Path::to_str) {
            Some("/mine") => PermissionDecision::ApproveOnce,
            _ => PermissionDecision::LeaveToAnotherClient,
        }
    });
    let session = client.session().permissions(policy).create().await.unwrap();
    let agent = fake.session(session.id());
    for path in ["/theirs", "/mine"] {
        let request = json!({"kind": "read", "path": path});
        agent
            .emit("permission.requested", json!({"requestId": path, "permissionRequest": request}));
    }
    let answer = agent.expect("session.permissions.handlePendingPermissionRequest").await.unwrap();
    assert_eq!(answer.params()["requestId"], "/mine");
    assert_eq!(fake.calls("session.permissions.handlePendingPermissionRequest").len(), 1);
}
