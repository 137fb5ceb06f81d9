//! Every event that the CLI was recorded to send.
#![expect(clippy::unwrap_used, clippy::panic, reason = "the helpers of a test fail the test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use copilot_sdk::Client;
use copilot_sdk::event::{self, Event, EventData};
use copilot_sdk::ids::{AgentId, SessionId};
use copilot_sdk::permission::{PermissionAction, PermissionRequest};
use copilot_sdk::testing::{FakeRuntime, Trace};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    msg: &'a RawValue,
}

#[derive(Deserialize)]
struct Message<'a> {
    method: Option<String>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Params<'a> {
    #[serde(borrow)]
    event: &'a RawValue,
}

#[derive(Deserialize)]
struct History<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "type")]
    event_type: String,
    id: &'a str,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// Hands every recorded event to `check`, live ones and those of `session.getMessages`; returns how
/// many there were.
fn for_each_event(mut check: impl FnMut(&str)) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/traces");
    let mut count = 0;
    let mut check = |json: &str| {
        count += 1;
        check(json);
    };
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        for line in fs::read_to_string(path).unwrap().lines() {
            let line: Line<'_> = serde_json::from_str(line).unwrap();
            let Ok(message) = serde_json::from_str::<Message<'_>>(line.msg.get()) else {
                continue; // deliberately broken frames of the framing trace
            };
            if message.method.as_deref() == Some("session.event") {
                let params: Params<'_> =
                    serde_json::from_str(message.params.unwrap().get()).unwrap();
                check(params.event.get());
            } else if let Some(result) = message.result
                && let Ok(history) = serde_json::from_str::<History<'_>>(result.get())
            {
                history
                    .events
                    .iter()
                    .filter(|event| event.get().contains("parentId"))
                    .for_each(|json| check(json.get()));
            }
        }
    }
    count
}

/// The permission requests of one recording, with the sub-agents that asked.
fn recorded_requests(name: &str) -> Vec<(Option<AgentId>, PermissionRequest)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/traces");
    let trace = Trace::parse(&fs::read_to_string(folder.join(name)).unwrap()).unwrap();
    let sessions = trace.sessions();
    let events = sessions.iter().flat_map(|session| trace.events(session.as_str()));
    events
        .filter_map(|json| {
            let event = decode(json.get());
            let EventData::PermissionRequested(asked) = event.data else { return None };
            let [request, prompt] = [asked.permission_request, asked.prompt_request]
                .map(|json| serde_json::from_str::<Value>(json.unwrap().get()).unwrap());
            Some((event.agent_id, PermissionRequest::new("s", request).prompt(prompt)))
        })
        .collect()
}

