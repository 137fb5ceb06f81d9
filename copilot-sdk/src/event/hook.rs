//! Runs of hooks (`hook.*`), those of this program included.
//!
//! Hooks are written with [`crate::hook`]; these events report that they run.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::macros::{open_enums, payloads};
use crate::ids::ToolCallId;

payloads! {
    /// The call of a hook (wire name `hook.start`).
    HookStart {
        /// The id of this run of the hook.
        hook_invocation_id: String = "hookInvocationId",
        /// The kind of hook.
        hook_type: HookType = "hookType",
        /// The hook's input.
        input: Option<Box<RawValue>> = "input",
        /// The tool call that started the sub-agent, for a hook of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// The end of a hook's run (wire name `hook.end`).
    HookEnd {
        /// The id of the run, as in its start.
        hook_invocation_id: String = "hookInvocationId",
        /// The kind of hook.
        hook_type: HookType = "hookType",
        /// The hook's output.
        output: Option<Box<RawValue>> = "output",
        /// Whether the hook succeeded.
        success: bool = "success",
        /// The error of a failed hook.
        error: Option<HookFailure> = "error",
        /// The tool call that started the sub-agent, for a hook of a sub-agent.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// The error of a failed hook (part of `hook.end`).
    HookFailure {
        /// The error message.
        message: String = "message",
        /// The stack trace inside the CLI.
        stack: Option<String> = "stack",
        /// The owner of the hook.
        source: Option<String> = "source",
    }

    /// A message from a running hook (wire name `hook.progress`).
    HookProgress {
        /// The message to show.
        message: String = "message",
        /// Whether the next message replaces this one.
        temporary: bool = "temporary",
    }
}

open_enums! {
    /// The kind of hook, by the occasion of its call.
    HookType {
        /// Before a tool call.
        PreToolUse = "preToolUse",
        /// Before a tool call to an MCP server.
        PreMcpToolCall = "preMcpToolCall",
        /// After a successful tool call.
        PostToolUse = "postToolUse",
        /// After a failed tool call.
        PostToolUseFailure = "postToolUseFailure",
        /// After a prompt was sent.
        UserPromptSubmitted = "userPromptSubmitted",
        /// After a prompt was put in the form in which the model reads it.
        UserPromptTransformed = "userPromptTransformed",
        /// Before the first prompt of a session.
        SessionStart = "sessionStart",
        /// At the end of a session.
        SessionEnd = "sessionEnd",
        /// After a result.
        PostResult = "postResult",
        /// Before the description of a pull request.
        PrePrDescription = "prePRDescription",
        /// After an error that the CLI can handle in several ways.
        ErrorOccurred = "errorOccurred",
        /// Before the agent stops.
        AgentStop = "agentStop",
        /// At the start of a sub-agent.
        SubagentStart = "subagentStart",
        /// Before a sub-agent stops.
        SubagentStop = "subagentStop",
        /// Before a compaction of the conversation.
        PreCompact = "preCompact",
        /// For a permission request.
        PermissionRequest = "permissionRequest",
        /// For a notification of the user.
        Notification = "notification",
    }
}

impl HookEnd {
    /// Whether this agent-stop hook keeps the agent from stopping.
    pub(crate) fn sends_agent_back(&self) -> bool {
        #[derive(Deserialize)]
        struct Output {
            decision: String,
        }
        let output = self.output.as_ref().filter(|_| self.hook_type == HookType::AgentStop);
        output.is_some_and(|json| {
            serde_json::from_str::<Output>(json.get())
                .is_ok_and(|output| output.decision == "block")
        })
    }
}
