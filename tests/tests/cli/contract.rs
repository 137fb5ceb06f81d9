//! What this crate relies on of the real CLI, one test per surprise: raising the pinned version
//! shows what changed.

use copilot_sdk::event::EventData;
use copilot_sdk::permission::{self, PermissionAction, PermissionDecision};
use copilot_sdk::system_message::{Section, SystemMessage};
use copilot_sdk::testing::{ModelReply, ModelToolCall};
use copilot_sdk::{Tool, cli};
use copilot_sdk_tests::Stage;
use serde_json::{Value, json};

/// Names that the CLI answers itself, although it offers them to no model, unless a tool overrides
/// them.
const HIDDEN_BUILT_INS: [&str; 34] = [
    "read_file",
    "grep_search",
    "file_search",
    "apply_patch",
    "str_replace_editor",
    "update_todo",
    "semantic_search",
    "lexical_code_search",
    "rg",
    "powershell",
    "local_shell",
    "store_memory",
    "read_memories",
    "vote_memory",
    "task_complete",
    "exit_plan_mode",
    "context_board",
    "read_inbox",
    "send_inbox",
    "manage_schedule",
    "session_history",
    "session_artifacts",
    "get_context_remaining",
    "new_context",
    "session_store_sql",
    "search_code_subagent",
    "fetch_copilot_cli_documentation",
    "list_canvas_capabilities",
    "open_canvas",
    "invoke_canvas_action",
    "extensions_reload",
    "extensions_manage",
    "run_dynamic_workflow",
    "dynamic_workflows_manage",
];

#[tokio::test]
async fn every_hidden_built_in_name_reaches_the_custom_tool_of_that_name() {
    let calls = HIDDEN_BUILT_INS
        .iter()
        .enumerate()
        .map(|(n, name)| ModelToolCall::new(*name, json!({})).id(format!("c{n}")));
    let stage = Stage::shared([ModelReply::tools(calls), ModelReply::text("done")]).await;
    let mut session = stage.session();
    for name in HIDDEN_BUILT_INS {
        let tool = Tool::new(name).description("Answers with its own name");
        session = session.tool(tool.raw_handler(move |_| async move { format!("ours: {name}") }));
    }
    let reply = session.create().await.unwrap().ask("go").await.unwrap();
    let answers: Vec<_> = reply.tool_calls().iter().map(|call| call.output.clone()).collect();
    assert_eq!(answers, HIDDEN_BUILT_INS.map(|name| format!("ours: {name}")));
    stage.stop().await;
}

#[tokio::test]
async fn the_pinned_version_speaks_protocol_3_and_knows_connect() {
    let stage = Stage::new([]).await;
    let greeting: Value = stage.client.call("connect", json!({})).await.unwrap();
    assert_eq!(
        (&greeting["protocolVersion"], &greeting["version"]),
        (&json!(3), &json!(cli::VERSION))
    );
    stage.stop().await;
}

#[tokio::test]
async fn without_a_token_on_stdio_a_token_is_refused() {
    let stage = Stage::new([]).await;
    let error = stage.client.call::<Value>("connect", json!({"token": "x"})).await.unwrap_err();
    assert_eq!(error.rpc_code(), Some(-32003));
    stage.stop().await;
}

#[tokio::test]
async fn an_unknown_method_has_the_code_of_the_standard() {
    let stage = Stage::shared([]).await;
    let error = stage.client.call::<Value>("no.such.method", json!({})).await.unwrap_err();
    assert_eq!(error.rpc_code(), Some(-32601));
    stage.stop().await;
}

#[tokio::test]
async fn late_and_unknown_tool_answers_are_no_errors() {
    let stage = Stage::shared([]).await;
    let session = stage.session().create().await.unwrap();
    let params = json!({"sessionId": session.id(), "requestId": "unknown", "result": "late"});
    let answer: Value =
        stage.client.call("session.tools.handlePendingToolCall", params).await.unwrap();
    assert_eq!(answer, json!({"success": false}));
    stage.stop().await;
}

#[tokio::test]
async fn abort_of_an_idle_session_succeeds() {
    let stage = Stage::shared([]).await;
    let session = stage.session().create().await.unwrap();
    session.abort().await.unwrap();
    stage.stop().await;
}

#[tokio::test]
async fn detach_is_idempotent_and_true_for_unknown_sessions() {
    let stage = Stage::shared([]).await;
    let answer: Value =
        stage.client.call("session.detach", json!({"sessionId": "unknown"})).await.unwrap();
    assert_eq!(answer["success"], json!(true));
    stage.stop().await;
}

/// Params of a session that this crate does not know of, so that nothing of it stands between the
/// test and the CLI.
fn raw(stage: &Stage, id: &str, more: Value) -> Value {
    let provider = json!({"type": "openai", "baseUrl": stage.model.base_url(), "apiKey": "k"});
    let mut params = json!({"sessionId": id, "model": "scripted", "provider": provider, "requestPermission": true});
    if let Value::Object(more) = more {
        for (name, value) in more {
            params[name] = value;
        }
    }
    params
}

