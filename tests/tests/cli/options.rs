//! Options of a session: each seen in what reaches the model, or in what the CLI reports.

use copilot_sdk::agent::CustomAgent;
use copilot_sdk::event::{EventData, McpServerStatus};
use copilot_sdk::mcp::McpServer;
use copilot_sdk::model::{
    CapabilityOverride, ContextTier, InfiniteSessions, ReasoningEffort, ReasoningSummary,
};
use copilot_sdk::provider::Provider;
use copilot_sdk::session::{LargeOutput, RemoteSession, Storage};
use copilot_sdk::system_message::SystemMessage;
use copilot_sdk::testing::{ModelReply, ScriptedModel};
use copilot_sdk::tool_filter::ToolFilter;
use copilot_sdk::trace::TraceContext;
use copilot_sdk::{ErrorKind, SessionBuilder, Tool, ToolContext, ToolError, permission};
use copilot_sdk_tests::{Place, Stage, TempDir, carriers};
use serde_json::{Value, json};

fn tool(name: &'static str) -> Tool {
    Tool::new(name).description("Says something").handler(|(), _| async { "said" })
}

#[tokio::test]
async fn the_models_options_reach_the_cli_and_the_model() {
    let stage = Stage::shared([ModelReply::text("fine")]).await;
    let session = stage
        .session()
        .reasoning_effort(ReasoningEffort::High)
        .reasoning_summary(ReasoningSummary::Concise)
        .context_tier(ContextTier::LongContext)
        .model_capabilities(CapabilityOverride::new().max_prompt_tokens(64_000))
        .max_ai_credits(30.0)
        .create()
        .await
        .unwrap();
    let mut events = session.events();
    let start = events.next().await.unwrap().unwrap();
    let start = serde_json::to_value(&*start).unwrap()["data"].clone();
    assert_eq!(start["reasoningEffort"], "high");
    assert_eq!(start["contextTier"], "long_context");
    session.ask("go").await.unwrap();
    assert_eq!(stage.model.requests()[0].body()["reasoning_effort"], "high");
    let limit = loop {
        if let EventData::SessionUsageInfo(info) = &events.next().await.unwrap().unwrap().data {
            break info.token_limit;
        }
    };
    assert_eq!(limit, 64_000);
    stage.stop().await;
}

#[tokio::test]
async fn the_model_is_told_where_it_works_and_what_the_organization_wants() {
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let project = stage.place.work().join("project");
    let other = stage.place.work().join("other");
    for directory in [&project, &other] {
        std::fs::create_dir_all(directory.join(".git")).unwrap();
    }
    std::fs::create_dir_all(project.join(".github")).unwrap();
    std::fs::write(project.join(".github/copilot-instructions.md"), "REPOSITORY RULES").unwrap();
    let session = || {
        stage
            .session()
            .cwd(&project)
            .additional_directories([&other])
            .organization_custom_instructions("ORGANIZATION RULES")
    };
    let one = session().create().await.unwrap();
    one.ask("go").await.unwrap();
    let paths: Value = one.call("session.permissions.paths.list", json!({})).await.unwrap();
    assert!(paths.to_string().contains(other.to_str().unwrap()), "{paths}");
    session().skip_custom_instructions(true).create().await.unwrap().ask("go").await.unwrap();
    let [with, without] = [0, 1].map(|number| stage.model.requests()[number].body().to_string());
    assert!(with.contains(project.to_str().unwrap()));
    assert!(with.contains("ORGANIZATION RULES") && with.contains("REPOSITORY RULES"));
    assert!(!without.contains("REPOSITORY RULES"));
    stage.stop().await;
}

