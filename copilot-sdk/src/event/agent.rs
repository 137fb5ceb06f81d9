//! Events about the agent itself (`agent.*`): what an abort interrupted.

use super::macros::{open_enums, payloads};
use super::shared::ModelTransport;
use crate::ids::ToolCallId;
use crate::model::ReasoningEffort;

payloads! {
    /// The work that an abort interrupted (wire name `agent.interrupted`).
    AgentInterrupted {
        /// The interrupted activity.
        activity: InterruptedActivity = "activity",
        /// Time since the activity began, in milliseconds.
        elapsed_ms: f64 = "elapsedMs",
        /// The interrupted round, counted from 0.
        turn: u64 = "turn",
        /// The model of the interrupted call.
        model: Option<String> = "model",
        /// The provider's endpoint of the interrupted call.
        api_endpoint: Option<String> = "apiEndpoint",
        /// The transport of the interrupted call.
        transport: Option<ModelTransport> = "transport",
        /// The requested reasoning effort.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// Whether the model's answer had begun.
        cancel_phase: Option<CancelPhase> = "cancelPhase",
        /// Time to the first output, in milliseconds.
        output_ttft_ms: Option<f64> = "outputTtftMs",
        /// The names of the tools that were running.
        tool_names: Vec<String> = "toolNames",
        /// The ids of the tool calls that were running.
        tool_call_ids: Vec<ToolCallId> = "toolCallIds",
        /// The number of sub-agents that were interrupted as well.
        interrupted_agent_count: Option<u64> = "interruptedAgentCount",
    }
}

open_enums! {
    /// The activity of an agent at the time of an interruption.
    InterruptedActivity {
        /// Waiting for the model.
        ModelCall = "model_call",
        /// Waiting to retry a model call.
        RetryBackoff = "retry_backoff",
        /// Waiting for a tool.
        ToolCall = "tool_call",
        /// Waiting for a sub-agent in the background.
        BackgroundAgent = "background_agent",
    }

    /// The progress of the model's answer at the time of an interruption.
    CancelPhase {
        /// Before the first token.
        PreFirstToken = "pre_first_token",
        /// While the answer was streaming.
        MidStream = "mid_stream",
    }
}