#[tokio::test]
async fn what_session_create_refuses_and_takes() {
    let stage = Stage::shared([]).await;
    let create = async |id: &str, more: Value| {
        let created = stage.client.call::<Value>("session.create", raw(&stage, id, more)).await;
        created.map_err(|error| (error.rpc_code(), error.to_string()))
    };
    let (code, text) = create("a", json!({"infiniteSessions": null})).await.unwrap_err();
    assert_eq!(code, Some(-32603), "null is not the same as absent here: {text}");
    let (code, text) = create("b", json!({"gitHubToken": "t"})).await.unwrap_err();
    assert_eq!((code, text.contains("gitHubToken")), (Some(-32603), true), "{text}");
    let (code, _) = create("c", json!({"tools": [{"name": "not a name"}]})).await.unwrap_err();
    assert_eq!(code, Some(-32603));
    let (code, _) =
        create("d", json!({"workingDirectory": "/no/such/directory"})).await.unwrap_err();
    assert_eq!(code, Some(-32603));
    let created = create("e", json!({"noSuchOption": 1})).await.unwrap();
    assert_eq!(created["sessionId"], "e", "unknown options are passed over");
    let again = create("e", json!({})).await.unwrap();
    assert_eq!(again["sessionId"], "e", "an id that is live is taken again without a word");
    stage.stop().await;
}

