use crate::event::macros::payloads;
use crate::ids::ToolCallId;

payloads! {
    /// The start of a round: one model call and the tools it requests (wire name
    /// `assistant.turn_start`).
    AssistantTurnStart {
        /// The number of the round within its prompt, from `"0"`.
        turn_id: String = "turnId",
        /// The model of the round.
        model: Option<String> = "model",
        /// The id of the exchange, from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// The tool call that started the sub-agent, for a round of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// The end of a round (wire name `assistant.turn_end`).
    AssistantTurnEnd {
        /// The number of the round, as in its start.
        turn_id: String = "turnId",
        /// The model of the round.
        model: Option<String> = "model",
        /// The tool call that started the sub-agent, for a round of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// A retry after the model could not be reached (wire name `assistant.turn_retry`).
    AssistantTurnRetry {
        /// The number of the round, as in its start.
        turn_id: String = "turnId",
        /// The model of the round.
        model: Option<String> = "model",
        /// The reason for the retry, such as `api_error`.
        reason: Option<String> = "reason",
    }

    /// The agent's statement of its next step (wire name `assistant.intent`).
    AssistantIntent {
        /// The intent, in a few words.
        intent: String = "intent",
    }

    /// The end of the agent's work for now (wire name `assistant.idle`).
    AssistantIdle {
        /// Whether the turn was aborted.
        aborted: bool = "aborted",
    }
}
