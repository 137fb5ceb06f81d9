//! Tool calls, from the request to the result (`tool.*`).
//!
//! They report the calls of all tools: those of the CLI, of MCP servers and of this program.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::macros::{open_enums, payloads};
use super::shared::{McpServerSource, McpServerTransport, RemediationAction};
use crate::ids::ToolCallId;

payloads! {
    /// A tool call that the user requested, not the model (wire name `tool.user_requested`).
    ToolUserRequested {
        /// The id of the tool call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The name of the tool.
        tool_name: String = "toolName",
        /// The arguments.
        arguments: Option<Box<RawValue>> = "arguments",
    }

    /// The start of a tool call (wire name `tool.execution_start`).
    ToolExecutionStart {
        /// The id of the tool call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The name of the tool.
        tool_name: String = "toolName",
        /// The display name of the tool.
        tool_title: Option<String> = "toolTitle",
        /// The arguments as the model wrote them, usually an object.
        arguments: Option<Box<RawValue>> = "arguments",
        /// The possible effects of a shell command.
        shell_tool_info: Option<ShellToolInfo> = "shellToolInfo",
        /// The model that requested the call.
        model: Option<String> = "model",
        /// The round that the call belongs to.
        turn_id: Option<String> = "turnId",
        /// The MCP server that provides the tool.
        mcp_server_name: Option<String> = "mcpServerName",
        /// The name of the MCP server in the configuration.
        mcp_config_server_name: Option<String> = "mcpConfigServerName",
        /// The name of the tool on its MCP server.
        mcp_tool_name: Option<String> = "mcpToolName",
        /// The transport of the MCP server.
        mcp_transport: Option<McpServerTransport> = "mcpTransport",
        /// The origin of the MCP server's configuration.
        mcp_config_source: Option<McpServerSource> = "mcpConfigSource",
        /// Whether the title is to be shown verbatim.
        display_verbatim: bool = "displayVerbatim",
        /// The tool's description of itself, for tools with a user interface.
        tool_description: Option<Box<RawValue>> = "toolDescription",
        /// The tool call that started the sub-agent, for a call of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// The possible effects of a shell command (part of `tool.execution_start`).
    ShellToolInfo {
        /// The paths that the command names.
        possible_paths: Vec<String> = "possiblePaths",
        /// Whether the command writes to a file by redirection.
        has_write_file_redirection: bool = "hasWriteFileRedirection",
        /// The command, in the form to show to a person.
        display_command: Option<String> = "displayCommand",
    }

    /// The progress of a running tool (wire name `tool.execution_progress`).
    ToolExecutionProgress {
        /// The id of the tool call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The progress, as text.
        progress_message: String = "progressMessage",
        /// The progress, in a form for programs.
        structured_content: Option<Box<RawValue>> = "structuredContent",
    }

    /// The output of a running tool so far (wire name `tool.execution_partial_result`).
    ToolExecutionPartialResult {
        /// The id of the tool call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The output.
        partial_output: String = "partialOutput",
    }

    /// The next piece of a shell command's output (wire name `tool.shell_output`).
    ToolShellOutput {
        /// The id of the tool call.
        tool_call_id: ToolCallId = "toolCallId",
        /// The stream of the output; `None` means standard output.
        stream: Option<ShellOutputStream> = "stream",
        /// The text to append.
        text: String = "text",
        /// The number of the piece within the call.
        sequence: u64 = "sequence",
    }

    /// The end of a tool call (wire name `tool.execution_complete`).
    ToolExecutionComplete {
        /// The id of the tool call.
        tool_call_id: ToolCallId = "toolCallId",
        /// Whether the tool succeeded.
        success: bool = "success",
        /// The result of a successful call.
        result: Option<ToolExecutionResult> = "result",
        /// The error of a failed call.
        error: Option<ToolExecutionError> = "error",
        /// The model that requested the call.
        model: Option<String> = "model",
        /// The id of the exchange, from prompt to idle.
        interaction_id: Option<String> = "interactionId",
        /// The round that the call belongs to.
        turn_id: Option<String> = "turnId",
        /// Whether the user requested the call, not the model.
        is_user_requested: bool = "isUserRequested",
        /// The tool's telemetry.
        tool_telemetry: BTreeMap<String, Box<RawValue>> = "toolTelemetry",
        /// Usage of the models that the tool called.
        tool_usage: Option<Box<RawValue>> = "toolUsage",
        /// The tool's description of itself, for tools with a user interface.
        tool_description: Option<Box<RawValue>> = "toolDescription",
        /// The `_meta` of the MCP server's response.
        mcp_meta: Option<Box<RawValue>> = "mcpMeta",
        /// Whether the call ran in the sandbox.
        sandboxed: Option<bool> = "sandboxed",
        /// The end of a shell command.
        shell_execution: Option<ShellExecution> = "shellExecution",
        /// The files that the tool changed.
        file_edits: Vec<FileEditEvent> = "fileEdits",
        /// The tool call that started the sub-agent, for a call of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// The result of a successful tool call (part of `tool.execution_complete`).
    ToolExecutionResult {
        /// The text that the model reads.
        content: String = "content",
        /// A longer text for display.
        detailed_content: Option<String> = "detailedContent",
        /// Text, images, links and more, each an object with a `type`.
        contents: Vec<Box<RawValue>> = "contents",
        /// Images and files for the model.
        binary_results_for_llm: Vec<Box<RawValue>> = "binaryResultsForLlm",
        /// The tool's user interface.
        ui_resource: Option<Box<RawValue>> = "uiResource",
        /// The result, in a form for programs.
        structured_content: Option<Box<RawValue>> = "structuredContent",
        /// The sources that the model may cite.
        citable_sources: Vec<Box<RawValue>> = "citableSources",
        /// The `_meta` of the MCP server's response.
        mcp_meta: Option<Box<RawValue>> = "mcpMeta",
    }

    /// The error of a failed tool call (part of `tool.execution_complete`).
    ToolExecutionError {
        /// The message that the model reads.
        message: String = "message",
        /// The kind of failure, such as `failure`, `denied` or `rejected`.
        code: Option<String> = "code",
        /// A step by which the user can solve the problem.
        remediation: Option<RemediationAction> = "remediation",
    }

    /// The end of a shell command (part of `tool.execution_complete`).
    ShellExecution {
        /// The exit code.
        exit_code: i64 = "exitCode",
    }

    /// A file that a tool changed (part of `tool.execution_complete`).
    FileEditEvent {
        /// The path of the file.
        path: String = "path",
        /// The kind of change.
        kind: FileEditKind = "kind",
    }
}

open_enums! {
    /// The stream of a shell command's output.
    ShellOutputStream {
        /// Standard output.
        Stdout = "stdout",
        /// Standard error.
        Stderr = "stderr",
        /// A terminal, which combines the two.
        Terminal = "terminal",
    }

    /// The kind of change to a file.
    FileEditKind {
        /// Created.
        Create = "create",
        /// Edited.
        Edit = "edit",
        /// Deleted.
        Delete = "delete",
    }
}
