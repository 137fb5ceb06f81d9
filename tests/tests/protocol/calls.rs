//! Typed calls on the real CLI: its answers are what the schemas say.

use copilot_sdk::protocol::host::PingRequest;
use copilot_sdk::protocol::mcp::{
    McpConfigAddRequest, McpConfigRemoveRequest, McpSerializableServerConfig, McpServerConfigStdio,
};
use copilot_sdk::protocol::models::ModelsListRequest;
use copilot_sdk::protocol::session::{
    ModeSetRequest, NameSetRequest, PlanUpdateRequest, WorkspacesCreateFileRequest,
    WorkspacesReadFileRequest,
};
use copilot_sdk::protocol::shared::SessionMode;
use copilot_sdk::protocol::tools::ToolsListRequest;
use copilot_sdk::testing::ModelReply;
use copilot_sdk::{ErrorKind, Session};
use copilot_sdk_tests::Stage;

async fn opened(replies: impl IntoIterator<Item = ModelReply>) -> (Stage, Session) {
    let stage = Stage::new(replies).await;
    let session = stage.session().create().await.unwrap();
    (stage, session)
}

#[tokio::test]
async fn the_client_answers_typed_calls() {
    let (stage, _session) = opened([]).await;
    let rpc = stage.client.rpc();
    let greeting = PingRequest { message: Some("hi".to_owned()), ..Default::default() };
    let pong = rpc.ping(&greeting).await.unwrap();
    assert_eq!((pong.message.as_str(), pong.extra.is_empty()), ("pong: hi", true));

    let tools = rpc.tools().list(&ToolsListRequest::default()).await.unwrap().tools;
    assert!(tools.iter().any(|tool| tool.name == "bash"), "{tools:?}");

    let command = "files-server".to_owned();
    let server = McpServerConfigStdio { command: command.clone(), ..Default::default() };
    let config = McpSerializableServerConfig::Stdio(server);
    let add = McpConfigAddRequest { name: "files".to_owned(), config, ..Default::default() };
    rpc.mcp().config().add(&add).await.unwrap();
    let servers = rpc.mcp().config().list().await.unwrap().servers;
    let Some(McpSerializableServerConfig::Stdio(kept)) = servers.value("files") else {
        panic!("{servers:?}");
    };
    assert_eq!(kept.command, command);
    let remove = McpConfigRemoveRequest { name: "files".to_owned(), ..Default::default() };
    rpc.mcp().config().remove(&remove).await.unwrap();
    assert!(rpc.mcp().config().list().await.unwrap().servers.is_empty());

    assert_eq!(rpc.plugins().list().await.unwrap().plugins, []);
    let auth = rpc.account().get_current_auth().await.unwrap();
    assert_eq!(auth.auth_info, None, "nobody is signed in");
    // Without a login the CLI has no models to list, and says so.
    let error = rpc.models().list(&ModelsListRequest::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rpc);
    stage.stop().await;
}

#[tokio::test]
async fn a_session_answers_typed_calls_with_its_id_filled_in() {
    let (stage, session) = opened([ModelReply::text("Hello.")]).await;
    let rpc = session.rpc();
    assert!(!rpc.plan().read().await.unwrap().exists);
    let content = "1. Measure\n".to_owned();
    let plan = PlanUpdateRequest { content: content.clone(), ..Default::default() };
    rpc.plan().update(&plan).await.unwrap();
    let plan = rpc.plan().read().await.unwrap();
    assert_eq!((plan.exists, plan.content), (true, Some(content)));

    rpc.name()
        .set(&NameSetRequest { name: "A talk".to_owned(), ..Default::default() })
        .await
        .unwrap();
    assert_eq!(rpc.name().get().await.unwrap().name.as_deref(), Some("A talk"));
    rpc.mode()
        .set(&ModeSetRequest { mode: SessionMode::Plan, ..Default::default() })
        .await
        .unwrap();
    assert_eq!(rpc.mode().get().await.unwrap(), SessionMode::Plan);

    let (path, content) = ("notes.txt".to_owned(), "Remember.".to_owned());
    let file = WorkspacesCreateFileRequest { path: path.clone(), content, ..Default::default() };
    rpc.workspaces().create_file(&file).await.unwrap();
    let file = WorkspacesReadFileRequest { path, ..Default::default() };
    assert_eq!(rpc.workspaces().read_file(&file).await.unwrap().content, "Remember.");

    session.ask("Hi").await.unwrap();
    let (tasks, queue, usage, tools, skills) = tokio::join!(
        rpc.tasks().list(),
        rpc.queue().pending_items(),
        rpc.usage().get_metrics(),
        rpc.tools().get_current_metadata(),
        rpc.skills().list(),
    );
    assert_eq!((tasks.unwrap().tasks.len(), queue.unwrap().items.len()), (0, 0));
    assert_eq!(usage.unwrap().total_user_requests, 1);
    assert!(tools.unwrap().tools.unwrap().iter().any(|tool| tool.name == "bash"));
    skills.unwrap();
    assert_eq!(rpc.permissions().get_mode().await.unwrap().mode.as_str(), "manual");
    stage.stop().await;
}

#[tokio::test]
async fn a_call_can_be_spawned_and_fails_once_the_session_is_closed() {
    let (stage, session) = opened([]).await;
    let rpc = session.rpc();
    let mode = tokio::spawn(rpc.mode().get()).await.unwrap();
    assert_eq!(mode.unwrap(), SessionMode::Interactive);
    let unmade = rpc.plan().read();
    session.disconnect().await.unwrap();
    assert_eq!(unmade.await.unwrap_err().kind(), ErrorKind::Closed);
    stage.stop().await;
}