#[tokio::test]
async fn instructions_of_subdirectories_are_read_on_demand_where_that_is_switched_on() {
    let project = TempDir::new();
    let subdirectory = project.path().join("sub");
    for directory in [&project.path().join(".git"), &subdirectory] {
        std::fs::create_dir_all(directory).unwrap();
    }
    std::fs::write(subdirectory.join("AGENTS.md"), "RULES OF THE SUBDIRECTORY").unwrap();
    let path = subdirectory.join("a.txt");
    std::fs::write(&path, "text").unwrap();
    let stage = Stage::shared_answering(move |request| match request.tool_results().len() {
        0 => ModelReply::tool("view", json!({"path": path})),
        _ => ModelReply::text("fine"),
    })
    .await;
    let read = async |builder: SessionBuilder| {
        let builder = builder.cwd(project.path()).permissions(permission::approve_all());
        builder.create().await.unwrap().ask("go").await.unwrap();
        stage
            .model
            .requests()
            .last()
            .unwrap()
            .body()
            .to_string()
            .contains("RULES OF THE SUBDIRECTORY")
    };
    assert!(read(stage.session().on_demand_instruction_discovery(true)).await);
    assert!(!read(stage.session().on_demand_instruction_discovery(false)).await);
    assert!(!read(stage.session()).await, "it is off unless it is switched on");
    stage.stop().await;
}

#[tokio::test]
async fn large_results_go_to_a_file_above_the_limit_that_was_set() {
    let stage =
        Stage::shared([ModelReply::tool("read_all", json!({})), ModelReply::text("fine")]).await;
    let long = "line of text\n".repeat(100);
    let read_all = Tool::new("read_all").description("Reads").handler(move |(), _| {
        let long = long.clone();
        async move { long }
    });
    let output = stage.place.work().join("large");
    std::fs::create_dir_all(&output).unwrap();
    let large = LargeOutput::new().max_bytes(500).directory(&output);
    let session = stage.session().tool(read_all).large_output(large).create().await.unwrap();
    session.ask("go").await.unwrap();
    let told = &stage.model.requests()[1].tool_results()[0].text;
    assert!(told.contains(output.to_str().unwrap()), "{told}");
    stage.stop().await;
}

#[tokio::test]
async fn results_go_to_a_file_above_20480_bytes_unless_that_is_switched_off() {
    let stage = Stage::shared_answering(|request| match request.tool_results().len() {
        0 => ModelReply::tools([
            ("fill", json!({"bytes": 20_480})),
            ("fill", json!({"bytes": 20_481})),
        ]),
        _ => ModelReply::text("fine"),
    })
    .await;
    let fill = Tool::new("fill").description("Fills").raw_handler(|invocation| async move {
        let bytes = invocation.arguments["bytes"].as_u64().unwrap_or_default();
        Ok::<_, ToolError>("x".repeat(usize::try_from(bytes).unwrap_or_default()))
    });
    let session = stage.session().tool(fill);
    let told = async |builder: SessionBuilder| {
        builder.create().await.unwrap().ask("go").await.unwrap();
        let results = stage.model.requests().last().unwrap().tool_results();
        results.iter().map(|result| result.text.starts_with("Output too large")).collect::<Vec<_>>()
    };
    assert_eq!(told(session.clone()).await, [false, true]);
    assert_eq!(told(session.large_output(LargeOutput::disabled())).await, [false, false]);
    stage.stop().await;
}

#[tokio::test]
async fn agents_that_are_excluded_are_not_offered() {
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    stage.session().create().await.unwrap().ask("go").await.unwrap();
    let helper = CustomAgent::new("my-helper", "Help.").description("Helps a lot");
    let session = stage
        .session()
        .custom_agents([helper])
        .excluded_builtin_agents(["explore"])
        .agent("my-helper");
    let session = session.create().await.unwrap();
    assert_eq!(session.current_agent().await.unwrap().unwrap().name, "my-helper");
    session.deselect_agent().await.unwrap();
    session.ask("go").await.unwrap();
    let requests = stage.model.requests();
    let [before, after] =
        [0, 1].map(|number| requests[number].tool_schema("task").unwrap().to_string());
    assert!(before.contains("\"explore\""), "{before}");
    assert!(!after.contains("\"explore\"") && after.contains("\"my-helper\""), "{after}");
    stage.stop().await;
}