fn decode(json: &str) -> Event {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

#[test]
fn every_recorded_event_decodes_with_its_envelope() {
    let count = for_each_event(|json| {
        let event = decode(json);
        let expected: Map<String, Value> = serde_json::from_str(json).unwrap();
        let mut envelope: Map<String, Value> =
            serde_json::to_value(&event).unwrap().as_object().unwrap().clone();
        envelope.insert("data".to_owned(), expected["data"].clone());
        assert_eq!(envelope, expected);
        assert_eq!(event.is_root(), !expected.contains_key("agentId"));
    });
    assert!(count > 5_000, "only {count} events in the traces");
}

#[test]
fn recorded_permission_requests_read_field_by_field() {
    let only = |name: &str| -> (Option<AgentId>, PermissionRequest) {
        let mut requests = recorded_requests(name);
        requests.truncate(1);
        requests.pop().unwrap()
    };
    let (_, request) = only("13-permission-shell-write-read-url.jsonl");
    let PermissionAction::Shell(shell) = &request.action else { panic!("{request:?}") };
    let line = "echo hi > /project/ws/a.txt && curl http://127.0.0.1:9/";
    assert_eq!(
        (shell.full_command_text.as_str(), shell.shell_type.as_deref()),
        (line, Some("bash"))
    );
    assert_eq!((shell.intention.as_str(), shell.can_offer_session_approval), ("d", false));
    assert_eq!((shell.has_write_file_redirection, shell.warning.as_deref()), (false, None));
    let [command] = &shell.commands[..] else { panic!("{shell:?}") };
    assert_eq!((command.identifier.as_str(), command.read_only), (line, false));
    let segments: Vec<_> = shell
        .command_segments
        .iter()
        .map(|part| (&*part.identifier, &*part.full_command_text))
        .collect();
    assert_eq!(segments, [("echo", "echo hi"), ("curl", "curl http://127.0.0.1:9/")]);
    assert_eq!(request.tool_call_id, Some("call_40_0".into()));

    let requests: Vec<_> = recorded_requests("41c-permission-kinds.jsonl");
    let shown: Vec<_> = requests.iter().map(|(_, request)| request.to_string()).collect();
    let expected = [
        "write: /project/ws/b1795351428513.txt",
        "read outside of the workspace: /project",
        "fetch: http://127.0.0.1:9/x",
        "run: ls -la",
    ];
    assert_eq!(shown, expected);
    let PermissionAction::Write(write) = &requests[0].1.action else { panic!("{requests:?}") };
    assert_eq!(
        (write.new_file_contents.as_deref(), write.can_offer_session_approval),
        (Some("hello"), true)
    );
    let edited: Vec<_> =
        write.file_edits.iter().map(|edit| (edit.before.is_some(), edit.after.as_ref())).collect();
    let [(false, Some(after))] = edited[..] else { panic!("{write:?}") };
    assert_eq!(
        (after.path.as_str(), after.content.as_str()),
        ("/project/ws/b1795351428513.txt", "hello")
    );
    assert!(write.diff.ends_with("+hello\n"));
    let access = requests[1].1.path_access.as_ref().unwrap();
    assert_eq!(
        (access.access_kind.as_str(), &access.read_only_directories[..]),
        ("read", &["/etc".to_owned()][..])
    );
    assert_eq!(requests[1].1.paths(), [Path::new("/project")]);

    let (_, request) = only("50-mcp-stdio.jsonl");
    let PermissionAction::Mcp(call) = &request.action else { panic!("{request:?}") };
    assert_eq!(
        (&*call.server_name, &*call.tool_name, &*call.tool_title),
        ("srv", "srv-echo", "echo")
    );
    assert_eq!((call.args.clone(), call.read_only), (Some(json!({"t": "hey"})), false));

    let (_, request) = only("20d-hooks-preToolUse-ask.jsonl");
    assert_eq!(request.to_string(), "call the tool get_weather (check)");
    let PermissionAction::Hook(question) = &request.action else { panic!("{request:?}") };
    assert_eq!(question.tool_args, Some(json!({"city": "Paris"})));
    assert_eq!(question.working_directory.as_deref(), Some("/project/ws"));

    let (agent, request) = only("51c-subagent-custom-tool.jsonl");
    let PermissionAction::CustomTool(call) = &request.action else { panic!("{request:?}") };
    assert_eq!(
        (&*call.tool_name, &*call.tool_description, call.skip_permission),
        ("get_weather", "w", false)
    );
    assert_eq!((call.args.clone(), agent.is_some()), (Some(json!({"city": "sub"})), true));
}

#[test]
fn only_events_without_a_variant_stay_json_and_keep_every_byte() {
    let mut others = BTreeSet::new();
    for_each_event(|json| {
        let event = decode(json);
        let envelope: Envelope<'_> = serde_json::from_str(json).unwrap();
        assert_eq!(event.event_type(), envelope.event_type);
        if let Some(kept) = event.json() {
            assert_eq!(kept.get(), envelope.data.get());
            others.insert(envelope.event_type);
        }
    });
    let expected = [
        "model.call_final_result",
        "model.call_finished",
        "model.call_start",
        "model.compaction_completed",
        "model.compaction_started",
        "model.compaction_static_context_blocked",
        "model.log",
        "model.message",
        "model.messages_snapshot",
        "model.model_call_failure",
        "model.model_call_started",
        "model.model_call_success",
        "model.response",
        "model.telemetry",
        "model.tool_execution",
        "model.turn_ended",
        "model.turn_failed",
        "model.turn_retry",
        "model.turn_started",
        "sandbox.decision",
        "session.canvas.closed",
        "session.canvas.opened",
        "session.canvas.recorded",
        "session.canvas.removed",
        "session.extensions_loaded",
        "session.indexed_search",
        "session.managed_settings_resolved",
        "session.mode_notice_delivered",
        "session.usage_checkpoint",
    ];
    assert_eq!(others, expected.map(str::to_owned).into());
}

#[test]
fn typed_events_keep_every_field_that_is_not_left_out_on_purpose() {
    let mut lost: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for_each_event(|json| {
        let event = decode(json);
        let sent: Map<String, Value> = serde_json::from_str(json).unwrap();
        compare(
            event.event_type(),
            &sent["data"],
            &serde_json::to_value(&event.data).unwrap(),
            &mut lost,
        );
    });
    let expected = [
        ("agent.interrupted", "safeToolNames"),
        ("assistant.message", "rte"),
        (
            "assistant.usage",
            "byokKind cacheDetailsReported customToolCallCount frontierSource orphanToolCallCount \
             requestBodyBytes \
             requestBodyEncoding requestBodyWireBytes rte unmatchedToolResultCount",
        ),
        (
            "model.call_failure",
            "badRequestKind byokKind isAuto maxPromptTokens modelProvider requestBodyBytes \
             requestBodyEncoding requestBodyWireBytes requestFingerprint rte",
        ),
        ("session.compaction_complete", "behaviorModelId tokenAccountingBasis"),
        ("session.shutdown", "accountingSnapshot providerModelMetrics usageAccountingWatermarks"),
        ("subagent.completed", "firstDispatchedModel"),
        ("subagent.started", "taskModelSource"),
        ("tool.execution_complete", "rte"),
        ("user.message", "supportedNativeDocumentMimeTypes"),
    ];
    let expected = expected.map(|(event, fields)| {
        (event.to_owned(), fields.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>())
    });
    assert_eq!(lost, expected.into());
}

/// Notes each field of `sent` that `kept` lacks; fails on a field that reads differently.
fn compare(path: &str, sent: &Value, kept: &Value, lost: &mut BTreeMap<String, BTreeSet<String>>) {
    match (sent, kept) {
        (Value::Object(sent), Value::Object(kept)) => {
            for (field, value) in sent.iter().filter(|(_, value)| !value.is_null()) {
                match kept.get(field) {
                    Some(kept) => compare(path, value, kept, lost),
                    None => drop(lost.entry(path.to_owned()).or_default().insert(field.clone())),
                }
            }
        }
        (Value::Array(sent), Value::Array(kept)) => {
            assert_eq!(sent.len(), kept.len(), "{path}");
            sent.iter().zip(kept).for_each(|(sent, kept)| compare(path, sent, kept, lost));
        }
        (Value::Number(sent), Value::Number(kept)) => {
            assert_eq!(sent.as_f64(), kept.as_f64(), "{path}");
        }
        _ => assert_eq!(sent, kept, "{path}"),
    }
}

#[test]
fn an_event_reads_back_what_it_writes() {
    for_each_event(|json| {
        let written = serde_json::to_string(&decode(json)).unwrap();
        let again = decode(&written);
        assert!(matches!(again.data, EventData::Other(_)) == again.json().is_some());
        assert_eq!(serde_json::to_string(&again).unwrap(), written);
    });
}

/// Decodes an event of each type and names its payload by its public path.
macro_rules! assert_paths {
    ($($wire:literal => $variant:ident($payload:ty);)*) => {$({
        let ids = r#"{"sessionId":"s","requestId":"r","toolCallId":"c","messageId":"m"}"#;
        let event = decode(&format!(r#"{{"type":"{}","data":{ids},"id":"e"}}"#, $wire));
        let EventData::$variant(payload) = &event.data else { panic!("{event:?}") };
        let _: &$payload = payload;
    })*};
}

#[test]
fn each_module_holds_the_payloads_whose_wire_names_begin_with_its_name() {
    assert_paths! {
        "abort" => Abort(event::abort::Abort);
        "agent.interrupted" => AgentInterrupted(event::agent::AgentInterrupted);
        "assistant.message" => AssistantMessage(event::assistant::AssistantMessage);
        "auto_mode_switch.requested"
            => AutoModeSwitchRequested(event::auto_mode_switch::AutoModeSwitchRequested);
        "capabilities.changed" => CapabilitiesChanged(event::capabilities::CapabilitiesChanged);
        "command.execute" => CommandExecute(event::command::CommandExecute);
        "commands.changed" => CommandsChanged(event::commands::CommandsChanged);
        "elicitation.requested" => ElicitationRequested(event::elicitation::ElicitationRequested);
        "exit_plan_mode.requested"
            => ExitPlanModeRequested(event::exit_plan_mode::ExitPlanModeRequested);
        "external_tool.requested"
            => ExternalToolRequested(event::external_tool::ExternalToolRequested);
        "hook.end" => HookEnd(event::hook::HookEnd);
        "mcp.oauth_required" => McpOauthRequired(event::mcp::McpOauthRequired);
        "model.call_failure" => ModelCallFailure(event::model::ModelCallFailure);
        "pending_messages.modified"
            => PendingMessagesModified(event::pending_messages::PendingMessagesModified);
        "permission.requested" => PermissionRequested(event::permission::PermissionRequested);
        "sampling.requested" => SamplingRequested(event::sampling::SamplingRequested);
        "session.start" => SessionStart(event::session::SessionStartEvent);
        "session_limits_exhausted.requested" => SessionLimitsExhaustedRequested(
            event::session_limits_exhausted::SessionLimitsExhaustedRequested
        );
        "skill.invoked" => SkillInvoked(event::skill::SkillInvoked);
        "subagent.started" => SubagentStarted(event::subagent::SubagentStarted);
        "system.message" => SystemMessage(event::system::SystemMessageEvent);
        "tool.execution_start" => ToolExecutionStart(event::tool::ToolExecutionStart);
        "user.message" => UserMessage(event::user::UserMessage);
        "user_input.requested" => UserInputRequested(event::user_input::UserInputRequested);
    }
}

#[test]
fn the_common_payloads_are_in_the_root_of_the_events_as_well() {
    assert_paths! {
        "assistant.message" => AssistantMessage(event::AssistantMessage);
        "assistant.message_delta" => AssistantMessageDelta(event::AssistantMessageDelta);
        "assistant.reasoning" => AssistantReasoning(event::AssistantReasoning);
        "assistant.reasoning_delta" => AssistantReasoningDelta(event::AssistantReasoningDelta);
        "assistant.usage" => AssistantUsage(event::AssistantUsage);
        "permission.requested" => PermissionRequested(event::PermissionRequested);
        "session.error" => SessionError(event::SessionError);
        "session.idle" => SessionIdle(event::SessionIdle);
        "tool.execution_start" => ToolExecutionStart(event::ToolExecutionStart);
        "tool.execution_progress" => ToolExecutionProgress(event::ToolExecutionProgress);
        "tool.execution_complete" => ToolExecutionComplete(event::ToolExecutionComplete);
        "user.message" => UserMessage(event::UserMessage);
    }
}

/// Plays a recording back to a client that has opened its sessions, and returns what their
/// subscribers saw.
async fn replay(trace: &Trace) -> Vec<(SessionId, Vec<Arc<Event>>)> {
    let (fake, transport) = FakeRuntime::new();
    let client = Client::builder().transport(transport).start().await.unwrap();
    let mut subscribers = Vec::new();
    for id in trace.sessions() {
        let session = client.session().session_id(&id).create().await.unwrap();
        let events = session.events();
        subscribers.push((session, events));
    }
    fake.replay(trace);
    client.ping("everything is said").await.unwrap();
    let mut seen = Vec::new();
    for (session, mut events) in subscribers {
        session.disconnect().await.unwrap();
        let mut all = Vec::new();
        while let Some(event) = events.next().await {
            all.push(event.unwrap());
        }
        seen.push((session.id().clone(), all));
    }
    assert_eq!(fake.problems(), [] as [String; 0]);
    seen
}

#[tokio::test]
async fn every_recording_reaches_the_subscribers_whole_and_in_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/traces");
    let (mut count, mut kept) = (0, 0);
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        let trace = Trace::parse(&fs::read_to_string(&path).unwrap()).unwrap();
        for (id, seen) in replay(&trace).await {
            let recorded = trace.events(id.as_str());
            assert_eq!(seen.len(), recorded.len(), "{} {id}", path.display());
            for (seen, recorded) in seen.iter().zip(recorded) {
                let recorded: Envelope<'_> = serde_json::from_str(recorded.get()).unwrap();
                assert_eq!(
                    (seen.id.as_str(), seen.event_type()),
                    (recorded.id, &*recorded.event_type)
                );
                if let Some(json) = seen.json() {
                    assert_eq!(json.get(), recorded.data.get());
                    kept += 1;
                }
                count += 1;
            }
        }
    }
    assert!(count > 5_000 && kept > 500, "{count} events, {kept} of them without a variant");
}
