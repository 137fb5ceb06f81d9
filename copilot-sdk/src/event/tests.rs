use std::any::type_name;
use std::fmt::Debug;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::abort::*;
use super::agent::*;
use super::assistant::*;
use super::auto_mode_switch::*;
use super::elicitation::*;
use super::exit_plan_mode::*;
use super::hook::*;
use super::mcp::*;
use super::model::*;
use super::permission::*;
use super::session::*;
use super::skill::*;
use super::subagent::*;
use super::system::*;
use super::tool::*;
use super::user::*;
use super::{Event, EventData, SessionEvent, decode_session_event};
use crate::model::{ContextTier, ReasoningEffort, ReasoningSummary, Verbosity};
use crate::prompt::AgentMode;

const ENVELOPE: &str = r#""id":"e2","timestamp":"2026-01-01T00:00:00.000Z","parentId":"e1""#;

fn event(event_type: &str, data: &str) -> Event {
    serde_json::from_str(&format!(r#"{{"type":"{event_type}","data":{data},{ENVELOPE}}}"#)).unwrap()
}

/// The payload as it is kept, defaults included.
fn kept(event_type: &str, data: &str) -> Value {
    let event = event(event_type, data);
    assert!(event.json().is_none(), "{event:?}");
    serde_json::to_value(&event.data).unwrap()
}

#[test]
fn the_keys_of_an_envelope_come_in_any_order() {
    let orders = [
        r#"{"type":"assistant.intent","data":{"intent":"look"},"ephemeral":true,"agentId":"a",
            "id":"e2","timestamp":"t","parentId":"e1"}"#,
        r#"{"type":"assistant.intent","ephemeral":true,"data":{"intent":"look"},"id":"e2",
            "timestamp":"t","agentId":"a","parentId":"e1"}"#,
        r#"{"id":"e2","timestamp":"t","parentId":"e1","ephemeral":true,"agentId":"a",
            "data":{"intent":"look"},"type":"assistant.intent"}"#,
    ];
    for order in orders {
        let params = format!(r#"{{"event":{order},"sessionId":"s","new":[1]}}"#);
        let SessionEvent { session_id, event } = decode_session_event(&params).unwrap();
        assert_eq!(session_id, "s");
        assert!(!event.is_root());
        let expected: Value = serde_json::from_str(order).unwrap();
        assert_eq!(serde_json::to_value(&*event).unwrap(), expected);
    }
}

