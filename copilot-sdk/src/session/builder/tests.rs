//! What of the options goes over the wire, without a CLI.

use serde_json::{Value, json};

use super::*;
use crate::Client;
use crate::agent::CustomAgent;
use crate::config::{LargeOutput, Opening, RemoteSession, Storage, ToolSearch};
use crate::interaction::{
    AutoModeSwitchAnswer, ElicitationAnswer, ExitPlanModeAnswer, SlashCommand,
};
use crate::mcp::McpServer;
use crate::model::{
    CapabilityOverride, ContextTier, InfiniteSessions, ReasoningEffort, ReasoningSummary,
};
use crate::provider::{Provider, ProviderModel};
use crate::tool::Tool;
use crate::trace::TraceContext;

fn builder() -> SessionBuilder {
    Client::builder().build().expect("default options are valid").session()
}

fn sent(builder: &SessionBuilder, opening: Opening) -> Value {
    let mut config = builder.config.clone();
    config.apply_presets();
    serde_json::to_value(config.params(Some(&"id".into()), opening)).expect("as JSON")
}

#[test]
fn nothing_is_sent_that_was_not_asked_for() {
    assert_eq!(
        sent(&builder(), Opening::Create),
        json!({"streaming": false, "includeSubAgentStreamingEvents": true,
            "requestPermission": true, "envValueMode": "direct", "toolFilterPrecedence": "excluded"})
    );
    assert_eq!(builder().config.options.update(), None);
}

fn with_everything() -> SessionBuilder {
    builder()
        .model("work/fast")
        .reasoning_effort(ReasoningEffort::XHigh)
        .reasoning_summary(ReasoningSummary::None)
        .context_tier(ContextTier::LongContext)
        .model_capabilities(CapabilityOverride::new().vision(false))
        .named_provider("work", Provider::local("http://h/v1"))
        .provider_model(ProviderModel::new("work", "fast"))
        .max_ai_credits(30.5)
        .citations(true)
        .github_token("ghp_1")
        .system_message("Be kind.")
        .infinite_sessions(false)
        .memory(true)
        .large_output(LargeOutput::new().max_bytes(7).directory("/tmp/o"))
        .organization_custom_instructions("rules")
        .instruction_directories(["/i"])
        .on_demand_instruction_discovery(true)
        .skip_embedding_retrieval(true)
        .embedding_cache_storage(Storage::Persistent)
        .available_tools(["builtin:*", "mcp:*"])
        .excluded_tools(["bash"])
        .tool_search(ToolSearch::enabled().defer_threshold(3))
        .custom_agent(CustomAgent::new("a", "p"))
        .agent("a")
        .default_agent_excluded_tools(["grep"])
        .excluded_builtin_agents(["explore"])
        .custom_agents_local_only(true)
        .mcp_server("m", McpServer::stdio("c"))
        .disabled_mcp_servers(["github"])
        .mcp_oauth_token_storage(Storage::InMemory)
        .mcp_apps(true)
        .skills(true)
        .skill_directories(["/s"])
        .disabled_skills(["x"])
        .plugin_directories(["/p"])
        .cwd("/w")
        .additional_directories(["/a"])
        .config_directory("/c")
        .config_discovery(true)
        .file_change_tracking(true)
        .file_hooks(true)
        .host_git_operations(true)
        .session_store(true)
        .streaming(true)
        .include_sub_agent_streaming_events(false)
        .client_name("me")
        .session_telemetry(false)
        .experimental(true)
        .feature_flag("F", false)
        .remote_session(RemoteSession::Export)
        .on_trace_context(|| Some(TraceContext::new("00-1-2-01").with_tracestate("v=1")))
        .option("capi", json!({"autoTier": "fast"}))
        .continue_pending_work(true)
        .suppress_resume_event(true)
        .skip_custom_instructions(true)
        .included_builtin_skills(["y"])
        .coauthor(false)
        .manage_schedule(true)
}

