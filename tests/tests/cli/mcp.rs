//! MCP servers of a session: how they are reached, what they give the agent, and what is said when
//! they give nothing.

use std::time::Duration;

use copilot_sdk::agent::CustomAgent;
use copilot_sdk::event::mcp::McpOauthReason;
use copilot_sdk::event::{EventData, McpServerStatus};
use copilot_sdk::mcp::{McpAuthAnswer, McpServer};
use copilot_sdk::permission;
use copilot_sdk::session::{Events, ToolSearch};
use copilot_sdk::testing::{ModelReply, ModelToolCall, ScriptedModel};
use copilot_sdk::tool::Defer;
use copilot_sdk::{ErrorKind, Tool};
use copilot_sdk_tests::{Log, Place, Stage};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::mcp_http::{McpHttp, TOKEN};
use super::mcp_server;

/// Waits for an event.
async fn until<T>(events: &mut Events, wanted: impl Fn(&EventData) -> Option<T>) -> T {
    loop {
        if let Some(found) = wanted(&events.next().await.unwrap().unwrap().data) {
            return found;
        }
    }
}

#[tokio::test]
async fn servers_over_http_and_over_events_get_their_headers_and_tell_their_tools() {
    let calls =
        [ModelToolCall::new("web-echo", json!({})), ModelToolCall::new("feed-echo", json!({}))];
    let stage = Stage::shared([ModelReply::tools(calls), ModelReply::text("done")]).await;
    let http = McpHttp::start().await;
    let session = stage
        .session()
        .mcp_server("web", McpServer::http(http.http()).header("x-team", "blue"))
        .mcp_server("feed", McpServer::sse(http.sse()).header("x-team", "red"))
        .permissions(permission::approve_all())
        .create()
        .await
        .unwrap();
    let mut events = session.events();
    let reply = session.ask("go").await.unwrap();
    let results: Vec<_> = reply.tool_calls().iter().map(|call| call.output.as_str()).collect();
    assert_eq!(results, ["blue", "red"]);
    let mut told = Vec::new();
    while told.len() < 4 {
        told.push(
            until(&mut events, |data| match data {
                EventData::SessionMcpServerToolsLoaded(loaded) => {
                    Some(format!("{} has {}", loaded.server_name, loaded.tool_count))
                }
                EventData::SessionMcpServerStatusChanged(change)
                    if change.status == McpServerStatus::Connected =>
                {
                    Some(format!("{} is connected", change.server_name))
                }
                _ => None,
            })
            .await,
        );
    }
    told.sort();
    assert_eq!(told, ["feed has 1", "feed is connected", "web has 1", "web is connected"]);
    stage.stop().await;
}

#[tokio::test]
async fn a_login_is_asked_for_with_all_that_the_server_said_and_its_token_connects_the_server() {
    let stage = Stage::shared([ModelReply::text("perhaps not yet"), ModelReply::text("now")]).await;
    let http = McpHttp::start().await;
    let (say, mut asked) = mpsc::unbounded_channel();
    let session = stage
        .session()
        .mcp_server("srv", McpServer::http(http.locked()))
        .on_mcp_auth(move |login| {
            let _ = say.send(login);
            async { McpAuthAnswer::token(TOKEN).expires_in(Duration::from_secs(7200)) }
        })
        .create()
        .await
        .unwrap();
    let mut events = session.events();
    session.ask("go").await.unwrap();
    let login = asked.recv().await.unwrap();
    assert_eq!(
        (&login.session_id, &*login.server_name, login.server_url),
        (session.id(), "srv", http.locked())
    );
    assert_eq!(login.reason, Some(McpOauthReason::Initial));
    let params = login.www_authenticate_params.unwrap();
    assert_eq!(params.scope.as_deref(), Some("read"));
    assert!(
        params.resource_metadata_url.unwrap().ends_with("/.well-known/oauth-protected-resource")
    );
    assert!(login.http_response.unwrap().expose().get().contains("401"));
    let tools = |data: &EventData| match data {
        EventData::SessionMcpServerToolsLoaded(loaded) => Some(loaded.tool_count),
        _ => None,
    };
    assert_eq!(until(&mut events, tools).await, 1);
    session.ask("again").await.unwrap();
    assert!(stage.model.requests()[1].tool_names().contains(&"srv-echo"));
    stage.stop().await;
}