#[test]
fn null_and_missing_fields_read_as_absent() {
    let empty = json!({"question": "", "choices": [], "requestId": "r"});
    assert_eq!(kept("user_input.requested", r#"{"requestId":"r"}"#), empty);
    let nulls = r#"{"requestId":"r","question":null,"choices":null,"allowFreeform":null,
        "toolCallId":null}"#;
    assert_eq!(kept("user_input.requested", nulls), empty);
    assert_eq!(kept("session.idle", "null"), json!({"aborted": false}));
    // here an empty list and none mean the opposite
    let agent = json!({"agentName": "a", "agentDisplayName": ""});
    assert_eq!(kept("subagent.selected", r#"{"agentName":"a","tools":null}"#), agent);
    assert_eq!(kept("subagent.selected", r#"{"agentName":"a","tools":{"all":1}}"#), agent);
    let agent = json!({"agentName": "a", "agentDisplayName": "", "tools": []});
    assert_eq!(kept("subagent.selected", r#"{"agentName":"a","tools":[]}"#), agent);
}

#[test]
fn whole_numbers_may_arrive_as_fractions() {
    let usage = kept(
        "assistant.usage",
        r#"{"model":"m","inputTokens":32.0,"outputTokens":32.7,"cacheReadTokens":-1,
            "reasoningTokens":1e30,"cost":2}"#,
    );
    assert_eq!(
        usage,
        json!({
            "model": "m",
            "inputTokens": 32,
            "outputTokens": 33,
            "cost": 2.0,
            "toolCounts": {},
            "quotaSnapshots": {},
        })
    );
}

#[test]
fn fields_of_a_new_shape_read_as_absent_and_new_fields_are_skipped() {
    let idle =
        r#"{"mode":{"name":"plan","nested":[{}]},"aborted":"yes","later":{"a":[1,2,{"b":null}]}}"#;
    assert_eq!(kept("session.idle", idle), json!({"aborted": false}));
    let skills = r#"{"skills":[7,{"name":"s","enabled":true,"source":"moon"},null]}"#;
    let skill = json!({
        "name": "s",
        "description": "",
        "source": "moon",
        "userInvocable": false,
        "enabled": true,
    });
    assert_eq!(kept("session.skills_loaded", skills), json!({"skills": [skill]}));
}

#[test]
fn new_values_of_enums_are_kept_as_unknown() {
    let EventData::SessionModeChanged(changed) =
        event("session.mode_changed", r#"{"previousMode":"plan","newMode":"dreaming"}"#).data
    else {
        panic!("not a mode change")
    };
    assert_eq!(changed.previous_mode, SessionMode::Plan);
    assert_eq!(changed.new_mode, SessionMode::from("dreaming"));
    assert_eq!(changed.new_mode.to_string(), "dreaming");
}

/// Reads each field from a value that it knows and from an unknown one, and writes both back.
macro_rules! assert_enums {
    ($(
        $payload:ident.$field:ident: $wire:literal = $value:literal => $name:ident::$variant:ident;
    )*) => {$(
        let values = [($value, $name::$variant), ("moon", $name::from("moon"))];
        assert_read_and_written($wire, values, |payload: $payload| payload.$field.into());
    )*};
}

fn assert_read_and_written<P, W>(field: &str, values: [(&str, W); 2], read: fn(P) -> Option<W>)
where
    P: DeserializeOwned + Serialize,
    W: PartialEq + Debug,
{
    let ids = json!({
        "sessionId": "s",
        "requestId": "r",
        "toolCallId": "c",
        "messageId": "m",
        "permissionRequest": {},
    });
    let payload = |json: Value| serde_json::from_value::<P>(json).unwrap();
    for (text, value) in values {
        let (mut json, mut written) =
            (ids.clone(), serde_json::to_value(payload(ids.clone())).unwrap());
        json[field] = text.into();
        written[field] = text.into();
        assert_eq!(serde_json::to_value(payload(json.clone())).unwrap(), written);
        assert_eq!(read(payload(json)), Some(value), "{field} of {}", type_name::<P>());
    }
}

#[test]
fn every_enum_of_the_session_reads_its_values_and_writes_them_as_they_came() {
    assert_enums! {
        McpServerEvent.status: "status" = "failed" => McpServerStatus::Failed;
        McpServerEvent.source: "source" = "workspace" => McpServerSource::Workspace;
        McpServerEvent.transport: "transport" = "http" => McpServerTransport::Http;
        SessionMcpServerStatusChanged.status: "status" = "needs-auth" => McpServerStatus::NeedsAuth;
        SessionPermissionsChanged.previous_mode: "previousMode"
            = "allow-all" => PermissionMode::AllowAll;
        SessionPermissionsChanged.mode: "mode" = "manual" => PermissionMode::Manual;
        SessionStartEvent.reasoning_effort: "reasoningEffort" = "high" => ReasoningEffort::High;
        SessionStartEvent.reasoning_summary: "reasoningSummary"
            = "concise" => ReasoningSummary::Concise;
        SessionStartEvent.verbosity: "verbosity" = "medium" => Verbosity::Medium;
        SessionStartEvent.context_tier: "contextTier" = "long_context" => ContextTier::LongContext;
        SessionResume.reasoning_effort: "reasoningEffort" = "xhigh" => ReasoningEffort::XHigh;
        SessionResume.reasoning_summary: "reasoningSummary"
            = "detailed" => ReasoningSummary::Detailed;
        SessionResume.verbosity: "verbosity" = "high" => Verbosity::High;
        SessionResume.context_tier: "contextTier" = "default" => ContextTier::Default;
        WorkingDirectory.host_type: "hostType" = "ado" => HostType::Ado;
        SessionError.remediation: "remediation"
            = "switch_account" => RemediationAction::SwitchAccount;
        SessionIdle.mode: "mode" = "autopilot" => SessionMode::Autopilot;
        SessionWarning.remediation: "remediation"
            = "show_account" => RemediationAction::ShowAccount;
        SessionTaskComplete.outcome: "outcome" = "continue" => TaskOutcome::Continue;
        SessionModelChange.reasoning_effort: "reasoningEffort" = "max" => ReasoningEffort::Max;
        SessionModelChange.previous_reasoning_effort: "previousReasoningEffort"
            = "low" => ReasoningEffort::Low;
        SessionModelChange.reasoning_summary: "reasoningSummary" = "none" => ReasoningSummary::None;
        SessionModelChange.verbosity: "verbosity" = "low" => Verbosity::Low;
        SessionModelChange.context_tier: "contextTier" = "long_context" => ContextTier::LongContext;
        SessionModelChange.source: "source"
            = "settings_command" => ModelChangeSource::SettingsCommand;
        SessionModeChanged.previous_mode: "previousMode"
            = "interactive" => SessionMode::Interactive;
        SessionModeChanged.new_mode: "newMode" = "plan" => SessionMode::Plan;
        SessionPlanChanged.operation: "operation" = "update" => PlanOperation::Update;
        SessionWorkspaceFileChanged.operation: "operation"
            = "update" => WorkspaceFileOperation::Update;
        SessionCompactionStart.trigger: "trigger"
            = "context_limit_retry" => CompactionTrigger::ContextLimitRetry;
        SessionCompactionComplete.trigger: "trigger" = "manual" => CompactionTrigger::Manual;
        LoadedSkill.source: "source" = "personal-copilot" => SkillSource::PersonalCopilot;
        SessionShutdown.shutdown_type: "shutdownType" = "error" => ShutdownType::Error;
    }
}

#[test]
fn every_other_enum_reads_its_values_and_writes_them_as_they_came() {
    assert_enums! {
        AssistantToolCallDelta.tool_type: "toolType" = "custom" => ToolRequestType::Custom;
        ToolRequest.tool_type: "type" = "function" => ToolRequestType::Function;
        Abort.reason: "reason" = "remote_command" => AbortReason::RemoteCommand;
        AgentInterrupted.activity: "activity"
            = "retry_backoff" => InterruptedActivity::RetryBackoff;
        AgentInterrupted.transport: "transport" = "websocket" => ModelTransport::WebSocket;
        AgentInterrupted.reasoning_effort: "reasoningEffort" = "medium" => ReasoningEffort::Medium;
        AgentInterrupted.cancel_phase: "cancelPhase" = "mid_stream" => CancelPhase::MidStream;
        HookStart.hook_type: "hookType" = "preMcpToolCall" => HookType::PreMcpToolCall;
        HookEnd.hook_type: "hookType" = "postToolUse" => HookType::PostToolUse;
        ElicitationRequested.mode: "mode" = "url" => ElicitationMode::Url;
        ElicitationCompleted.action: "action" = "decline" => ElicitationAction::Decline;
        ExitPlanModeRequested.recommended_action: "recommendedAction"
            = "autopilot" => ExitPlanModeAction::Autopilot;
        ExitPlanModeCompleted.selected_action: "selectedAction"
            = "autopilot_fleet" => ExitPlanModeAction::AutopilotFleet;
        AutoModeSwitchCompleted.response: "response"
            = "yes_always" => AutoModeSwitchResponse::YesAlways;
        McpOauthRequired.reason: "reason" = "refresh" => McpOauthReason::Refresh;
        McpOauthCompleted.outcome: "outcome" = "cancelled" => McpOauthOutcome::Cancelled;
        McpHeadersRefreshRequired.reason: "reason"
            = "ttl-expired" => McpHeadersRefreshReason::TtlExpired;
        McpHeadersRefreshCompleted.outcome: "outcome" = "none" => McpHeadersRefreshOutcome::None;
        UserMessage.delivery: "delivery" = "steering" => UserMessageDelivery::Steering;
        UserMessage.agent_mode: "agentMode" = "plan" => AgentMode::Plan;
        SystemMessageEvent.role: "role" = "developer" => SystemMessageRole::Developer;
        PermissionRequested.permission_mode: "permissionMode"
            = "assisted" => PermissionMode::Assisted;
        PermissionRequested.agent_mode: "agentMode" = "plan" => SessionMode::Plan;
        PermissionCompleted.decision_source: "decisionSource"
            = "human_response" => PermissionDecisionSource::HumanResponse;
        PermissionResult.kind: "kind"
            = "approved-for-session" => PermissionResultKind::ApprovedForSession;
        SkillInvoked.source: "source" = "inherited" => SkillSource::Inherited;
        SkillInvoked.trigger: "trigger" = "agent-invoked" => SkillTrigger::AgentInvoked;
        SubagentStarted.model_selection_source: "modelSelectionSource"
            = "configured_required" => ModelSelectionSource::ConfiguredRequired;
        SubagentConfigured.reasoning_effort: "reasoningEffort"
            = "medium" => ReasoningEffort::Medium;
        SubagentConfigured.context_tier: "contextTier" = "default" => ContextTier::Default;
        SubagentCompleted.model_selection_source: "modelSelectionSource"
            = "configured_preference" => ModelSelectionSource::ConfiguredPreference;
        ToolExecutionStart.mcp_transport: "mcpTransport" = "sse" => McpServerTransport::Sse;
        ToolExecutionStart.mcp_config_source: "mcpConfigSource"
            = "plugin" => McpServerSource::Plugin;
        ToolShellOutput.stream: "stream" = "stderr" => ShellOutputStream::Stderr;
        ToolExecutionError.remediation: "remediation"
            = "review_sandbox_policy" => RemediationAction::ReviewSandboxPolicy;
        FileEditEvent.kind: "kind" = "edit" => FileEditKind::Edit;
        AssistantUsage.transport: "transport" = "http" => ModelTransport::Http;
        AssistantUsage.api_endpoint: "apiEndpoint" = "/v1/messages" => ApiEndpoint::Messages;
        AssistantUsage.reasoning_effort: "reasoningEffort" = "high" => ReasoningEffort::High;
        AssistantUsage.ai_credits_status: "aiCreditsStatus" = "partial" => AiCreditsStatus::Partial;
        ModelCallFailure.failure_kind: "failureKind"
            = "transport" => ModelCallFailureKind::Transport;
        ModelCallFailure.source: "source" = "subagent" => ModelCallFailureSource::Subagent;
        ModelCallFailure.transport: "transport" = "websocket" => ModelTransport::WebSocket;
        ModelCallFailure.api_endpoint: "apiEndpoint" = "/responses" => ApiEndpoint::Responses;
    }
    let plan = json!({"requestId": "r", "actions": ["autopilot_fleet", "moon"]});
    let plan: ExitPlanModeRequested = serde_json::from_value(plan).unwrap();
    assert_eq!(
        plan.actions,
        [ExitPlanModeAction::AutopilotFleet, ExitPlanModeAction::from("moon")]
    );
}

#[test]
fn unknown_events_keep_their_json_and_decode_on_demand() {
    #[derive(Deserialize, Debug, PartialEq)]
    struct Moon {
        phase: f64,
    }
    let event = event("moon.rose", r#"{ "phase": 0.50, "é": "\u00e9" }"#);
    assert_eq!(event.json().unwrap().get(), r#"{ "phase": 0.50, "é": "\u00e9" }"#);
    assert_eq!(event.decode::<Moon>("moon.rose").unwrap().unwrap(), Moon { phase: 0.5 });
    assert!(event.decode::<Moon>("moon.set").is_none());
    assert!(event.decode::<String>("moon.rose").unwrap().is_err());
}

#[test]
fn an_envelope_that_differs_is_not_read_as_the_expected_one() {
    let message = |start: &str, end: &str| {
        format!(r#"{start}","event":{{"type":"session.idle","data":{{}},{ENVELOPE}}}{end}"#)
    };
    let start = r#"{"jsonrpc":"2.0","method":"session.event","params":{"sessionId":"s"#;
    let expected = message(start, "}}");
    assert_eq!(SessionEvent::of_message(&expected).unwrap().session_id, "s");
    for other in [
        message(start, "},\"id\":1}"),
        message(start, ",\"sessionId\":\"t\"}}"),
        message(start, "}}}}"),
        message(start, "}"),
        message(&format!("{start}\\\\"), "}}"),
        message(&format!("{start}\\\""), "}}"),
        message(&start.replace("2.0", "2.1"), "}}"),
        message(&format!(" {start}"), "}}"),
        expected.replace("}}}", "}} }"),
    ] {
        assert!(SessionEvent::of_message(&other).is_none(), "{other}");
    }
}

#[test]
fn an_event_without_its_identifier_is_kept_as_json() {
    let data = r#"{"toolName":"t","requestId":7}"#;
    let params = format!(
        r#"{{"sessionId":"s","event":{{"type":"external_tool.requested","data":{data},{ENVELOPE}}}}}"#
    );
    let message = format!(r#"{{"jsonrpc":"2.0","method":"session.event","params":{params}}}"#);
    let as_usual = SessionEvent::of_message(&message).unwrap().event;
    let in_two_passes = decode_session_event(&params).unwrap().event;
    for recovered in [as_usual, in_two_passes] {
        assert_eq!(recovered.event_type(), "external_tool.requested");
        assert_eq!(recovered.json().unwrap().get(), data);
    }
    assert_eq!(event("external_tool.requested", data).json().unwrap().get(), data);
}

#[test]
fn deep_nesting_in_an_event_is_no_error() {
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let unknown = event("moon.rose", &deep);
    assert_eq!(unknown.json().unwrap().get(), deep);
    let call = kept("assistant.idle", &format!(r#"{{"aborted":true,"later":{deep}}}"#));
    assert_eq!(call, json!({"aborted": true}));
    let params = format!(
        r#"{{"sessionId":"s","event":{{"type":"tool.user_requested",
            "data":{{"toolCallId":"c","arguments":{deep}}},{ENVELOPE}}}}}"#
    );
    let event = decode_session_event(&params).unwrap().event;
    let EventData::ToolUserRequested(call) = &event.data else { panic!("not a tool call") };
    assert_eq!(call.arguments.as_ref().unwrap().get(), deep);
}

#[test]
fn broken_envelopes_are_errors_that_name_what_is_missing() {
    let error = |params: &str| decode_session_event(params).unwrap_err().to_string();
    assert!(
        error(r#"{"event":{"type":"session.idle","data":{},"id":"1"}}"#)
            .starts_with("missing field `sessionId`")
    );
    assert!(error(r#"{"sessionId":"s"}"#).starts_with("missing field `event`"));
    assert!(
        error(r#"{"sessionId":"s","event":{"type":"session.idle","data":{}}}"#)
            .starts_with("missing field `id`")
    );
    assert!(
        error(r#"{"sessionId":"s","event":{"data":{},"id":"1"}}"#)
            .starts_with("missing field `type`")
    );
    assert!(error(r#"{"sessionId":"s","event":[]}"#).contains("expected an event"));
}

#[test]
fn debug_shows_neither_the_json_of_unknown_events_nor_secrets() {
    assert!(!format!("{:?}", event("moon.rose", r#"{"key":"hunter2"}"#)).contains("hunter2"));
    let oauth = event(
        "mcp.oauth_required",
        r#"{"requestId":"r","serverName":"s",
            "staticClientConfig":{"clientId":"c","clientSecret":"hunter2"},
            "httpResponse":{"statusCode":401,
                "headers":[{"name":"set-cookie","value":"hunter2"}]}}"#,
    );
    assert!(!format!("{oauth:?}").contains("hunter2"));
    let EventData::McpOauthRequired(required) = oauth.data else { panic!("not an oauth request") };
    assert!(required.static_client_config.unwrap().expose().get().contains("hunter2"));
}

#[test]
fn one_pass_and_tolerant_reading_agree_on_every_recorded_event() {
    #[derive(Deserialize)]
    struct Line {
        msg: Box<RawValue>,
    }
    #[derive(Deserialize)]
    struct Notification {
        method: String,
        params: Box<RawValue>,
    }
    #[derive(Deserialize)]
    struct Params {
        event: Event,
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/traces");
    let mut count = 0;
    for file in fs::read_dir(folder).unwrap() {
        for line in fs::read_to_string(file.unwrap().path())
            .unwrap()
            .lines()
            .filter(|line| line.starts_with('{'))
        {
            let line: Line = serde_json::from_str(line).unwrap();
            let Ok(notification) = serde_json::from_str::<Notification>(line.msg.get()) else {
                continue;
            };
            if notification.method == "session.event" {
                let text = notification.params.get();
                // The envelope is the expected one.
                let one_pass = SessionEvent::of_message(line.msg.get()).unwrap().event;
                let tolerant = serde_json::from_str::<Params>(text).unwrap().event;
                assert_eq!(
                    serde_json::to_string(&*one_pass).unwrap(),
                    serde_json::to_string(&tolerant).unwrap()
                );
                count += 1;
            }
        }
    }
    assert!(count > 5_000, "only {count} events in the traces");
}

#[test]
fn the_module_of_a_payload_is_the_first_word_of_its_wire_name() {
    for (wire, payload) in EventData::TABLE {
        let path = payload.trim_start_matches("Box<").trim_end_matches('>');
        let module = path.split("::").next();
        assert_eq!(module, wire.split('.').next(), "the payload of {wire} is {path}");
    }
}

#[test]
fn an_event_takes_little_room_in_a_queue() {
    assert!(size_of::<Event>() <= 256, "{} bytes", size_of::<Event>());
}