#[tokio::test]
async fn an_unknown_session_has_no_error_code_of_its_own() {
    let stage = Stage::shared([]).await;
    for method in ["session.resume", "session.send"] {
        let params = json!({"sessionId": "unknown", "prompt": "x"});
        let error = stage.client.call::<Value>(method, params).await.unwrap_err();
        assert_eq!(error.rpc_code(), Some(-32603), "{method}: {error}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn an_error_text_of_a_tool_is_hidden_from_the_model_and_a_failure_text_is_not() {
    let calls = [
        ModelToolCall::new("probe", json!({})).id("hidden"),
        ModelToolCall::new("probe", json!({})).id("shown"),
    ];
    let stage = Stage::shared([ModelReply::tools(calls), ModelReply::text("done")]).await;
    let probe = Tool::new("probe").description("Probes").schema(json!({"type": "object"}));
    let session = stage.session().tool(probe).create().await.unwrap();
    let mut turn = session.stream("go").await.unwrap();
    while let Some(event) = turn.next().await {
        if let EventData::ExternalToolRequested(call) = &event.unwrap().data {
            let mut answer = json!({"sessionId": session.id(), "requestId": call.request_id});
            if call.tool_call_id == "hidden" {
                answer["error"] = "a secret".into();
            } else {
                answer["result"] =
                    json!({"resultType": "failure", "textResultForLlm": "for the model"});
            }
            let taken: Value =
                stage.client.call("session.tools.handlePendingToolCall", answer).await.unwrap();
            assert_eq!(taken["success"], true);
        }
    }
    let results = stage.model.requests()[1].tool_results();
    assert!(!results[0].text.contains("a secret"), "{}", results[0].text);
    assert_eq!(results[1].text, "for the model");
    stage.stop().await;
}

#[tokio::test]
async fn a_visible_built_in_without_the_override_flag_fails_every_turn() {
    let stage = Stage::shared([ModelReply::text("never")]).await;
    let tools = json!([{"name": "view", "description": "d", "parameters": {"type": "object"}}]);
    let params = raw(&stage, "clash", json!({"tools": tools}));
    stage.client.call::<Value>("session.create", params).await.unwrap();
    let sent = json!({"sessionId": "clash", "prompt": "hi", "wait": true});
    // The CLI may answer with the failure or only tell of it in an event: the model is asked in
    // neither case.
    let _ = stage.client.call::<Value>("session.send", sent).await;
    assert_eq!(stage.model.requests().len(), 0);
    stage.stop().await;
}

#[tokio::test]
async fn after_runtime_shutdown_the_cli_ends_by_itself() {
    let stage = Stage::new([]).await;
    stage.client.call::<Value>("runtime.shutdown", json!({})).await.unwrap();
    copilot_sdk_tests::wait_until_gone(&stage.place).await;
    stage.stop().await;
}

#[tokio::test]
async fn no_shell_command_is_said_to_be_read_only_or_may_be_approved_for_the_session() {
    let lines = ["pwd", "ls -la", "cat /etc/hosts", "git status", "echo hi | wc -l"];
    let shell = |line: &&str| {
        ModelReply::tool("bash", json!({"command": line, "description": "look", "mode": "sync"}))
    };
    let stage = Stage::shared(lines.iter().map(shell).chain([ModelReply::text("ok")])).await;
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let policy = permission::ask(move |request| {
        let _ = say.send(request.action);
        async { PermissionDecision::UserNotAvailable }
    });
    stage.session().permissions(policy).create().await.unwrap().ask("go").await.unwrap();
    for line in lines {
        let Some(PermissionAction::Shell(shell)) = heard.recv().await else { panic!("{line}") };
        let found: Vec<_> = shell
            .commands
            .iter()
            .map(|command| (&*command.identifier, command.read_only))
            .collect();
        assert_eq!((found, shell.can_offer_session_approval), (vec![(line, false)], false));
    }
    stage.stop().await;
}

#[tokio::test]
async fn every_section_of_the_system_message_can_be_changed_in_every_way() {
    let stage = Stage::shared_answering(|_| ModelReply::text("ok")).await;
    let system = async |message: SystemMessage| {
        let session = stage.session().system_message(message).create().await.unwrap();
        let mut events = session.events();
        session.ask("go").await.unwrap();
        session.disconnect().await.unwrap();
        let mut warnings = Vec::new();
        while let Some(Ok(event)) = events.next().await {
            if let EventData::SessionWarning(warning) = &event.data {
                warnings.push(warning.message.clone());
            }
        }
        (stage.model.requests().last().unwrap().system(), warnings)
    };
    let sections = [
        Section::Preamble,
        Section::Identity,
        Section::Tone,
        Section::ToolEfficiency,
        Section::EnvironmentContext,
        Section::CodeChangeRules,
        Section::Guidelines,
        Section::Safety,
        Section::ToolInstructions,
        Section::CustomInstructions,
        Section::RuntimeInstructions,
        Section::LastInstructions,
    ];
    for section in sections {
        let (text, warnings) =
            system(SystemMessage::customize().replace_section(section.clone(), "REPLACED")).await;
        assert!(text.contains("REPLACED") && warnings.is_empty(), "{section} {warnings:?}");
    }
    let tone = "Tone and style";
    assert!(system(SystemMessage::customize()).await.0.contains(tone));
    assert!(
        !system(SystemMessage::customize().remove_section(Section::Tone)).await.0.contains(tone)
    );
    let identity = SystemMessage::customize().remove_section(Section::Identity);
    assert!(!system(identity.clone()).await.0.contains(tone));
    assert!(system(identity.preserve_section(Section::Tone)).await.0.contains(tone));
    let around = SystemMessage::customize()
        .prepend_to_section(Section::Tone, "SECOND")
        .prepend_to_section(Section::Tone, "FIRST")
        .append_to_section(Section::Guidelines, "THIRD")
        .append_to_section(Section::Guidelines, "FOURTH");
    let (text, warnings) = system(around).await;
    let places = ["FIRST", "SECOND", tone, "THIRD", "FOURTH"].map(|word| text.find(word).unwrap());
    assert!(places[..3].is_sorted() && places[3] < places[4], "{places:?}");
    assert_eq!(warnings, [""; 0]);
    let (text, warnings) = system(SystemMessage::customize().replace_section("nope", "LOST")).await;
    assert!(text.contains("LOST"), "it is added at the end");
    let warning =
        "Unknown section \"nope\" was not found. Content was appended to additional instructions.";
    assert_eq!(warnings, [warning]);
    stage.stop().await;
}

#[tokio::test]
async fn a_session_in_the_cloud_gets_as_far_as_the_login() {
    let stage = Stage::shared([]).await;
    let refused = async |extra: Value| {
        let mut params = json!({"cloud": {}});
        params.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        stage.client.call::<Value>("session.create", params).await.unwrap_err().to_string()
    };
    // What this crate does not send with it.
    let named = refused(json!({"sessionId": "mine"})).await;
    assert!(
        named.ends_with("Cannot specify sessionId when creating a remote session in the cloud."),
        "{named}"
    );
    let provider =
        refused(json!({"provider": {"type": "openai", "baseUrl": "http://127.0.0.1:1/v1"}})).await;
    assert!(
        provider.ends_with("Cannot specify provider when creating a remote session in the cloud."),
        "{provider}"
    );
    let alone = refused(json!({})).await;
    assert!(alone.ends_with("session.create cloud requires authentication"), "{alone}");
    stage.stop().await;
}

#[tokio::test]
async fn a_session_cannot_start_with_a_helper_of_the_cli() {
    let helpers =
        ["explore", "task", "general-purpose", "code-review", "research", "security-review"];
    let stage = Stage::shared([ModelReply::text("fine")]).await;
    stage.session().create().await.unwrap().ask("go").await.unwrap();
    let offered =
        stage.model.requests()[0].tool_schema("task").unwrap()["properties"]["agent_type"]["enum"]
            .clone();
    assert_eq!(offered, json!(helpers));
    for name in helpers {
        // Past this crate's own check.
        let started = match stage.session().option("agent", name).create().await {
            Ok(session) => session.ask("go").await.map(drop),
            Err(error) => Err(error),
        };
        assert!(started.is_err(), "{name}");
    }
    stage.stop().await;
}
