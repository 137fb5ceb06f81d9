//! The table of events: one row for each event type with a variant.
//!
//! The module of a payload is the first word of its wire name. The types of a streaming turn come
//! first, because the lookup goes from top to bottom. Large payloads are boxed to keep small events
//! small.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::macros::events;
use super::{
    abort, agent, assistant, auto_mode_switch, capabilities, command, commands, elicitation,
    exit_plan_mode, external_tool, hook, mcp, model, pending_messages, permission, sampling, sdk,
    session, session_limits_exhausted, skill, subagent, system, tool, user, user_input,
};
use crate::heap_size::HeapSize;
use crate::json_scan::whole_value;
use crate::payload::{Lenient, read_text};

events! {
    AssistantMessageDelta(assistant::AssistantMessageDelta) = "assistant.message_delta",
    AssistantStreamingDelta(assistant::AssistantStreamingDelta) = "assistant.streaming_delta",
    AssistantReasoningDelta(assistant::AssistantReasoningDelta) = "assistant.reasoning_delta",
    AssistantToolCallDelta(assistant::AssistantToolCallDelta) = "assistant.tool_call_delta",
    AssistantTurnStart(assistant::AssistantTurnStart) = "assistant.turn_start",
    AssistantTurnEnd(assistant::AssistantTurnEnd) = "assistant.turn_end",
    AssistantTurnRetry(assistant::AssistantTurnRetry) = "assistant.turn_retry",
    AssistantIntent(assistant::AssistantIntent) = "assistant.intent",
    AssistantReasoning(assistant::AssistantReasoning) = "assistant.reasoning",
    AssistantMessageStart(assistant::AssistantMessageStart) = "assistant.message_start",
    AssistantMessage(Box<assistant::AssistantMessage>) = "assistant.message",
    AssistantUsage(Box<assistant::AssistantUsage>) = "assistant.usage",
    AssistantIdle(assistant::AssistantIdle) = "assistant.idle",
    ModelCallFailure(Box<model::ModelCallFailure>) = "model.call_failure",
    AgentInterrupted(Box<agent::AgentInterrupted>) = "agent.interrupted",
    Abort(abort::Abort) = "abort",
    Reconnected(Box<sdk::Reconnected>) = "sdk.reconnected",
    PromptWithdrawn(sdk::PromptWithdrawn) = "sdk.prompt_withdrawn",
    PermissionLeftOpen(sdk::PermissionLeftOpen) = "sdk.permission_left_open",

    UserMessage(Box<user::UserMessage>) = "user.message",
    SystemMessage(Box<system::SystemMessageEvent>) = "system.message",
    SystemNotification(system::SystemNotification) = "system.notification",
    PendingMessagesModified(pending_messages::PendingMessagesModified)
        = "pending_messages.modified",

    ToolUserRequested(tool::ToolUserRequested) = "tool.user_requested",
    ToolExecutionStart(Box<tool::ToolExecutionStart>) = "tool.execution_start",
    ToolExecutionProgress(tool::ToolExecutionProgress) = "tool.execution_progress",
    ToolExecutionPartialResult(tool::ToolExecutionPartialResult) = "tool.execution_partial_result",
    ToolShellOutput(tool::ToolShellOutput) = "tool.shell_output",
    ToolExecutionComplete(Box<tool::ToolExecutionComplete>) = "tool.execution_complete",
    ExternalToolRequested(Box<external_tool::ExternalToolRequested>) = "external_tool.requested",
    ExternalToolCompleted(external_tool::ExternalToolCompleted) = "external_tool.completed",

    PermissionRequested(Box<permission::PermissionRequested>) = "permission.requested",
    PermissionCompleted(Box<permission::PermissionCompleted>) = "permission.completed",
    UserInputRequested(user_input::UserInputRequested) = "user_input.requested",
    UserInputCompleted(user_input::UserInputCompleted) = "user_input.completed",
    ElicitationRequested(Box<elicitation::ElicitationRequested>) = "elicitation.requested",
    ElicitationCompleted(elicitation::ElicitationCompleted) = "elicitation.completed",
    ExitPlanModeRequested(Box<exit_plan_mode::ExitPlanModeRequested>) = "exit_plan_mode.requested",
    ExitPlanModeCompleted(exit_plan_mode::ExitPlanModeCompleted) = "exit_plan_mode.completed",
    AutoModeSwitchRequested(auto_mode_switch::AutoModeSwitchRequested)
        = "auto_mode_switch.requested",
    AutoModeSwitchCompleted(auto_mode_switch::AutoModeSwitchCompleted)
        = "auto_mode_switch.completed",
    SessionLimitsExhaustedRequested(session_limits_exhausted::SessionLimitsExhaustedRequested)
        = "session_limits_exhausted.requested",
    SessionLimitsExhaustedCompleted(session_limits_exhausted::SessionLimitsExhaustedCompleted)
        = "session_limits_exhausted.completed",
    SamplingRequested(sampling::SamplingRequested) = "sampling.requested",
    SamplingCompleted(sampling::SamplingCompleted) = "sampling.completed",
    CommandQueued(command::CommandQueued) = "command.queued",
    CommandExecute(command::CommandExecute) = "command.execute",
    CommandCompleted(command::CommandCompleted) = "command.completed",
    CommandsChanged(commands::CommandsChanged) = "commands.changed",
    CapabilitiesChanged(capabilities::CapabilitiesChanged) = "capabilities.changed",

    HookStart(hook::HookStart) = "hook.start",
    HookEnd(Box<hook::HookEnd>) = "hook.end",
    HookProgress(hook::HookProgress) = "hook.progress",
    SubagentStarted(Box<subagent::SubagentStarted>) = "subagent.started",
    SubagentConfigured(subagent::SubagentConfigured) = "subagent.configured",
    SubagentCompleted(Box<subagent::SubagentCompleted>) = "subagent.completed",
    SubagentFailed(Box<subagent::SubagentFailed>) = "subagent.failed",
    SubagentSelected(subagent::SubagentSelected) = "subagent.selected",
    SubagentDeselected(subagent::SubagentDeselected) = "subagent.deselected",
    SkillInvoked(Box<skill::SkillInvoked>) = "skill.invoked",
    SessionSkillsLoaded(session::SessionSkillsLoaded) = "session.skills_loaded",
    SessionCustomAgentsUpdated(session::SessionCustomAgentsUpdated)
        = "session.custom_agents_updated",

    SessionStart(Box<session::SessionStartEvent>) = "session.start",
    SessionResume(Box<session::SessionResume>) = "session.resume",
    SessionError(Box<session::SessionError>) = "session.error",
    SessionIdle(session::SessionIdle) = "session.idle",
    SessionInfo(session::SessionInfo) = "session.info",
    SessionWarning(Box<session::SessionWarning>) = "session.warning",
    SessionShutdown(Box<session::SessionShutdown>) = "session.shutdown",
    SessionTaskComplete(Box<session::SessionTaskComplete>) = "session.task_complete",
    SessionTitleChanged(session::SessionTitleChanged) = "session.title_changed",
    SessionModelChange(Box<session::SessionModelChange>) = "session.model_change",
    SessionModeChanged(session::SessionModeChanged) = "session.mode_changed",
    SessionPermissionsChanged(session::SessionPermissionsChanged) = "session.permissions_changed",
    SessionPlanChanged(session::SessionPlanChanged) = "session.plan_changed",
    SessionTodosChanged(session::SessionTodosChanged) = "session.todos_changed",
    SessionWorkspaceFileChanged(session::SessionWorkspaceFileChanged)
        = "session.workspace_file_changed",
    SessionContextChanged(Box<session::WorkingDirectory>) = "session.context_changed",
    SessionAutopilotStopped(session::SessionAutopilotStopped) = "session.autopilot_stopped",
    SessionToolsUpdated(session::SessionToolsUpdated) = "session.tools_updated",
    SessionBackgroundTasksChanged(session::SessionBackgroundTasksChanged)
        = "session.background_tasks_changed",
    SessionUsageInfo(session::SessionUsageInfo) = "session.usage_info",
    SessionTruncation(session::SessionTruncation) = "session.truncation",
    SessionContextCleared(session::SessionContextCleared) = "session.context_cleared",
    SessionSnapshotRewind(session::SessionSnapshotRewind) = "session.snapshot_rewind",
    SessionCompactionStart(Box<session::SessionCompactionStart>) = "session.compaction_start",
    SessionCompactionComplete(Box<session::SessionCompactionComplete>)
        = "session.compaction_complete",

    SessionMcpServersLoaded(session::SessionMcpServersLoaded) = "session.mcp_servers_loaded",
    SessionMcpServerStatusChanged(session::SessionMcpServerStatusChanged)
        = "session.mcp_server_status_changed",
    SessionMcpServerToolsLoaded(session::SessionMcpServerToolsLoaded)
        = "session.mcp_server_tools_loaded",
    SessionMcpServerRemoved(session::SessionMcpServerRemoved) = "session.mcp_server_removed",
    SessionMcpServerNeedsReconnect(session::SessionMcpServerNeedsReconnect)
        = "session.mcp_server_needs_reconnect",
    McpOauthRequired(Box<mcp::McpOauthRequired>) = "mcp.oauth_required",
    McpOauthCompleted(mcp::McpOauthCompleted) = "mcp.oauth_completed",
    McpHeadersRefreshRequired(mcp::McpHeadersRefreshRequired) = "mcp.headers_refresh_required",
    McpHeadersRefreshCompleted(mcp::McpHeadersRefreshCompleted) = "mcp.headers_refresh_completed",
}

