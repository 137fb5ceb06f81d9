//! The table of events: one line for each type that has a variant.
//!
//! The types of a streaming turn come first, because types are looked up from the top. Large
//! payloads are boxed, so that a small event stays small.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::lenient::{self, Lenient};
use super::macros::events;
#[allow(
    clippy::wildcard_imports,
    reason = "the table names every payload; in test builds the lint is silent"
)]
use super::*;

events! {
    AssistantMessageDelta(AssistantMessageDelta) = "assistant.message_delta",
    AssistantStreamingDelta(AssistantStreamingDelta) = "assistant.streaming_delta",
    AssistantReasoningDelta(AssistantReasoningDelta) = "assistant.reasoning_delta",
    AssistantToolCallDelta(AssistantToolCallDelta) = "assistant.tool_call_delta",
    AssistantTurnStart(AssistantTurnStart) = "assistant.turn_start",
    AssistantTurnEnd(AssistantTurnEnd) = "assistant.turn_end",
    AssistantTurnRetry(AssistantTurnRetry) = "assistant.turn_retry",
    AssistantIntent(AssistantIntent) = "assistant.intent",
    AssistantReasoning(AssistantReasoning) = "assistant.reasoning",
    AssistantMessageStart(AssistantMessageStart) = "assistant.message_start",
    AssistantMessage(Box<AssistantMessage>) = "assistant.message",
    AssistantUsage(Box<AssistantUsage>) = "assistant.usage",
    AssistantIdle(AssistantIdle) = "assistant.idle",
    ModelCallFailure(Box<ModelCallFailure>) = "model.call_failure",
    AgentInterrupted(Box<AgentInterrupted>) = "agent.interrupted",
    Abort(Abort) = "abort",
    Reconnected(Box<Reconnected>) = "sdk.reconnected",

    UserMessage(Box<UserMessage>) = "user.message",
    SystemMessage(Box<SystemMessage>) = "system.message",
    SystemNotification(SystemNotification) = "system.notification",
    PendingMessagesModified(PendingMessagesModified) = "pending_messages.modified",

    ToolUserRequested(ToolUserRequested) = "tool.user_requested",
    ToolExecutionStart(Box<ToolExecutionStart>) = "tool.execution_start",
    ToolExecutionProgress(ToolExecutionProgress) = "tool.execution_progress",
    ToolExecutionPartialResult(ToolExecutionPartialResult) = "tool.execution_partial_result",
    ToolShellOutput(ToolShellOutput) = "tool.shell_output",
    ToolExecutionComplete(Box<ToolExecutionComplete>) = "tool.execution_complete",
    ExternalToolRequested(Box<ExternalToolRequested>) = "external_tool.requested",
    ExternalToolCompleted(ExternalToolCompleted) = "external_tool.completed",

    PermissionRequested(Box<PermissionRequested>) = "permission.requested",
    PermissionCompleted(Box<PermissionCompleted>) = "permission.completed",
    UserInputRequested(UserInputRequested) = "user_input.requested",
    UserInputCompleted(UserInputCompleted) = "user_input.completed",
    ElicitationRequested(Box<ElicitationRequested>) = "elicitation.requested",
    ElicitationCompleted(ElicitationCompleted) = "elicitation.completed",
    ExitPlanModeRequested(Box<ExitPlanModeRequested>) = "exit_plan_mode.requested",
    ExitPlanModeCompleted(ExitPlanModeCompleted) = "exit_plan_mode.completed",
    AutoModeSwitchRequested(AutoModeSwitchRequested) = "auto_mode_switch.requested",
    AutoModeSwitchCompleted(AutoModeSwitchCompleted) = "auto_mode_switch.completed",
    SessionLimitsExhaustedRequested(SessionLimitsExhaustedRequested) = "session_limits_exhausted.requested",
    SessionLimitsExhaustedCompleted(SessionLimitsExhaustedCompleted) = "session_limits_exhausted.completed",
    SamplingRequested(SamplingRequested) = "sampling.requested",
    SamplingCompleted(SamplingCompleted) = "sampling.completed",
    CommandQueued(CommandQueued) = "command.queued",
    CommandExecute(CommandExecute) = "command.execute",
    CommandCompleted(CommandCompleted) = "command.completed",
    CommandsChanged(CommandsChanged) = "commands.changed",
    CapabilitiesChanged(CapabilitiesChanged) = "capabilities.changed",

    HookStart(HookStart) = "hook.start",
    HookEnd(Box<HookEnd>) = "hook.end",
    HookProgress(HookProgress) = "hook.progress",
    SubagentStarted(Box<SubagentStarted>) = "subagent.started",
    SubagentConfigured(SubagentConfigured) = "subagent.configured",
    SubagentCompleted(Box<SubagentCompleted>) = "subagent.completed",
    SubagentFailed(Box<SubagentFailed>) = "subagent.failed",
    SubagentSelected(SubagentSelected) = "subagent.selected",
    SubagentDeselected(SubagentDeselected) = "subagent.deselected",
    SkillInvoked(Box<SkillInvoked>) = "skill.invoked",
    SessionSkillsLoaded(SessionSkillsLoaded) = "session.skills_loaded",
    SessionCustomAgentsUpdated(SessionCustomAgentsUpdated) = "session.custom_agents_updated",

    SessionStart(Box<SessionStart>) = "session.start",
    SessionResume(Box<SessionResume>) = "session.resume",
    SessionError(Box<SessionError>) = "session.error",
    SessionIdle(SessionIdle) = "session.idle",
    SessionInfo(SessionInfo) = "session.info",
    SessionWarning(Box<SessionWarning>) = "session.warning",
    SessionShutdown(Box<SessionShutdown>) = "session.shutdown",
    SessionTaskComplete(Box<SessionTaskComplete>) = "session.task_complete",
    SessionTitleChanged(SessionTitleChanged) = "session.title_changed",
    SessionModelChange(Box<SessionModelChange>) = "session.model_change",
    SessionModeChanged(SessionModeChanged) = "session.mode_changed",
    SessionPermissionsChanged(SessionPermissionsChanged) = "session.permissions_changed",
    SessionPlanChanged(SessionPlanChanged) = "session.plan_changed",
    SessionTodosChanged(SessionTodosChanged) = "session.todos_changed",
    SessionWorkspaceFileChanged(SessionWorkspaceFileChanged) = "session.workspace_file_changed",
    SessionContextChanged(Box<WorkingDirectory>) = "session.context_changed",
    SessionAutopilotStopped(SessionAutopilotStopped) = "session.autopilot_stopped",
    SessionToolsUpdated(SessionToolsUpdated) = "session.tools_updated",
    SessionBackgroundTasksChanged(SessionBackgroundTasksChanged) = "session.background_tasks_changed",
    SessionUsageInfo(SessionUsageInfo) = "session.usage_info",
    SessionTruncation(SessionTruncation) = "session.truncation",
    SessionContextCleared(SessionContextCleared) = "session.context_cleared",
    SessionSnapshotRewind(SessionSnapshotRewind) = "session.snapshot_rewind",
    SessionCompactionStart(Box<SessionCompactionStart>) = "session.compaction_start",
    SessionCompactionComplete(Box<SessionCompactionComplete>) = "session.compaction_complete",

    SessionMcpServersLoaded(SessionMcpServersLoaded) = "session.mcp_servers_loaded",
    SessionMcpServerStatusChanged(SessionMcpServerStatusChanged) = "session.mcp_server_status_changed",
    SessionMcpServerToolsLoaded(SessionMcpServerToolsLoaded) = "session.mcp_server_tools_loaded",
    SessionMcpServerRemoved(SessionMcpServerRemoved) = "session.mcp_server_removed",
    SessionMcpServerNeedsReconnect(SessionMcpServerNeedsReconnect) = "session.mcp_server_needs_reconnect",
    McpOauthRequired(Box<McpOauthRequired>) = "mcp.oauth_required",
    McpOauthCompleted(McpOauthCompleted) = "mcp.oauth_completed",
    McpHeadersRefreshRequired(McpHeadersRefreshRequired) = "mcp.headers_refresh_required",
    McpHeadersRefreshCompleted(McpHeadersRefreshCompleted) = "mcp.headers_refresh_completed",
}

/// An event without a variant of its own, or one whose data did not fit its type.
#[derive(Clone)]
#[non_exhaustive]
pub struct OtherEvent {
    /// The type of the event as the wire names it.
    pub event_type: String,
    /// The event's `data`, byte for byte as it was sent.
    pub json: Box<RawValue>,
}

impl OtherEvent {
    /// Reads the data into a type of yours.
    ///
    /// # Errors
    ///
    /// The JSON does not fit the type.
    pub fn decode<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.json.get())
    }
}

impl fmt::Debug for OtherEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The JSON may be the whole conversation, and may carry anything.
        write!(f, "OtherEvent({}, {} bytes)", self.event_type, self.json.get().len())
    }
}
