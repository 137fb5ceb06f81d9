use serde_json::value::RawValue;

use crate::event::macros::{open_enums, payloads};
use crate::ids::{MessageId, ToolCallId};

payloads! {
    /// The start of a message (wire name `assistant.message_start`).
    AssistantMessageStart {
        /// The id of the message.
        message_id: MessageId = "messageId",
        /// The phase of the answer, for models that distinguish phases.
        phase: Option<String> = "phase",
    }

    /// The next piece of a message (wire name `assistant.message_delta`).
    AssistantMessageDelta {
        /// The id of the message.
        message_id: MessageId = "messageId",
        /// The text to append.
        delta_content: String = "deltaContent",
        /// Bytes of the answer received from the model so far.
        total_response_size_bytes: Option<u64> = "totalResponseSizeBytes",
        /// The tool call that started the sub-agent, for a message of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// The size of the answer received so far (wire name `assistant.streaming_delta`).
    AssistantStreamingDelta {
        /// Bytes of the answer received from the model so far.
        total_response_size_bytes: u64 = "totalResponseSizeBytes",
    }

    /// The complete reasoning of the model (wire name `assistant.reasoning`).
    AssistantReasoning {
        /// The id of this piece of reasoning.
        reasoning_id: String = "reasoningId",
        /// The text.
        content: String = "content",
    }

    /// The next piece of the model's reasoning (wire name `assistant.reasoning_delta`).
    AssistantReasoningDelta {
        /// The id of the reasoning.
        reasoning_id: String = "reasoningId",
        /// The text to append.
        delta_content: String = "deltaContent",
    }

    /// The next piece of a tool call's arguments, as the model writes them (wire name
    /// `assistant.tool_call_delta`).
    AssistantToolCallDelta {
        /// The id of the tool call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The name of the tool, once known.
        tool_name: Option<String> = "toolName",
        /// The form of the tool's arguments.
        tool_type: Option<ToolRequestType> = "toolType",
        /// The text to append; only the complete text is JSON.
        input_delta: String = "inputDelta",
    }

    /// A complete message of the model (wire name `assistant.message`).
    AssistantMessage {
        /// The id of the message.
        message_id: MessageId = "messageId",
        /// The prompt that this message answers.
        originating_message_id: Option<MessageId> = "originatingMessageId",
        /// The model that wrote the message.
        model: Option<String> = "model",
        /// The provider that ran the model.
        provider_id: Option<String> = "providerId",
        /// The text; empty if the model only calls tools.
        content: String = "content",
        /// The tool calls that the model requests.
        tool_requests: Vec<ToolRequest> = "toolRequests",
        /// The model's reasoning, as text.
        reasoning_text: Option<String> = "reasoningText",
        /// The model's reasoning, in the provider's encoding.
        reasoning_opaque: Option<String> = "reasoningOpaque",
        /// The model's reasoning, encrypted by the provider.
        encrypted_content: Option<String> = "encryptedContent",
        /// The model's reasoning, in the provider's blocks.
        reasoning_blocks: Option<Box<RawValue>> = "reasoningBlocks",
        /// The activity of tools that run at the provider.
        server_tools: Option<Box<RawValue>> = "serverTools",
        /// The sources that the text cites, with their positions.
        citations: Option<Box<RawValue>> = "citations",
        /// The phase of the answer, for models that distinguish phases.
        phase: Option<String> = "phase",
        /// The index of this chunk, from 0, of a message stored in several chunks.
        chunk_index: Option<u64> = "chunkIndex",
        /// The number of chunks that store the message.
        chunk_count: Option<u64> = "chunkCount",
        /// Tokens that the model wrote.
        output_tokens: Option<u64> = "outputTokens",
        /// The id of the exchange, from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// The round of the message.
        turn_id: Option<String> = "turnId",
        /// The provider's id of the model call.
        api_call_id: Option<String> = "apiCallId",
        /// The service's id of the request.
        request_id: Option<String> = "requestId",
        /// The id under which the CLI sent the request to the service.
        client_request_id: Option<String> = "clientRequestId",
        /// The id that the service assigned to the request.
        service_request_id: Option<String> = "serviceRequestId",
        /// The tool call that started the sub-agent, for a message of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// A tool call that the model requests (part of `assistant.message`).
    ToolRequest {
        /// The id of the tool call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The name of the tool.
        name: String = "name",
        /// The arguments as the model wrote them, usually an object.
        arguments: Option<Box<RawValue>> = "arguments",
        /// The form of the tool's arguments (wire name `type`).
        tool_type: Option<ToolRequestType> = "type",
        /// The display name of the tool.
        tool_title: Option<String> = "toolTitle",
        /// The MCP server that provides the tool.
        mcp_server_name: Option<String> = "mcpServerName",
        /// The name of the tool on its MCP server.
        mcp_tool_name: Option<String> = "mcpToolName",
        /// A summary of the model's intention.
        intention_summary: Option<String> = "intentionSummary",
    }
}

open_enums! {
    /// The form of a tool's arguments.
    ToolRequestType {
        /// A JSON object.
        Function = "function",
        /// Free text.
        Custom = "custom",
    }
}