/// An event without a variant of its own, or one whose data does not fit its type.
#[derive(Clone)]
#[non_exhaustive]
pub struct OtherEvent {
    /// The event type by its wire name.
    pub event_type: String,
    /// The event's `data`, byte for byte as sent.
    pub json: Box<RawValue>,
}

impl OtherEvent {
    /// Deserializes the data.
    ///
    /// # Errors
    ///
    /// If the JSON does not deserialize into `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.json.get())
    }
}

impl fmt::Debug for OtherEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The JSON may be as large as the conversation and may contain secrets.
        write!(f, "OtherEvent({}, {} bytes)", self.event_type, self.json.get().len())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::EventData;
    use crate::event::assistant::AssistantUsage;
    use crate::event::session::SessionSkillsLoaded;
    use crate::event::tool::ToolExecutionComplete;

    /// Compares both ways to read a payload, for a text and for each that differs in one place.
    fn assert_both_agree<P: DeserializeOwned + Serialize>(event_type: &str, text: &str) {
        let agree = |text: &str| {
            let one_pass = EventData::read(event_type, text).map(|data| written(&data));
            let by_serde = serde_json::from_str::<P>(text).ok().map(|data| written(&data));
            assert_eq!(one_pass, by_serde, "{text}");
        };
        agree(text);
        for place in (0..text.len()).filter(|place| text.is_char_boundary(*place)) {
            let (start, rest) = text.split_at(place);
            agree(start);
            for other in
                ["", "\"", "\\", "[", "{", "}", "]", ",", ":", "0", "9", "-", ".", "e", "n"]
            {
                agree(&format!("{start}{other}{rest}"));
                let tail: String = rest.chars().skip(1).collect();
                agree(&format!("{start}{other}{tail}"));
            }
        }
    }

    fn written(value: &impl Serialize) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn one_pass_reads_what_serde_reads() {
        assert_both_agree::<ToolExecutionComplete>(
            "tool.execution_complete",
            r#"{"toolCallId":"c\u00e9","success":true,"result":{"content":"a\nb","contents":[1]},
                "toolTelemetry":{"a":[{}]},"new":{"b":[null,-1.5e3]},"isUserRequested":null}"#,
        );
        assert_both_agree::<AssistantUsage>(
            "assistant.usage",
            r#"{"model":"m","inputTokens":12,"outputTokens":-0.7,"cost":1e2,"duration":-3,
                "cacheReadTokens":18446744073709551616,"toolCounts":{"a":1,"b":{}}}"#,
        );
        assert_both_agree::<SessionSkillsLoaded>(
            "session.skills_loaded",
            r#"{"skills":[7,{"name":"s","enabled":true,"source":"moon"},null,[[]]]}"#,
        );
    }

    #[test]
    fn a_payload_of_too_many_values_is_kept_as_json() {
        let skills = |count: usize| format!("{{\"skills\":[{}0]}}", "0,".repeat(count));
        assert!(EventData::read("session.skills_loaded", &skills(1 << 18)).is_none());
        assert!(EventData::read("session.skills_loaded", &skills(1_000)).is_some());
    }
}
