//! The CLI's process: started, lost, ended; and that nothing is left behind.

use std::path::PathBuf;
use std::process::Command;

use copilot_sdk::mcp::McpServer;
use copilot_sdk::permission;
use copilot_sdk::testing::{Hold, ModelReply, ScriptedModel};
use copilot_sdk::{Client, ErrorKind};
use copilot_sdk_tests::{PATIENCE, Place, Stage, carriers, kill, until, wait_until_gone};
use serde_json::json;

#[tokio::test]
async fn ping_answers_with_the_supported_protocol() {
    let place = Place::new();
    let client = place.client().await.start().await.unwrap();
    let pong = client.ping("hello").await.unwrap();
    assert_eq!((pong.message.as_str(), pong.protocol_version), ("pong: hello", Some(3)));
    client.stop().await.unwrap();
    client.stop().await.unwrap();
    assert_eq!(client.ping("late").await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn over_tcp_the_same_conversation_works_and_ends_the_same_way() {
    let place = Place::new();
    let client = place.client().await.use_stdio(false).start().await.unwrap();
    assert_eq!(client.ping("tcp").await.unwrap().message, "pong: tcp");
    assert!(!carriers(&place).is_empty());
    client.stop().await.unwrap();
    assert_eq!(carriers(&place), [] as [u32; 0]);
}

#[tokio::test]
async fn i7_a_killed_cli_fails_the_running_ask_at_once_with_its_signal() {
    let hold = Hold::new();
    let stage = Stage::new([ModelReply::text("never").held(&hold)]).await;
    let session = stage.session().create().await.unwrap();
    let mut events = session.events();
    let murder = async {
        hold.reached().await;
        for pid in carriers(&stage.place) {
            kill(pid);
        }
    };
    let (reply, ()) = tokio::join!(session.ask("go").into_future(), murder);
    let error = reply.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    assert!(error.to_string().contains("SIGKILL"), "{error}");
    let last = loop {
        match events.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("the stream ends with the reason"),
        }
    };
    assert!(last.to_string().contains("SIGKILL"), "{last}");
    assert!(session.send("late").await.unwrap_err().to_string().contains("SIGKILL"));
    assert_eq!(stage.client.ping("late").await.unwrap_err().kind(), ErrorKind::Closed);
    stage.client.stop().await.unwrap();
    assert_eq!(carriers(&stage.place), [] as [u32; 0]);
}

#[tokio::test]
async fn i9_stop_force_stop_and_drop_leave_nothing_that_the_agent_started() {
    for end in ["stop", "force_stop", "drop"] {
        let command = json!({"command": "sleep 600", "description": "test", "mode": "async", "detach": false});
        let stage =
            Stage::new([ModelReply::tool("bash", command), ModelReply::text("started")]).await;
        let session =
            stage.session().permissions(permission::approve_all()).create().await.unwrap();
        session.ask("go").await.unwrap();
        assert!(carriers(&stage.place).len() > 1, "the cli and its shell run");
        let Stage { client, place, model } = stage;
        match end {
            "stop" => client.stop().await.unwrap(),
            "force_stop" => client.force_stop().await.unwrap(),
            _ => {}
        }
        drop((client, session));
        wait_until_gone(&place).await;
        drop(model);
    }
}

#[tokio::test]
async fn a_client_that_was_only_built_starts_on_first_use() {
    let place = Place::new();
    let client = place.client().await.build().unwrap();
    assert_eq!(carriers(&place), [] as [u32; 0]);
    assert_eq!(client.ping("first").await.unwrap().message, "pong: first");
    client.stop().await.unwrap();
    let manual = place.client().await.auto_start(false).build().unwrap();
    let error = manual.ping("too early").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    manual.connect().await.unwrap();
    manual.ping("now").await.unwrap();
    manual.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_no_copilot_cli_is_named_with_its_last_words() {
    let error = Client::builder().cli_path("/bin/cat").start().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Start);
    assert!(error.to_string().contains("/bin/cat ended before it answered"), "{error}");
    assert!(error.to_string().contains("--headless"), "{error}");
    let error = Client::builder().cli_path("/no/such/cli").start().await.unwrap_err();
    assert!(error.to_string().contains("/no/such/cli: no such file"), "{error}");
}

/// The program that is killed is this one, run again with the place as `AGAIN`.
#[tokio::test]
async fn over_stdio_a_killed_program_takes_the_cli_and_its_shells_with_it() {
    const AGAIN: &str = "COPILOT_SDK_TEST_KILLED";
    if let Some(home) = std::env::var_os(AGAIN).map(PathBuf::from) {
        let command = json!({"command": "sleep 600", "description": "test", "mode": "async", "detach": false});
        let model =
            ScriptedModel::start([ModelReply::tool("bash", command), ModelReply::text("started")])
                .await
                .unwrap();
        let place = Place::new();
        let client = place.client().await.base_directory(&home).start().await.unwrap();
        let session = client.session().model("scripted").provider(model.provider());
        let session = session.permissions(permission::approve_all()).create().await.unwrap();
        session.ask("go").await.unwrap();
        std::fs::write(home.join("ready"), "").unwrap();
        return std::future::pending().await;
    }
    let place = Place::new();
    let home = place.copilot_home();
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args([
        "--exact",
        "process::over_stdio_a_killed_program_takes_the_cli_and_its_shells_with_it",
    ]);
    let mut program = program.env(AGAIN, &home).env("TMPDIR", place.work()).spawn().unwrap();
    let ready = until(|| {
        assert_eq!(program.try_wait().unwrap(), None, "it lives until it is killed");
        home.join("ready").exists()
    });
    tokio::time::timeout(PATIENCE, ready).await.unwrap();
    assert!(carriers(&place).len() > 1, "the cli and its shell run");
    program.kill().unwrap();
    program.wait().unwrap();
    wait_until_gone(&place).await;
}

#[tokio::test]
async fn the_mcp_servers_of_a_session_end_with_it() {
    let stage = Stage::new([ModelReply::text("ok")]).await;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/echo-server.mjs");
    let cli = carriers(&stage.place);
    let session = stage
        .session()
        .mcp_server("srv", McpServer::stdio("node").args([script]))
        .create()
        .await
        .unwrap();
    session.ask("go").await.unwrap();
    assert_eq!(carriers(&stage.place).len(), cli.len() + 1);
    session.disconnect().await.unwrap();
    let ended = until(|| carriers(&stage.place) == cli);
    tokio::time::timeout(PATIENCE, ended).await.unwrap();
    stage.stop().await;
}
