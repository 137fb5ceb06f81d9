//! Peers that do not read, or do not stop.

use copilot_sdk::mcp::McpServer;
use copilot_sdk::permission::{self, PermissionDecision, PermissionRequest};
use copilot_sdk::testing::FakeRuntime;
use copilot_sdk::{Client, ErrorKind};
use serde_json::json;

use crate::stage::{connect, open, within};

pub(super) const ROWS: [(&str, &str); 4] = [
    (
        "never reads",
        "calls fail and the connection ends once `frame_limit` bytes wait to be written: `Closed`",
    ),
    (
        "sends events faster than they are read",
        "the subscription that is behind ends beyond its budget: `Lagged`; all others go on",
    ),
    (
        "asks more questions than are answered at once",
        "those beyond 4,096, or 256 MiB, of one session are refused",
    ),
    ("never answers", "calls wait until they are dropped; the start fails after `start_timeout`"),
];

#[tokio::test]
async fn i10_a_peer_that_never_reads_ends_the_connection() {
    let (fake, transport) = FakeRuntime::new();
    let client =
        Client::builder().transport(transport).frame_limit(1_000_000).start().await.unwrap();
    fake.freeze();
    let text = "x".repeat(100_000);
    let pings: Vec<_> = (0..20)
        .map(|_| {
            let (client, text) = (client.clone(), text.clone());
            tokio::spawn(async move { client.ping(&text).await })
        })
        .collect();
    for ping in pings {
        let error = within(ping).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
        assert!(error.to_string().starts_with("the other side does not read: "), "{error}");
    }
}

#[tokio::test]
async fn i10_a_flood_of_events_ends_only_the_subscription_that_is_behind() {
    let (_fake, agent, client, session) = open().await;
    let (mut behind, mut other) = (session.events().budget(10_000), session.events());
    for number in 0..1_000 {
        agent.emit("x.y", json!({"number": number}));
    }
    client.ping("still there?").await.unwrap();
    session.disconnect().await.unwrap();
    let mut seen = [0, 0];
    let end = loop {
        match behind.next().await.unwrap() {
            Ok(_) => seen[0] += 1,
            Err(error) => break error.kind(),
        }
    };
    while let Some(event) = other.next().await {
        event.unwrap();
        seen[1] += 1;
    }
    assert_eq!((end, seen[1]), (ErrorKind::Lagged, 1_000));
    assert!((1..100).contains(&seen[0]), "{}", seen[0]);
}

#[tokio::test]
async fn i10_questions_beyond_those_answered_at_once_are_refused() {
    const ANSWER: &str = "session.permissions.handlePendingPermissionRequest";
    let (fake, client) = connect().await;
    let policy = permission::ask(|request: PermissionRequest| async move {
        if request.kind() == "url" {
            std::future::pending::<()>().await;
        }
        PermissionDecision::reject("no")
    });
    let session = client.session().permissions(policy).create().await.unwrap();
    let agent = fake.session(session.id());
    for number in 0..4_100 {
        let request = json!({"kind": "url", "url": "http://x"});
        let data = json!({"requestId": format!("r{number}"), "permissionRequest": request});
        agent.emit("permission.requested", data);
    }
    for number in 4_096..4_100 {
        let answer = within(agent.expect(ANSWER)).await.unwrap();
        assert_eq!(answer.params()["requestId"], format!("r{number}"));
        assert_eq!(answer.params()["result"]["kind"], "reject");
    }
    // What is over makes room.
    agent.emit("permission.completed", json!({"requestId": "r7", "result": {"kind": "x"}}));
    agent.emit(
        "permission.requested",
        json!({"requestId": "r4100", "permissionRequest": {"kind": "x"}}),
    );
    let answer = within(agent.expect(ANSWER)).await.unwrap();
    assert_eq!(answer.params()["requestId"], "r4100");
}

#[tokio::test(start_paused = true)]
async fn i10_a_peer_that_never_answers_fails_the_start_in_time() {
    let (fake, transport) = FakeRuntime::new();
    fake.by_hand("connect");
    let error = Client::builder().transport(transport).start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Start);
    assert!(error.to_string().starts_with("the copilot cli did not answer within "), "{error}");
}

/// Each comparison waits for the CLI.
#[tokio::test]
async fn i10_a_flood_of_news_about_a_server_starts_one_comparison_at_a_time() {
    let (fake, client) = connect().await;
    fake.by_hand("session.mcp.listTools");
    let server = McpServer::http("http://127.0.0.1:9/mcp").tools(["here"]);
    let session = client.session().mcp_server("docs", server).create().await.unwrap();
    let agent = fake.session(session.id());
    let loaded = || {
        agent
            .emit("session.mcp_server_tools_loaded", json!({"serverName": "docs", "toolCount": 1}));
    };
    for _ in 0..1_000 {
        loaded();
    }
    let call = within(fake.expect("session.mcp.listTools")).await.unwrap();
    client.ping("everything is read").await.unwrap();
    assert_eq!(fake.calls("session.mcp.listTools").len(), 1);
    call.reply(json!({"tools": [{"name": "here"}]})).unwrap();
    client.ping("the answer is read").await.unwrap();
    loaded();
    within(fake.expect("session.mcp.listTools")).await.unwrap();
}
