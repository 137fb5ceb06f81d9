//! Sub-agents and custom agents.

use super::macros::{payloads, words};
use crate::ids::ToolCallId;
use crate::model::{ContextTier, ReasoningEffort};

payloads! {
    /// A sub-agent begins (wire name `subagent.started`).
    SubagentStarted {
        /// The tool call that started it.
        tool_call_id: ToolCallId = "toolCallId",
        /// The agent.
        agent_name: String = "agentName",
        /// Its name for people.
        agent_display_name: String = "agentDisplayName",
        /// What it is for.
        agent_description: String = "agentDescription",
        /// The model that it asks.
        model: Option<String> = "model",
        /// Why it asks this model.
        model_selection_source: Option<ModelSelectionSource> = "modelSelectionSource",
        /// Its kind, which for custom agents is the name.
        agent_type: Option<String> = "agentType",
        /// Whether its caller waits: `sync` or `background`.
        execution_mode: Option<String> = "executionMode",
        /// Whether it can be asked again later.
        resumable: Option<bool> = "resumable",
        /// The agent that started it.
        parent_id: Option<String> = "parentId",
        /// The workflow run that it belongs to.
        workflow_run_id: Option<String> = "workflowRunId",
    }

    /// What a sub-agent works with (wire name `subagent.configured`).
    SubagentConfigured {
        /// The model that it asks.
        model: String = "model",
        /// The effort that the model is asked for.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// The size of the model's context.
        context_tier: Option<ContextTier> = "contextTier",
        /// Whether it can be asked more than once.
        multi_turn: bool = "multiTurn",
    }

    /// A sub-agent is done (wire name `subagent.completed`).
    SubagentCompleted {
        /// The tool call that started it.
        tool_call_id: ToolCallId = "toolCallId",
        /// The agent.
        agent_name: String = "agentName",
        /// Its name for people.
        agent_display_name: String = "agentDisplayName",
        /// The model that it asked last.
        model: Option<String> = "model",
        /// Why it asked this model.
        model_selection_source: Option<ModelSelectionSource> = "modelSelectionSource",
        /// How many tools it called.
        total_tool_calls: Option<u64> = "totalToolCalls",
        /// Tokens that it used.
        total_tokens: Option<u64> = "totalTokens",
        /// How long it took, in milliseconds.
        duration_ms: Option<f64> = "durationMs",
        /// Whether it was stopped.
        cancelled: bool = "cancelled",
    }

    /// A sub-agent failed (wire name `subagent.failed`).
    SubagentFailed {
        /// The tool call that started it.
        tool_call_id: ToolCallId = "toolCallId",
        /// The agent.
        agent_name: String = "agentName",
        /// Its name for people.
        agent_display_name: String = "agentDisplayName",
        /// Why.
        error: String = "error",
        /// The model that it asked last.
        model: Option<String> = "model",
        /// How many tools it called.
        total_tool_calls: Option<u64> = "totalToolCalls",
        /// Tokens that it used.
        total_tokens: Option<u64> = "totalTokens",
        /// How long it took, in milliseconds.
        duration_ms: Option<f64> = "durationMs",
    }

    /// A custom agent takes over (wire name `subagent.selected`).
    SubagentSelected {
        /// The agent.
        agent_name: String = "agentName",
        /// Its name for people.
        agent_display_name: String = "agentDisplayName",
        /// The tools that it may use; none means all.
        tools: Option<Vec<String>> = "tools",
    }

    /// The custom agent gives back to the default one (wire name `subagent.deselected`).
    SubagentDeselected {}

    /// The custom agents were read (wire name `session.custom_agents_updated`).
    SessionCustomAgentsUpdated {
        /// All that were found.
        agents: Vec<LoadedAgent> = "agents",
        /// What is odd about their files.
        warnings: Vec<String> = "warnings",
        /// What is wrong with their files.
        errors: Vec<String> = "errors",
    }

    /// A custom agent that was found (part of `session.custom_agents_updated`).
    LoadedAgent {
        /// Names the agent and where it comes from.
        id: String = "id",
        /// The agent.
        name: String = "name",
        /// Its name for people.
        display_name: String = "displayName",
        /// What it is for.
        description: String = "description",
        /// Where it comes from.
        source: String = "source",
        /// The tools that it may use; none means all.
        tools: Option<Vec<String>> = "tools",
        /// Whether the user may choose it.
        user_invocable: bool = "userInvocable",
        /// Whether only the user may choose it.
        disable_model_invocation: bool = "disableModelInvocation",
        /// The model that it asks.
        model: Option<String> = "model",
    }
}

words! {
    /// Why a sub-agent asks its model and no other.
    ModelSelectionSource {
        /// Its caller named the model.
        ExplicitOverride = "explicit_override",
        /// The configuration demands it.
        ConfiguredRequired = "configured_required",
        /// The configuration prefers it.
        ConfiguredPreference = "configured_preference",
        /// By default such an agent complements the session's model.
        ComplementaryDefault = "complementary_default",
        /// It is the session's model.
        SessionInheritance = "session_inheritance",
        /// The agent's definition names it.
        AgentDefinitionDefault = "agent_definition_default",
        /// A rule of the CLI.
        RuntimePolicy = "runtime_policy",
    }
}