#[tokio::test]
async fn a_session_of_an_isolated_client_knows_nothing_of_the_machine() {
    let usual = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    std::fs::create_dir_all(usual.place.work().join(".github")).unwrap();
    std::fs::write(usual.place.work().join(".github/copilot-instructions.md"), "HOUSE RULES")
        .unwrap();
    let client = usual.place.client().await.isolated(true).start().await.unwrap();
    let message = SystemMessage::append("Be kind.");
    let isolated = || {
        let session = client.session().model("scripted").provider(usual.model.provider());
        session.system_message(message.clone()).tool(tool("greet"))
    };
    let error = isolated().create().await.unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
    let tools = ToolFilter::isolated_builtins().into_iter().chain([ToolFilter::all_custom()]);
    let session = isolated().available_tools(tools).create().await.unwrap();
    session.ask("go").await.unwrap();
    assert_eq!(session.skills().await.unwrap(), []);
    usual.session().create().await.unwrap().ask("go").await.unwrap();
    let requests = usual.model.requests();
    let mut names = requests[0].tool_names();
    names.sort_unstable();
    assert_eq!(names, ["greet", "list_agents", "read_agent", "task", "write_agent"]);
    let (isolated, other) = (requests[0].system(), requests[1].system());
    assert!(isolated.contains("Be kind.") && other.contains("HOUSE RULES"));
    for secret in ["<environment_context>", "HOUSE RULES", "Co-authored-by"] {
        assert!(!isolated.contains(secret), "{secret}");
    }
    assert!(isolated.len() * 3 < other.len() * 2, "{} and {}", isolated.len(), other.len());
    let keyless = carriers(&usual.place).into_iter().filter(|pid| {
        let environment = std::fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == b"COPILOT_DISABLE_KEYTAR=1")
    });
    assert_eq!(keyless.count(), 1, "of the two clis");
    client.stop().await.unwrap();
    usual.stop().await;
}

/// What the documentation of isolated clients warns of.
#[tokio::test]
async fn the_mcp_servers_of_the_base_directory_run_in_isolated_sessions_too() {
    let place = Place::new();
    let model = ScriptedModel::start([ModelReply::text("ok")]).await.unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/echo-server.mjs");
    let servers = json!({"mcpServers": {"home": {"type": "local", "command": "node", "args": [script], "tools": ["*"]}}});
    std::fs::create_dir_all(place.copilot_home()).unwrap();
    std::fs::write(place.copilot_home().join("mcp-config.json"), servers.to_string()).unwrap();
    let client = place.client().await.isolated(true).start().await.unwrap();
    let session = client.session().model("scripted").provider(model.provider());
    let session = session.available_tools([ToolFilter::all_custom()]).create().await.unwrap();
    session.ask("go").await.unwrap();
    let servers = session.mcp_servers().await.unwrap();
    let names: Vec<_> =
        servers.iter().map(|server| (server.name.as_str(), &server.status)).collect();
    assert_eq!(names, [("home", &McpServerStatus::Connected)]);
    assert_eq!(model.requests()[0].tool_names(), [""; 0], "but the agent does not see its tools");
    client.stop().await.unwrap();
}

