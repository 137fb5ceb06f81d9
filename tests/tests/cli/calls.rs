//! Calls on a live session: what they report, and what they change for the model.

use std::path::Path;

use copilot_sdk::agent::CustomAgent;
use copilot_sdk::event::{EventData, McpServerStatus, SessionMode};
use copilot_sdk::ids::EventId;
use copilot_sdk::mcp::McpServer;
use copilot_sdk::session::{ModeChange, WaitFor};
use copilot_sdk::testing::ModelReply;
use copilot_sdk::tool::TimelineLevel;
use copilot_sdk::tool_filter::ToolSource;
use copilot_sdk::{ErrorKind, Tool, data, permission};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

use super::mcp_server;

fn tool(name: &'static str, answer: &'static str) -> Tool {
    Tool::new(name).description("Says something").handler(move |(), _| async move { answer })
}

#[tokio::test]
async fn the_mode_is_what_was_set_and_nonsense_is_refused_before_sending() {
    let stage = Stage::shared([]).await;
    let session = stage.session().create().await.unwrap();
    assert_eq!(session.mode().await.unwrap(), SessionMode::Interactive);
    assert_eq!(
        session.set_mode(SessionMode::Plan).await.unwrap(),
        ModeChange::default(),
        "nothing else changed"
    );
    assert_eq!(session.mode().await.unwrap(), SessionMode::Plan);
    session.set_mode(SessionMode::Autopilot).await.unwrap();
    assert_eq!(session.mode().await.unwrap(), SessionMode::Autopilot);
    for nonsense in ["turbo", "shell"] {
        let error = session.set_mode(nonsense).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.to_string().contains("interactive, plan, autopilot"), "{error}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn compact_puts_a_summary_in_the_place_of_the_conversation() {
    let stage = Stage::shared([
        ModelReply::text("Blue."),
        ModelReply::text("They like blue."),
        ModelReply::text("Still blue."),
    ])
    .await;
    let session = stage.session().create().await.unwrap();
    session.ask("What is my colour?").await.unwrap();
    let compaction = session.compact().custom_instructions("Keep the colour.").await.unwrap();
    assert!(compaction.success && compaction.messages_removed > 0, "{compaction:?}");
    assert_eq!(compaction.summary_content.as_deref(), Some("They like blue."));
    assert_eq!(compaction.context_window.unwrap().token_limit, Some(128_000));
    session.ask("And now?").await.unwrap();
    let requests = stage.model.requests();
    assert!(requests[1].body().to_string().contains("Keep the colour."));
    assert!(
        requests[2].user_texts()[0].contains("They like blue."),
        "{:?}",
        requests[2].user_texts()
    );
    assert!(!requests[2].body().to_string().contains("Blue."), "the conversation itself is gone");
    stage.stop().await;
}

#[tokio::test]
async fn name_plan_and_files_are_kept_with_the_session() {
    let stage = Stage::shared([]).await;
    let session = stage.session().create().await.unwrap();
    assert_eq!(session.name().await.unwrap(), None);
    session.set_name("Night shift").await.unwrap();
    assert_eq!(session.name().await.unwrap().as_deref(), Some("Night shift"));
    assert_eq!(session.plan().await.unwrap(), None);
    session.set_plan("# Plan").await.unwrap();
    assert_eq!(session.plan().await.unwrap().as_deref(), Some("# Plan"));
    session.delete_plan().await.unwrap();
    assert_eq!(session.plan().await.unwrap(), None);
    session.write_workspace_file("notes/a.txt", "hi").await.unwrap();
    assert_eq!(session.workspace_files().await.unwrap(), [Path::new("notes/a.txt")]);
    assert_eq!(session.read_workspace_file("notes/a.txt").await.unwrap(), "hi");
    session.write_workspace_file("notes/a.txt", "new").await.unwrap();
    assert_eq!(
        session.read_workspace_file("notes/a.txt").await.unwrap(),
        "new",
        "a file is overwritten"
    );
    assert_eq!(
        session.read_workspace_file("../../escape").await.unwrap_err().kind(),
        ErrorKind::Rpc
    );
    stage.stop().await;
}

#[tokio::test]
async fn tools_lists_what_the_agent_has_with_its_sources() {
    let stage = Stage::shared([]).await;
    let session = stage
        .session()
        .tool(tool("greet", "hi"))
        .mcp_server("srv", mcp_server::echo())
        .create()
        .await
        .unwrap();
    let tools = session.tools().await.unwrap();
    let source = |name: &str| tools.iter().find(|tool| tool.name == name).map(|tool| tool.source);
    assert_eq!(source("view"), Some(ToolSource::Builtin));
    assert_eq!(source("greet"), Some(ToolSource::Custom));
    assert_eq!(source("srv-echo"), Some(ToolSource::Mcp));
    let echo = tools.iter().find(|tool| tool.name == "srv-echo").unwrap();
    assert_eq!(
        (echo.mcp_server_name.as_deref(), echo.mcp_tool_name.as_deref()),
        (Some("srv"), Some("echo"))
    );
    assert_eq!(echo.input_schema.as_ref().unwrap()["properties"]["text"]["type"], "string");
    stage.stop().await;
}

#[tokio::test]
async fn set_tools_replaces_the_tools_of_a_live_session() {
    let replies =
        [ModelReply::text("fine"), ModelReply::tool("after", json!({})), ModelReply::text("done")];
    let stage = Stage::shared(replies).await;
    let session = stage.session().tool(tool("before", "old")).create().await.unwrap();
    session.ask("one").await.unwrap();
    session.set_tools(tool("after", "new")).await.unwrap();
    session.ask("two").await.unwrap();
    let requests = stage.model.requests();
    let offered = |number: usize, name: &str| requests[number].tool_names().contains(&name);
    assert_eq!([offered(0, "before"), offered(0, "after")], [true, false]);
    assert_eq!([offered(1, "before"), offered(1, "after")], [false, true]);
    assert_eq!(requests[2].tool_results()[0].text, "new");
    let error = session.set_tools(Tool::new("no good")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let names: Vec<_> = session.tools().await.unwrap().into_iter().map(|tool| tool.name).collect();
    assert!(names.contains(&"after".to_owned()), "the former tools stay: {names:?}");
    stage.stop().await;
}

#[tokio::test]
async fn set_tools_keeps_to_the_filters_of_the_session() {
    let stage = Stage::shared([]).await;
    let session = stage.session().tool(tool("before", "old")).available_tools(["custom:before"]);
    let session = session.create().await.unwrap();
    let error = session.set_tools(tool("after", "new")).await.unwrap_err();
    assert_eq!((error.kind(), error.session_id()), (ErrorKind::Config, Some(session.id())));
    let [hidden] = error.problems() else { panic!("one problem: {error}") };
    assert!(hidden.starts_with("available_tools hides your own tool `after`"), "{hidden}");
    let names: Vec<_> = session.tools().await.unwrap().into_iter().map(|tool| tool.name).collect();
    assert_eq!(names, ["before"]);
    stage.stop().await;
}

#[tokio::test]
async fn custom_agents_are_listed_selected_and_let_go() {
    let stage = Stage::shared([ModelReply::text("a review"), ModelReply::text("plain")]).await;
    let reviewer =
        CustomAgent::new("reviewer", "REVIEW STRICTLY").description("Reviews").tools(["view"]);
    let session = stage.session().custom_agent(reviewer).create().await.unwrap();
    let agents = session.agents().await.unwrap();
    assert_eq!((agents[0].name.as_str(), agents[0].description.as_str()), ("reviewer", "Reviews"));
    assert_eq!(session.current_agent().await.unwrap(), None);
    assert_eq!(session.select_agent("reviewer").await.unwrap().name, "reviewer");
    assert_eq!(session.current_agent().await.unwrap().unwrap().name, "reviewer");
    session.ask("go").await.unwrap();
    session.deselect_agent().await.unwrap();
    session.ask("go").await.unwrap();
    let requests = stage.model.requests();
    assert!(requests[0].body().to_string().contains("REVIEW STRICTLY"));
    assert!(
        requests[0].tool_names().contains(&"view") && !requests[0].tool_names().contains(&"bash")
    );
    assert!(requests[1].tool_names().contains(&"bash"));
    for name in ["nobody", "explore"] {
        let error = session.select_agent(name).await.unwrap_err();
        let text =
            format!("there is no custom agent {name:?} in this session; there are: reviewer");
        assert_eq!((error.kind(), error.problems()), (ErrorKind::Config, &[text][..]));
    }
    stage.stop().await;
}

#[tokio::test]
async fn an_mcp_server_and_own_tools_work_side_by_side() {
    let calls = ModelReply::tool("srv-echo", json!({"text": "hello"})).call(("greet", json!({})));
    let stage = Stage::shared([calls, ModelReply::text("both")]).await;
    let session = stage
        .session()
        .tool(tool("greet", "hi"))
        .mcp_server("srv", mcp_server::echo().env("ECHO_PREFIX", "echo: "))
        .mcp_server("broken", McpServer::stdio("/nowhere/server"))
        .permissions(permission::approve_all())
        .create()
        .await
        .unwrap();
    let reply = session.ask("go").await.unwrap();
    assert_eq!(reply.text(), "both");
    let results: Vec<_> =
        stage.model.requests()[1].tool_results().into_iter().map(|result| result.text).collect();
    assert_eq!(results, ["echo: hello", "hi"]);
    let mut servers = session.mcp_servers().await.unwrap();
    servers.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(
        (servers[0].name.as_str(), &servers[0].status),
        ("broken", &McpServerStatus::Failed)
    );
    assert!(servers[0].error.is_some());
    assert_eq!(
        (servers[1].name.as_str(), &servers[1].status),
        ("srv", &McpServerStatus::Connected)
    );
    assert_eq!(session.mcp_tools("srv").await.unwrap()[0].name, "echo");
    session.disable_mcp_server("srv").await.unwrap();
    let servers = session.mcp_servers().await.unwrap();
    assert!(
        servers
            .iter()
            .any(|server| server.name == "srv" && server.status == McpServerStatus::Disabled)
    );
    session.enable_mcp_server("srv").await.unwrap();
    session.restart_mcp_server("srv").await.unwrap();
    assert_eq!(session.restart_mcp_server("unknown").await.unwrap_err().kind(), ErrorKind::Rpc);
    let known = session.mcp_servers().await.unwrap();
    for error in [session.enable_mcp_server("src").await, session.disable_mcp_server("src").await] {
        let error = error.unwrap_err();
        assert_eq!((error.kind(), error.session_id()), (ErrorKind::Config, Some(session.id())));
        let text = "there is no MCP server \"src\" in this session; there are: broken, srv";
        assert_eq!(error.problems(), [text]);
    }
    assert_eq!(session.mcp_servers().await.unwrap(), known, "and the CLI was not told of it");
    stage.stop().await;
}

#[tokio::test]
async fn skills_are_listed_and_switched() {
    let stage = Stage::shared([]).await;
    let directory = stage.place.work().join("skills");
    std::fs::create_dir_all(directory.join("hello")).unwrap();
    let text = "---\nname: hello\ndescription: Greets people\n---\nSay hello.\n";
    std::fs::write(directory.join("hello/SKILL.md"), text).unwrap();
    let session = stage.session().skill_directories([directory]).create().await.unwrap();
    let hello = || async {
        session
            .skills()
            .await
            .unwrap()
            .into_iter()
            .find(|skill| skill.name == "hello")
            .expect("the skill is known")
    };
    let skill = hello().await;
    assert_eq!((skill.description.as_str(), skill.enabled), ("Greets people", true));
    session.disable_skill("hello").await.unwrap();
    assert!(!hello().await.enabled);
    session.enable_skill("hello").await.unwrap();
    assert!(hello().await.enabled);
    for error in [session.enable_skill("helo").await, session.disable_skill("helo").await] {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = "there is no skill \"helo\" in this session; there are: hello, ";
        assert!(error.problems()[0].starts_with(text), "{error}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn log_lines_are_events_and_the_model_does_not_read_them() {
    let stage = Stage::shared([ModelReply::text("fine")]).await;
    let session = stage.session().create().await.unwrap();
    let mut events = session.events();
    let id = session.log(TimelineLevel::Warning, "mind the gap").await.unwrap();
    let event = loop {
        let event = events.next().await.unwrap().unwrap();
        if event.id == id {
            break event;
        }
    };
    assert!(
        matches!(&event.data, EventData::SessionWarning(warning) if warning.message == "mind the gap")
    );
    let passing = session.log_ephemeral(TimelineLevel::Info, "passing by").await.unwrap();
    session.ask("go").await.unwrap();
    assert!(!stage.model.requests()[0].body().to_string().contains("mind the gap"));
    let history = session.history().await.unwrap();
    let kept = |id: &EventId| history.iter().any(|event| event.id == *id);
    assert_eq!([kept(&id), kept(&passing)], [true, false]);
    stage.stop().await;
}

#[data]
#[derive(Debug, PartialEq)]
struct Person {
    /// The full name.
    name: String,
    age: u8,
}

#[tokio::test]
async fn ask_as_returns_a_typed_answer_and_tells_the_model_its_form() {
    let replies = [
        ModelReply::text(r#"{"name": "Ada", "age": 36}"#),
        ModelReply::text("```json\n{\"name\": \"Bob\", \"age\": 1}\n```"),
        ModelReply::text(r#"{"name": "Eve", "age": "old"}"#),
    ];
    let stage = Stage::shared(replies).await;
    let session = stage.session().create().await.unwrap();
    let ada: Person = session.ask_as("Who?").await.unwrap();
    assert_eq!(ada, Person { name: "Ada".to_owned(), age: 36 });
    let requests = stage.model.requests();
    let format = &requests[0].body()["response_format"];
    assert_eq!(
        (&format["type"], &format["json_schema"]["name"]),
        (&json!("json_schema"), &json!("Person"))
    );
    assert_eq!(format["json_schema"]["schema"]["required"], json!(["name", "age"]));
    assert_eq!(
        format["json_schema"]["schema"]["properties"]["name"]["description"],
        "The full name."
    );
    let who_else = session.ask_as::<Person>("Who else?").wait_for(WaitFor::AllTasks);
    let (bob, reply) = who_else.with_reply().await.unwrap();
    assert_eq!(bob, Person { name: "Bob".to_owned(), age: 1 });
    assert_eq!((reply.model(), reply.usage().model_calls), (Some("scripted"), 1));
    assert_eq!(
        reply.events().last().map(|event| event.event_type().to_owned()).as_deref(),
        Some("assistant.turn_end")
    );
    let error = session.ask_as::<Person>("And?").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Session);
    let text = error.to_string();
    assert!(
        text.starts_with(
            "the agent's answer is not a `Person` at `age`; it begins with `{\"name\": \"Eve\""
        ),
        "{text}"
    );
    let error = session.ask_as::<u8>("How many?").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    stage.stop().await;
}

#[tokio::test]
async fn call_reaches_every_method_of_the_session() {
    let stage = Stage::shared([]).await;
    let session = stage.session().create().await.unwrap();
    let snapshot: Value = session.call("session.metadata.snapshot", json!({})).await.unwrap();
    assert_eq!(snapshot["sessionId"], session.id().as_str());
    let error = session.call::<Value>("session.nonsense", ()).await.unwrap_err();
    assert_eq!((error.kind(), error.rpc_code()), (ErrorKind::Rpc, Some(-32601)));
    session.disconnect().await.unwrap();
    let error = session.call::<Value>("session.metadata.snapshot", ()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    stage.stop().await;
}