#[tokio::test]
async fn a_server_that_gives_the_agent_less_than_it_should_is_named_in_the_log_once() {
    let log = Log::capture();
    let stage = Stage::shared([ModelReply::text("fine")]).await;
    let http = McpHttp::start().await;
    let session = stage
        .session()
        .mcp_server("bare", McpServer::http(http.empty()))
        .mcp_server("chosen", McpServer::http(http.http()).tools(["echo"]))
        .mcp_server("typo", McpServer::http(http.http()).tools(["echo", "eccho", "typo-echo"]))
        .mcp_server("locked", McpServer::http(http.locked()))
        .create()
        .await
        .unwrap();
    session.ask("go").await.unwrap();
    let lines = log.warnings(3).await;
    assert_eq!(
        lines,
        [
            "the mcp server `bare` has no tools",
            "the mcp server `locked` requires a login, the session continues without it: give the \
             session an `on_mcp_auth`, or the server a header with a token",
            "the mcp server `typo` has no tool eccho, typo-echo, which its `tools` name; it has \
             echo",
        ]
    );
    stage.stop().await;
}

#[tokio::test]
async fn a_server_starts_where_it_was_told_gives_the_tools_that_were_chosen_and_has_so_much_time() {
    let calls =
        [ModelToolCall::new("srv-where", json!({})), ModelToolCall::new("srv-wait", json!({}))];
    let stage = Stage::shared([ModelReply::tools(calls), ModelReply::text("done")]).await;
    let directory = stage.place.work().join("elsewhere");
    std::fs::create_dir_all(&directory).unwrap();
    let server = mcp_server::echo()
        .tools(["where", "wait"])
        .cwd(&directory)
        .timeout(Duration::from_millis(1500));
    let session = stage.session().mcp_server("srv", server).permissions(permission::approve_all());
    let reply = session.create().await.unwrap().ask("go").await.unwrap();
    let [place, late] = reply.tool_calls() else { panic!("two calls: {:?}", reply.tool_calls()) };
    assert_eq!(place.output, directory.canonicalize().unwrap().to_str().unwrap());
    assert!(!late.success && late.output.contains("timed out"), "{late:?}");
    let requests = stage.model.requests();
    let mut offered = requests[0].tool_names();
    offered.retain(|name| name.starts_with("srv-"));
    offered.sort_unstable();
    assert_eq!(offered, ["srv-wait", "srv-where"]);
    stage.stop().await;
}

#[tokio::test]
async fn a_search_finds_the_tools_that_are_kept_back_and_the_others_are_there_from_the_start() {
    let stage = Stage::shared_answering(|request| match request.tool_results().len() {
        0 => ModelReply::tool("tool_search_tool", json!({"query": "greet"})),
        1 => ModelReply::tool("greet", json!({})),
        _ => ModelReply::text("done"),
    })
    .await;
    let tool = |name: &'static str| {
        Tool::new(name)
            .description("Says hello to people")
            .handler(move |(), _| async move { format!("{name}: hello") })
    };
    let session = stage
        .session()
        .tools(vec![
            tool("greet").defer(Defer::Auto),
            tool("wave").defer(Defer::Never),
            tool("nod"),
        ])
        .mcp_server("hidden", mcp_server::echo().tools(["echo"]))
        .mcp_server("known", mcp_server::echo().tools(["echo"]).defer(Defer::Never))
        .available_tools(["custom:*", "mcp:*"])
        .tool_search(ToolSearch::enabled().defer_threshold(1))
        .create()
        .await
        .unwrap();
    let reply = session.ask("go").await.unwrap();
    assert_eq!(reply.tool_calls().last().unwrap().output, "greet: hello");
    let requests = stage.model.requests();
    let offered = |number: usize| {
        let mut names = requests[number].tool_names();
        names.sort_unstable();
        names
    };
    assert_eq!(offered(0), ["known-echo", "nod", "tool_search_tool", "wave"]);
    assert_eq!(offered(1), ["greet", "known-echo", "nod", "tool_search_tool", "wave"]);
    stage.stop().await;
}