#[test]
#[cfg(windows)]
fn paths_go_out_in_the_form_that_node_understands() {
    use crate::attachment::Attachment;
    use crate::client::SessionFilter;

    let real = r"\\?\C:\a b";
    let builder = builder()
        .cwd(real)
        .config_directory(real)
        .additional_directories([real])
        .instruction_directories([real])
        .skill_directories([real])
        .plugin_directories([real])
        .large_output(LargeOutput::new().directory(real))
        .mcp_server("m", McpServer::stdio(real).cwd(real));
    let others = json!([
        Attachment::file(real),
        Attachment::directory(real),
        Attachment::selection(real, "text", (1, 2), (3, 4)),
        SessionFilter::default().cwd(real).git_root(real),
    ]);
    for (sent, paths) in [(sent(&builder, Opening::Create), 9), (others, 5)] {
        let text = sent.to_string();
        assert!(!text.contains("?"), "{text}");
        assert_eq!(text.matches(r#""C:\\a b""#).count(), paths, "{text}");
    }
}

#[test]
fn every_option_has_its_wire_name() {
    let builder = with_everything();
    assert_eq!(builder.config.problems(Opening::Resume), Vec::<String>::new());
    assert_eq!(
        sent(&builder, Opening::Resume),
        serde_json::from_str::<Value>(
            r#"{
            "model": "work/fast", "reasoningEffort": "xhigh", "reasoningSummary": "none",
            "contextTier": "long_context", "modelCapabilities": {"supports": {"vision": false}},
            "providers": [{"name": "work", "type": "openai", "baseUrl": "http://h/v1"}],
            "models": [{"provider": "work", "id": "fast"}],
            "sessionLimits": {"maxAiCredits": 30.5}, "enableCitations": true, "gitHubToken": "ghp_1",
            "systemMessage": {"mode": "append", "content": "Be kind."}, "infiniteSessions": {"enabled": false},
            "memory": {"enabled": true}, "largeOutput": {"maxSizeBytes": 7, "outputDir": "/tmp/o"},
            "organizationCustomInstructions": "rules", "instructionDirectories": ["/i"],
            "enableOnDemandInstructionDiscovery": true, "skipEmbeddingRetrieval": true,
            "embeddingCacheStorage": "persistent", "availableTools": ["builtin:*", "mcp:*"], "excludedTools": ["bash"],
            "toolSearch": {"enabled": true, "deferThreshold": 3},
            "customAgents": [{"name": "a", "prompt": "p"}], "agent": "a",
            "defaultAgent": {"excludedTools": ["grep"]}, "excludedBuiltinAgents": ["explore"],
            "customAgentsLocalOnly": true,
            "mcpServers": {"m": {"type": "stdio", "command": "c", "tools": ["*"]}}, "disabledMcpServers": ["github"],
            "mcpOAuthTokenStorage": "in-memory", "requestMcpApps": true, "enableSkills": true, "skillDirectories": ["/s"],
            "disabledSkills": ["x"], "pluginDirectories": ["/p"], "workingDirectory": "/w",
            "additionalDirectories": ["/a"], "configDir": "/c", "enableConfigDiscovery": true,
            "enableFileChangeTracking": true, "enableFileHooks": true, "enableHostGitOperations": true,
            "enableSessionStore": true, "streaming": true, "includeSubAgentStreamingEvents": false,
            "clientName": "me", "enableSessionTelemetry": false, "isExperimentalMode": true,
            "featureFlags": {"F": false}, "remoteSession": "export", "traceparent": "00-1-2-01", "tracestate": "v=1",
            "capi": {"autoTier": "fast"}, "continuePendingWork": true, "disableResume": true,
            "requestPermission": true, "envValueMode": "direct", "toolFilterPrecedence": "excluded"
            }"#
        )
        .expect("as JSON")
    );
    assert_eq!(
        serde_json::to_value(builder.config.options.update()).expect("as JSON"),
        json!({"skipCustomInstructions": true, "customAgentsLocalOnly": true, "coauthorEnabled": false,
            "manageScheduleEnabled": true, "includedBuiltinSkills": ["y"]})
    );
}

#[test]
fn nothing_is_sent_twice() {
    let with_handlers = builder()
        .on_pre_tool_use(|_| async {})
        .on_user_input_request(|question| async move { question.answer("a") })
        .on_elicitation(|_| async { ElicitationAnswer::Cancel })
        .on_exit_plan_mode(|_| async { ExitPlanModeAnswer::approve() })
        .on_auto_mode_switch(|_| async { AutoModeSwitchAnswer::No })
        .command(SlashCommand::new("c", |_| async {}))
        .tool(Tool::new("t").description("d"))
        .provider(Provider::local("http://h/v1"));
    for builder in [with_everything(), with_handlers] {
        let sent = sent(&builder, Opening::Resume);
        let late = serde_json::to_value(builder.config.options.update()).expect("as JSON");
        let names =
            [&sent, &late].into_iter().filter_map(Value::as_object).flat_map(|it| it.keys());
        for name in names.filter(|name| *name != "capi") {
            let mut config = builder.config.clone();
            config.apply_presets();
            config.options.other.insert(name, 1);
            let problem = format!("option({name:?}) is set by this crate itself: use its setter");
            assert_eq!(config.problems(Opening::Resume), [problem]);
        }
    }
}

#[test]
fn infinite_sessions_with_thresholds_and_without() {
    let wire = |infinite: InfiniteSessions| {
        sent(&builder().infinite_sessions(infinite), Opening::Create)["infiniteSessions"].clone()
    };
    assert_eq!(wire(true.into()), json!({"enabled": true}));
    assert_eq!(
        wire(
            InfiniteSessions::enabled()
                .background_compaction_threshold(0.5)
                .buffer_exhaustion_threshold(0.75)
        ),
        json!({"enabled": true, "backgroundCompactionThreshold": 0.5, "bufferExhaustionThreshold": 0.75})
    );
}

#[test]
fn a_session_of_an_isolated_client_keeps_what_was_said() {
    let client = Client::builder()
        .isolated(true)
        .base_directory("/srv")
        .build()
        .expect("nothing is missing");
    let builder = client.session().memory(true).skills(true).available_tools(["custom:*"]);
    assert_eq!(
        sent(&builder, Opening::Create),
        json!({
            "streaming": false, "includeSubAgentStreamingEvents": true,
            "availableTools": ["custom:*"], "enableSessionTelemetry": false, "isExperimentalMode": false,
            "mcpOAuthTokenStorage": "in-memory", "skipEmbeddingRetrieval": true, "embeddingCacheStorage": "in-memory",
            "enableOnDemandInstructionDiscovery": false, "memory": {"enabled": true}, "enableFileHooks": false,
            "enableHostGitOperations": false, "enableSessionStore": false, "enableSkills": true,
            "customAgentsLocalOnly": true, "largeOutput": {"enabled": false},
            "systemMessage": {"mode": "customize", "sections": {"environment_context": {"action": "remove"}}},
            "requestPermission": true, "envValueMode": "direct", "toolFilterPrecedence": "excluded",
        })
    );
    let mut options = builder.config.into_inner().options;
    options.isolate();
    assert_eq!(
        serde_json::to_value(options.update()).expect("as JSON"),
        json!({"skipCustomInstructions": true, "customAgentsLocalOnly": true, "coauthorEnabled": false,
            "manageScheduleEnabled": false, "includedBuiltinSkills": [], "installedPlugins": []})
    );
}

#[test]
fn results_stay_in_the_conversation_where_no_builtin_tool_reads_files() {
    let large = |builder: SessionBuilder| sent(&builder, Opening::Create)["largeOutput"].clone();
    let off = json!({"enabled": false});
    assert_eq!(large(builder()), Value::Null);
    assert_eq!(large(builder().available_tools(["custom:*", "view"])), Value::Null);
    assert_eq!(large(builder().available_tools(["builtin:*"])), Value::Null);
    assert_eq!(large(builder().available_tools(["custom:*", "mcp:*"])), off);
    assert_eq!(large(builder().excluded_tools(["view", "grep"])), off);
    // By the default policy no shell runs.
    assert_eq!(large(builder().available_tools(["bash"])), off);
    let shell = builder().available_tools(["bash"]).permissions(crate::permission::approve_all());
    assert_eq!(large(shell), Value::Null);
    let own = LargeOutput::new().max_bytes(7);
    let kept = large(builder().available_tools(["custom:*"]).large_output(own));
    assert_eq!(kept, json!({"maxSizeBytes": 7}));
}

#[test]
fn a_panicking_source_of_traces_is_no_trace() {
    let builder = builder().on_trace_context(|| panic!("no trace today"));
    assert_eq!(sent(&builder, Opening::Create)["traceparent"], Value::Null);
}
