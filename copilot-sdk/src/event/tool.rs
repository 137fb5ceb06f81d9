//! Tool calls, from the model's wish to the result.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::macros::{payloads, words};
use super::mcp::{McpServerSource, McpServerTransport};
use super::session::RemediationAction;
use crate::ids::{RequestId, SessionId, ToolCallId};

payloads! {
    /// The user, not the model, asks for a tool (wire name `tool.user_requested`).
    ToolUserRequested {
        /// Names the call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The tool.
        tool_name: String = "toolName",
        /// Its arguments.
        arguments: Option<Box<RawValue>> = "arguments",
    }

    /// A tool call begins (wire name `tool.execution_start`).
    ToolExecutionStart {
        /// Names the call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The tool.
        tool_name: String = "toolName",
        /// The tool's name for people.
        tool_title: Option<String> = "toolTitle",
        /// The arguments as the model wrote them, usually an object.
        arguments: Option<Box<RawValue>> = "arguments",
        /// What a shell command may touch.
        shell_tool_info: Option<ShellToolInfo> = "shellToolInfo",
        /// The model that asked.
        model: Option<String> = "model",
        /// The round that the call belongs to.
        turn_id: Option<String> = "turnId",
        /// The MCP server that has the tool.
        mcp_server_name: Option<String> = "mcpServerName",
        /// The MCP server's name in the configuration.
        mcp_config_server_name: Option<String> = "mcpConfigServerName",
        /// The tool's name on its MCP server.
        mcp_tool_name: Option<String> = "mcpToolName",
        /// How the MCP server is reached.
        mcp_transport: Option<McpServerTransport> = "mcpTransport",
        /// Who configured the MCP server.
        mcp_config_source: Option<McpServerSource> = "mcpConfigSource",
        /// Whether the title is to be shown as it is.
        display_verbatim: bool = "displayVerbatim",
        /// What the tool says of itself, for tools with a user interface.
        tool_description: Option<Box<RawValue>> = "toolDescription",
        /// The tool call that started the sub-agent that asked.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// What a shell command may touch (part of `tool.execution_start`).
    ShellToolInfo {
        /// Paths that the command names.
        possible_paths: Vec<String> = "possiblePaths",
        /// Whether it writes to a file by redirection.
        has_write_file_redirection: bool = "hasWriteFileRedirection",
        /// The command as it is shown to people.
        display_command: Option<String> = "displayCommand",
    }

    /// A running tool says how far it is (wire name `tool.execution_progress`).
    ToolExecutionProgress {
        /// The call.
        tool_call_id: ToolCallId = "toolCallId",
        /// How far it is, in words.
        progress_message: String = "progressMessage",
        /// How far it is, for programs.
        structured_content: Option<Box<RawValue>> = "structuredContent",
    }

    /// What a running tool has brought so far (wire name `tool.execution_partial_result`).
    ToolExecutionPartialResult {
        /// The call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The output.
        partial_output: String = "partialOutput",
    }

    /// The next piece of a shell command's output (wire name `tool.shell_output`).
    ToolShellOutput {
        /// The call.
        tool_call_id: ToolCallId = "toolCallId",
        /// Where the command wrote it; absent means its standard output.
        stream: Option<ShellOutputStream> = "stream",
        /// The text to append.
        text: String = "text",
        /// Counts the pieces of one call.
        sequence: u64 = "sequence",
    }

    /// A tool call is over (wire name `tool.execution_complete`).
    ToolExecutionComplete {
        /// The call.
        tool_call_id: ToolCallId = "toolCallId",
        /// Whether the tool did what it was asked for.
        success: bool = "success",
        /// What it brought, when it succeeded.
        result: Option<ToolExecutionResult> = "result",
        /// Why it failed.
        error: Option<ToolExecutionError> = "error",
        /// The model that asked.
        model: Option<String> = "model",
        /// Names the whole exchange from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// The round that the call belongs to.
        turn_id: Option<String> = "turnId",
        /// Whether the user, not the model, asked for it.
        is_user_requested: bool = "isUserRequested",
        /// Measurements of the tool.
        tool_telemetry: BTreeMap<String, Box<RawValue>> = "toolTelemetry",
        /// What a model that the tool called used.
        tool_usage: Option<Box<RawValue>> = "toolUsage",
        /// What the tool says of itself, for tools with a user interface.
        tool_description: Option<Box<RawValue>> = "toolDescription",
        /// The MCP server's `_meta`.
        mcp_meta: Option<Box<RawValue>> = "mcpMeta",
        /// Whether it ran in the sandbox.
        sandboxed: Option<bool> = "sandboxed",
        /// How a shell command ended.
        shell_execution: Option<ShellExecution> = "shellExecution",
        /// The files that it changed.
        file_edits: Vec<FileEdit> = "fileEdits",
        /// The tool call that started the sub-agent that asked.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// What a tool brought (part of `tool.execution_complete`).
    ToolExecutionResult {
        /// The text that the model reads.
        content: String = "content",
        /// A longer text for people.
        detailed_content: Option<String> = "detailedContent",
        /// Text, images, links and more, each an object with a `type`.
        contents: Vec<Box<RawValue>> = "contents",
        /// Images and files for the model.
        binary_results_for_llm: Vec<Box<RawValue>> = "binaryResultsForLlm",
        /// The tool's user interface.
        ui_resource: Option<Box<RawValue>> = "uiResource",
        /// The result for programs.
        structured_content: Option<Box<RawValue>> = "structuredContent",
        /// What the model may cite.
        citable_sources: Vec<Box<RawValue>> = "citableSources",
        /// The MCP server's `_meta`.
        mcp_meta: Option<Box<RawValue>> = "mcpMeta",
    }

    /// Why a tool failed (part of `tool.execution_complete`).
    ToolExecutionError {
        /// The words that the model reads.
        message: String = "message",
        /// The kind of failure, such as `failure`, `denied` or `rejected`.
        code: Option<String> = "code",
        /// What the user can do about it.
        remediation: Option<RemediationAction> = "remediation",
    }

    /// How a shell command ended (part of `tool.execution_complete`).
    ShellExecution {
        /// Its exit code.
        exit_code: i64 = "exitCode",
    }

    /// A file that a tool changed (part of `tool.execution_complete`).
    FileEdit {
        /// The file.
        path: String = "path",
        /// What happened to it.
        kind: FileEditKind = "kind",
    }

    /// The agent calls a tool of this program (wire name `external_tool.requested`).
    ExternalToolRequested {
        /// Under this id the result is expected.
        request_id: RequestId = "requestId",
        /// The session that registered the tool.
        session_id: Option<SessionId> = "sessionId",
        /// The sub-agent's own session, for a call of a sub-agent; the answer goes to `session_id`.
        owner_native_session_id: Option<SessionId> = "ownerNativeSessionId",
        /// Names the call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The tool.
        tool_name: String = "toolName",
        /// Who registered the tool, where several programs share the session.
        provider_id: Option<String> = "providerId",
        /// The arguments as the model wrote them; nobody has checked them.
        arguments: Option<Box<RawValue>> = "arguments",
        /// The session's working directory.
        working_directory: Option<String> = "workingDirectory",
        /// The caller's W3C trace context.
        traceparent: Option<String> = "traceparent",
        /// The vendors' part of the trace context.
        tracestate: Option<String> = "tracestate",
    }

    /// The result of a call of this program's tool was taken (wire name `external_tool.completed`).
    ExternalToolCompleted {
        /// As in the call.
        request_id: RequestId = "requestId",
    }
}

words! {
    /// Where a shell command wrote its output.
    ShellOutputStream {
        /// To its standard output.
        Stdout = "stdout",
        /// To its standard error.
        Stderr = "stderr",
        /// To a terminal, which does not tell the two apart.
        Terminal = "terminal",
    }

    /// What happened to a file.
    FileEditKind {
        /// It is new.
        Create = "create",
        /// It was changed.
        Edit = "edit",
        /// It is gone.
        Delete = "delete",
    }
}