#[tokio::test]
async fn the_servers_of_the_user_are_started_unless_they_are_disabled() {
    let stage = Stage::new([]).await;
    let echo = serde_json::to_value(mcp_server::echo()).unwrap();
    let config = json!({"mcpServers": {"user": echo}});
    std::fs::create_dir_all(stage.place.copilot_home()).unwrap();
    std::fs::write(stage.place.copilot_home().join("mcp-config.json"), config.to_string()).unwrap();
    let status = async |session: copilot_sdk::SessionBuilder| {
        let session = session.create().await.unwrap();
        let tools = session.tools().await.unwrap().into_iter().any(|tool| tool.name == "user-echo");
        let servers = session.mcp_servers().await.unwrap();
        (
            servers
                .into_iter()
                .map(|server| (server.name, server.status.to_string()))
                .collect::<Vec<_>>(),
            tools,
        )
    };
    let (servers, tools) = status(stage.session()).await;
    assert_eq!((servers, tools), (vec![("user".to_owned(), "connected".to_owned())], true));
    let (servers, tools) = status(stage.session().disabled_mcp_servers(["user"])).await;
    assert_eq!((servers, tools), (vec![("user".to_owned(), "disabled".to_owned())], false));
    stage.stop().await;
}

#[tokio::test]
async fn a_server_that_could_never_give_a_tool_is_a_mistake() {
    let stage = Stage::shared([]).await;
    let session = || stage.session().mcp_server("srv", mcp_server::echo());
    let agent = CustomAgent::new("helper", "Help.").mcp_server("srv", mcp_server::echo());
    for (builder, problem) in [
        (
            session().available_tools(["builtin:view", "mcp:other-echo"]),
            "available_tools hides every tool of your own",
        ),
        (
            stage.session().custom_agent(agent).available_tools(["custom:*"]),
            "available_tools hides every tool of your own",
        ),
        (session().excluded_tools(["mcp:*"]), "excluded_tools hides every tool of your own"),
        (session().disabled_mcp_servers(["srv"]), "disabled_mcp_servers holds your own"),
    ] {
        let error = builder.create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let [only] = error.problems() else { panic!("one problem: {error}") };
        assert!(only.starts_with(&format!("{problem} MCP server \"srv\"")), "{only}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn the_page_of_an_app_comes_with_its_tools_result_and_calls_back() {
    const PAGE: &str = "ui://echo/page";
    let page = json!({"uri": PAGE, "mimeType": "text/html;profile=mcp-app", "text": "<p>echo</p>"});
    let place = Place::new();
    let client = place.client().await.env("COPILOT_MCP_APPS", "true").start().await.unwrap();
    let replies = [ModelReply::tool("srv-show", json!({"text": "hi"})), ModelReply::text("done")];
    let model = ScriptedModel::start(replies).await.unwrap();
    let session = client.session().model("scripted").provider(model.provider());
    let session = session.mcp_server("srv", mcp_server::echo_with(["--app"])).mcp_apps(true);
    let session = session.permissions(permission::approve_all()).create().await.unwrap();
    let mut turn = session.stream("go").await.unwrap();
    let shown = loop {
        if let EventData::ToolExecutionComplete(done) = &turn.next().await.unwrap().unwrap().data {
            break done.result.clone().unwrap().ui_resource.unwrap();
        }
    };
    assert_eq!(serde_json::from_str::<Value>(shown.get()).unwrap(), page);
    turn.reply().await.unwrap();

    let apps = async |method: &str, params: Value| {
        session.call::<Value>(&format!("session.mcp.apps.{method}"), params).await.unwrap()
    };
    let found = apps("diagnose", json!({"serverName": "srv"})).await;
    assert_eq!(
        (&found["capability"]["advertised"], &found["server"]["sampleToolNames"]),
        (&json!(true), &json!(["show"]))
    );
    let read = apps("readResource", json!({"serverName": "srv", "uri": PAGE})).await;
    assert_eq!(read, json!({"contents": [page]}));
    let call = json!({"serverName": "srv", "originServerName": "srv", "toolName": "show",
        "arguments": {"text": "again"}});
    let answer = json!({"content": [{"type": "text", "text": "again"}]});
    assert_eq!(apps("callTool", call).await, answer);
    let context = json!({"context": {"theme": "dark", "locale": "de"}});
    apps("setHostContext", context.clone()).await;
    assert_eq!(apps("getHostContext", json!({})).await, context);
    client.stop().await.unwrap();
}