#[tokio::test]
async fn the_cli_takes_every_option_and_keeps_the_programs_name() {
    let stage = Stage::shared([ModelReply::text("fine")]).await;
    let here = stage.place.work();
    std::fs::write(here.join("plugin.json"), r#"{"name": "nothing", "version": "1.0.0"}"#).unwrap();
    let session = stage
        .session()
        .session_id("everything")
        .client_name("my-program")
        .infinite_sessions(InfiniteSessions::enabled().background_compaction_threshold(0.5))
        .memory(false)
        .instruction_directories([here])
        .skill_directories([here])
        .plugin_directories([here])
        .disabled_skills(["github-pr-media"])
        .included_builtin_skills(["customize-cloud-agent"])
        .disabled_mcp_servers(["github"])
        .mcp_oauth_token_storage(Storage::InMemory)
        .embedding_cache_storage(Storage::InMemory)
        .skip_embedding_retrieval(true)
        .on_demand_instruction_discovery(false)
        .file_hooks(false)
        .host_git_operations(false)
        .session_store(false)
        .file_change_tracking(true)
        .citations(true)
        .session_telemetry(false)
        .config_discovery(false)
        .experimental(false)
        .feature_flag("SOMETHING_NEW", true)
        .remote_session(RemoteSession::Off)
        .custom_agents_local_only(true)
        .coauthor(false)
        .manage_schedule(false)
        .option(
            "expAssignments",
            json!({"Features": [], "Flights": {}, "Configs": [], "AssignmentContext": ""}),
        )
        .create()
        .await
        .unwrap();
    assert_eq!(session.ask("go").await.unwrap().text(), "fine");
    assert!(!stage.model.requests()[0].system().contains("Co-authored-by"));
    // What a session is called stands on its disk, and gets there some moments behind the reply.
    let written = async {
        loop {
            let known: Value = session.call("session.getMetadata", json!({})).await.unwrap();
            if !known["session"].is_null() {
                return known;
            }
        }
    };
    let known = tokio::time::timeout(copilot_sdk_tests::PATIENCE, written).await.unwrap();
    assert_eq!(known["session"]["clientName"], "my-program", "{known}");
    let names: Vec<_> =
        session.skills().await.unwrap().into_iter().map(|skill| skill.name).collect();
    assert_eq!(names, ["customize-cloud-agent"]);
    stage.stop().await;
}

#[tokio::test]
async fn sessions_live_in_the_config_directory_that_they_were_given() {
    let stage = Stage::shared([ModelReply::text("one"), ModelReply::text("two")]).await;
    let directory = stage.place.work().join("config");
    std::fs::create_dir_all(&directory).unwrap();
    let session = || stage.session().config_directory(&directory);
    let one = session().session_id("elsewhere").create().await.unwrap();
    assert!(one.workspace_path().unwrap().starts_with(&directory));
    one.ask("go").await.unwrap();
    one.disconnect().await.unwrap();
    assert_eq!(stage.session().resume("elsewhere").await.unwrap_err().kind(), ErrorKind::NotFound);
    let again = session().resume("elsewhere").await.unwrap();
    assert_eq!(again.ask("on").await.unwrap().text(), "two");
    stage.stop().await;
}

#[tokio::test]
async fn mistakes_in_every_family_are_reported_together() {
    let stage = Stage::shared([]).await;
    let error = stage
        .session()
        .reasoning_effort("hihg")
        .context_tier("huge")
        .max_ai_credits(-1.0)
        .github_token("ghp_secret")
        .infinite_sessions(InfiniteSessions::enabled().background_compaction_threshold(2.0))
        .custom_agent(CustomAgent::new("", "prompt"))
        .mcp_server("srv", McpServer::stdio(""))
        .cwd("")
        .remote_session("maybe")
        .named_provider("a/b", Provider::local("http://localhost:1"))
        .continue_pending_work(true)
        .option("skipCustomInstructions", true)
        .option("streaming", false)
        .create()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert_eq!(error.problems().len(), 14, "{error}");
    assert!(!format!("{error:?}").contains("ghp_secret"));
    let shown = format!("{:?}", stage.session().github_token("ghp_secret"));
    assert!(!shown.contains("ghp_secret"), "{shown}");
    stage.stop().await;
}

#[tokio::test]
async fn the_trace_of_the_program_reaches_the_tools() {
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    let model =
        ScriptedModel::start([ModelReply::tool("look", json!({})), ModelReply::text("fine")])
            .await
            .unwrap();
    let place = Place::new();
    let spans = place.work().join("spans.jsonl");
    let client = place
        .client()
        .await
        .env("COPILOT_OTEL_ENABLED", "true")
        .env("COPILOT_OTEL_EXPORTER_TYPE", "file")
        .env("COPILOT_OTEL_FILE_EXPORTER_PATH", &spans)
        .start()
        .await
        .unwrap();
    let look =
        Tool::new("look").description("Looks").handler(|(), context: ToolContext| async move {
            context.trace_context().map_or("no trace", TraceContext::traceparent).to_owned()
        });
    let session = client
        .session()
        .model("scripted")
        .provider(model.provider())
        .tool(look)
        .on_trace_context(|| {
            Some(
                TraceContext::new(format!("00-{TRACE}-b7ad6b7169203331-01"))
                    .with_tracestate("vendor=1"),
            )
        })
        .create()
        .await
        .unwrap();
    session.ask("go").await.unwrap();
    let seen = &model.requests()[1].tool_results()[0].text;
    assert!(seen.starts_with(&format!("00-{TRACE}-")), "{seen}");
    client.stop().await.unwrap();
}
