//! Sub-agents and the selection of custom agents (`subagent.*`).

use super::macros::{open_enums, payloads};
use crate::ids::ToolCallId;
use crate::model::{ContextTier, ReasoningEffort};

payloads! {
    /// The start of a sub-agent (wire name `subagent.started`).
    SubagentStarted {
        /// The tool call that started the sub-agent.
        tool_call_id: ToolCallId = "toolCallId",
        /// The name of the agent.
        agent_name: String = "agentName",
        /// The display name of the agent.
        agent_display_name: String = "agentDisplayName",
        /// The purpose of the agent.
        agent_description: String = "agentDescription",
        /// The model that the sub-agent uses.
        model: Option<String> = "model",
        /// The reason for the choice of the model.
        model_selection_source: Option<ModelSelectionSource> = "modelSelectionSource",
        /// The kind of agent; for custom agents the name.
        agent_type: Option<String> = "agentType",
        /// Whether the caller waits: `sync` or `background`.
        execution_mode: Option<String> = "executionMode",
        /// Whether the sub-agent can be resumed later.
        resumable: Option<bool> = "resumable",
        /// The agent that started the sub-agent.
        parent_id: Option<String> = "parentId",
        /// The workflow run that the sub-agent belongs to.
        workflow_run_id: Option<String> = "workflowRunId",
    }

    /// The configuration of a sub-agent (wire name `subagent.configured`).
    SubagentConfigured {
        /// The model that the sub-agent uses.
        model: String = "model",
        /// The requested reasoning effort.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// The tier of the model's context window.
        context_tier: Option<ContextTier> = "contextTier",
        /// Whether the sub-agent accepts more than one prompt.
        multi_turn: bool = "multiTurn",
    }

    /// The successful end of a sub-agent (wire name `subagent.completed`).
    SubagentCompleted {
        /// The tool call that started the sub-agent.
        tool_call_id: ToolCallId = "toolCallId",
        /// The name of the agent.
        agent_name: String = "agentName",
        /// The display name of the agent.
        agent_display_name: String = "agentDisplayName",
        /// The model that the sub-agent used last.
        model: Option<String> = "model",
        /// The reason for the choice of the model.
        model_selection_source: Option<ModelSelectionSource> = "modelSelectionSource",
        /// The number of tool calls.
        total_tool_calls: Option<u64> = "totalToolCalls",
        /// Tokens used.
        total_tokens: Option<u64> = "totalTokens",
        /// Duration in milliseconds.
        duration_ms: Option<f64> = "durationMs",
        /// Whether the sub-agent was cancelled.
        cancelled: bool = "cancelled",
    }

    /// The failure of a sub-agent (wire name `subagent.failed`).
    SubagentFailed {
        /// The tool call that started the sub-agent.
        tool_call_id: ToolCallId = "toolCallId",
        /// The name of the agent.
        agent_name: String = "agentName",
        /// The display name of the agent.
        agent_display_name: String = "agentDisplayName",
        /// The error message.
        error: String = "error",
        /// The model that the sub-agent used last.
        model: Option<String> = "model",
        /// The number of tool calls.
        total_tool_calls: Option<u64> = "totalToolCalls",
        /// Tokens used.
        total_tokens: Option<u64> = "totalTokens",
        /// Duration in milliseconds.
        duration_ms: Option<f64> = "durationMs",
    }

    /// The selection of a custom agent for the session (wire name `subagent.selected`).
    SubagentSelected {
        /// The name of the agent.
        agent_name: String = "agentName",
        /// The display name of the agent.
        agent_display_name: String = "agentDisplayName",
        /// The tools that the agent may use; `None` means all.
        tools: Option<Vec<String>> = "tools",
    }

    /// The return to the default agent (wire name `subagent.deselected`).
    SubagentDeselected {}
}

open_enums! {
    /// The reason for the choice of a sub-agent's model.
    ModelSelectionSource {
        /// The caller named the model.
        ExplicitOverride = "explicit_override",
        /// The configuration requires it.
        ConfiguredRequired = "configured_required",
        /// The configuration prefers it.
        ConfiguredPreference = "configured_preference",
        /// The default: a model that complements the session's.
        ComplementaryDefault = "complementary_default",
        /// It is the session's model.
        SessionInheritance = "session_inheritance",
        /// The agent's definition names it.
        AgentDefinitionDefault = "agent_definition_default",
        /// A rule of the CLI requires it.
        RuntimePolicy = "runtime_policy",
    }
}
