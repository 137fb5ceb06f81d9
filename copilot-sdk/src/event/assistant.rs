//! The agent's answer as it comes into being.

use serde_json::value::RawValue;

use super::macros::{payloads, words};
use super::usage::ModelTransport;
use crate::ids::{MessageId, ToolCallId};
use crate::model::ReasoningEffort;

payloads! {
    /// One round of the agent begins: a call of the model and the tools it asks for (wire name
    /// `assistant.turn_start`).
    AssistantTurnStart {
        /// Counts the rounds of one prompt, from `"0"`.
        turn_id: String = "turnId",
        /// The model that is asked.
        model: Option<String> = "model",
        /// Names the whole exchange from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// The tool call that started the sub-agent whose round this is.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// One round of the agent is over (wire name `assistant.turn_end`).
    AssistantTurnEnd {
        /// The round, as in its start.
        turn_id: String = "turnId",
        /// The model that was asked.
        model: Option<String> = "model",
        /// The tool call that started the sub-agent whose round this is.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// The model could not be reached and is asked again (wire name `assistant.turn_retry`).
    AssistantTurnRetry {
        /// The round, as in its start.
        turn_id: String = "turnId",
        /// The model that is asked.
        model: Option<String> = "model",
        /// Why, such as `api_error`.
        reason: Option<String> = "reason",
    }

    /// What the agent says it is about to do (wire name `assistant.intent`).
    AssistantIntent {
        /// A few words.
        intent: String = "intent",
    }

    /// The model's reasoning, complete (wire name `assistant.reasoning`).
    AssistantReasoning {
        /// Names this piece of reasoning.
        reasoning_id: String = "reasoningId",
        /// The text.
        content: String = "content",
    }

    /// The next piece of the model's reasoning (wire name `assistant.reasoning_delta`).
    AssistantReasoningDelta {
        /// The reasoning that the piece belongs to.
        reasoning_id: String = "reasoningId",
        /// The text to append.
        delta_content: String = "deltaContent",
    }

    /// The model begins a message (wire name `assistant.message_start`).
    AssistantMessageStart {
        /// Names the message.
        message_id: MessageId = "messageId",
        /// The part of the answer, where the model distinguishes some.
        phase: Option<String> = "phase",
    }

    /// The next piece of a message (wire name `assistant.message_delta`).
    AssistantMessageDelta {
        /// The message that the piece belongs to.
        message_id: MessageId = "messageId",
        /// The text to append.
        delta_content: String = "deltaContent",
        /// How much of the answer has arrived from the model, in bytes.
        total_response_size_bytes: Option<u64> = "totalResponseSizeBytes",
        /// The tool call that started the sub-agent that is speaking.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// How much of the answer has arrived from the model (wire name `assistant.streaming_delta`).
    AssistantStreamingDelta {
        /// In bytes, from the beginning of the answer.
        total_response_size_bytes: u64 = "totalResponseSizeBytes",
    }

    /// The next piece of a tool call's arguments, as the model writes them (wire name
    /// `assistant.tool_call_delta`).
    AssistantToolCallDelta {
        /// The call that is being written.
        tool_call_id: ToolCallId = "toolCallId",
        /// The tool, as soon as it is known.
        tool_name: Option<String> = "toolName",
        /// How the tool takes its arguments.
        tool_type: Option<ToolRequestType> = "toolType",
        /// The text to append; the whole is JSON only at the end.
        input_delta: String = "inputDelta",
    }

    /// One complete message of the model (wire name `assistant.message`).
    AssistantMessage {
        /// Names the message.
        message_id: MessageId = "messageId",
        /// The prompt that this message answers.
        originating_message_id: Option<MessageId> = "originatingMessageId",
        /// The model that wrote it.
        model: Option<String> = "model",
        /// The provider that ran the model.
        provider_id: Option<String> = "providerId",
        /// The text; empty when the model only calls tools.
        content: String = "content",
        /// The tools that the model wants to be called.
        tool_requests: Vec<ToolRequest> = "toolRequests",
        /// The model's reasoning as text.
        reasoning_text: Option<String> = "reasoningText",
        /// The model's reasoning in the provider's own encoding.
        reasoning_opaque: Option<String> = "reasoningOpaque",
        /// The reasoning in the provider's own encrypted form.
        encrypted_content: Option<String> = "encryptedContent",
        /// The reasoning in the provider's own blocks.
        reasoning_blocks: Option<Box<RawValue>> = "reasoningBlocks",
        /// What tools that run at the provider did.
        server_tools: Option<Box<RawValue>> = "serverTools",
        /// The sources that the text cites, and where.
        citations: Option<Box<RawValue>> = "citations",
        /// The part of the answer, where the model distinguishes some.
        phase: Option<String> = "phase",
        /// Which piece this is of a message that is stored in several, from 0.
        chunk_index: Option<u64> = "chunkIndex",
        /// In how many pieces the message is stored.
        chunk_count: Option<u64> = "chunkCount",
        /// Tokens that the model wrote.
        output_tokens: Option<u64> = "outputTokens",
        /// Names the whole exchange from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// The round, as in its start.
        turn_id: Option<String> = "turnId",
        /// The provider's id of the model call.
        api_call_id: Option<String> = "apiCallId",
        /// The service's id of the request.
        request_id: Option<String> = "requestId",
        /// The id under which the request was sent to the service.
        client_request_id: Option<String> = "clientRequestId",
        /// The id that the service gave the request.
        service_request_id: Option<String> = "serviceRequestId",
        /// The tool call that started the sub-agent that is speaking.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// One tool call that the model asks for (part of `assistant.message`).
    ToolRequest {
        /// Names the call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The tool.
        name: String = "name",
        /// The arguments as the model wrote them, usually an object.
        arguments: Option<Box<RawValue>> = "arguments",
        /// How the tool takes its arguments (wire name `type`).
        tool_type: Option<ToolRequestType> = "type",
        /// The tool's name for people.
        tool_title: Option<String> = "toolTitle",
        /// The MCP server that has the tool.
        mcp_server_name: Option<String> = "mcpServerName",
        /// The tool's name on its MCP server.
        mcp_tool_name: Option<String> = "mcpToolName",
        /// What the model wants with it, in a few words.
        intention_summary: Option<String> = "intentionSummary",
    }

    /// The agent has nothing more to do for now (wire name `assistant.idle`).
    AssistantIdle {
        /// Whether it was stopped.
        aborted: bool = "aborted",
    }

    /// The running turn was stopped (wire name `abort`).
    Abort {
        /// By whom.
        reason: AbortReason = "reason",
    }

    /// What an abort interrupted (wire name `agent.interrupted`).
    AgentInterrupted {
        /// What was going on.
        activity: InterruptedActivity = "activity",
        /// How long it had been going on, in milliseconds.
        elapsed_ms: f64 = "elapsedMs",
        /// The round that was interrupted, from 0.
        turn: u64 = "turn",
        /// The model that was being asked.
        model: Option<String> = "model",
        /// The address at the provider that was being called.
        api_endpoint: Option<String> = "apiEndpoint",
        /// How the model was being called.
        transport: Option<ModelTransport> = "transport",
        /// The effort that the model was asked for.
        reasoning_effort: Option<ReasoningEffort> = "reasoningEffort",
        /// Whether the answer had begun.
        cancel_phase: Option<CancelPhase> = "cancelPhase",
        /// Milliseconds until the first output.
        output_ttft_ms: Option<f64> = "outputTtftMs",
        /// The tools that were running.
        tool_names: Vec<String> = "toolNames",
        /// The tool calls that were running.
        tool_call_ids: Vec<ToolCallId> = "toolCallIds",
        /// How many sub-agents were interrupted with it.
        interrupted_agent_count: Option<u64> = "interruptedAgentCount",
    }
}

words! {
    /// How a tool takes its arguments.
    ToolRequestType {
        /// As a JSON object.
        Function = "function",
        /// As free text.
        Custom = "custom",
    }

    /// Who stopped a turn.
    AbortReason {
        /// The user or this program.
        UserInitiated = "user_initiated",
        /// A command from elsewhere.
        RemoteCommand = "remote_command",
        /// The user, at a question of the agent.
        UserAbort = "user_abort",
        /// The credit limit of autopilot mode.
        AutopilotCreditLimit = "autopilot_credit_limit",
    }

    /// What the agent was doing when it was interrupted.
    InterruptedActivity {
        /// Waiting for the model.
        ModelCall = "model_call",
        /// Waiting before it asks the model again.
        RetryBackoff = "retry_backoff",
        /// Waiting for a tool.
        ToolCall = "tool_call",
        /// Waiting for a sub-agent in the background.
        BackgroundAgent = "background_agent",
    }

    /// How far the model's answer had come.
    CancelPhase {
        /// It had not begun.
        PreFirstToken = "pre_first_token",
        /// It was being written.
        MidStream = "mid_stream",
    }
}
