//! Hooks as they run.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::macros::{payloads, words};
use crate::ids::ToolCallId;

payloads! {
    /// A hook is called (wire name `hook.start`).
    HookStart {
        /// Names this run of the hook.
        hook_invocation_id: String = "hookInvocationId",
        /// Which hook.
        hook_type: HookType = "hookType",
        /// What the hook is told.
        input: Option<Box<RawValue>> = "input",
        /// The tool call that started the sub-agent that the hook is called for.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// A hook has answered (wire name `hook.end`).
    HookEnd {
        /// As in its start.
        hook_invocation_id: String = "hookInvocationId",
        /// Which hook.
        hook_type: HookType = "hookType",
        /// What it answered.
        output: Option<Box<RawValue>> = "output",
        /// Whether it ran to its end.
        success: bool = "success",
        /// Why it did not.
        error: Option<HookFailure> = "error",
        /// The tool call that started the sub-agent that the hook was called for.
        parent_tool_call_id: Option<ToolCallId> = "parentToolCallId",
    }

    /// Why a hook failed (part of `hook.end`).
    HookFailure {
        /// In words.
        message: String = "message",
        /// Where in the CLI.
        stack: Option<String> = "stack",
        /// Whose hook it was.
        source: Option<String> = "source",
    }

    /// A running hook has something to show (wire name `hook.progress`).
    HookProgress {
        /// What to show.
        message: String = "message",
        /// Whether the next message replaces it.
        temporary: bool = "temporary",
    }
}

words! {
    /// What a hook is called for.
    HookType {
        /// A tool is about to be called.
        PreToolUse = "preToolUse",
        /// A tool of an MCP server is about to be called.
        PreMcpToolCall = "preMcpToolCall",
        /// A tool succeeded.
        PostToolUse = "postToolUse",
        /// A tool failed.
        PostToolUseFailure = "postToolUseFailure",
        /// A prompt was sent.
        UserPromptSubmitted = "userPromptSubmitted",
        /// A prompt got the form in which the model will read it.
        UserPromptTransformed = "userPromptTransformed",
        /// The first prompt of a session is about to be sent.
        SessionStart = "sessionStart",
        /// A session ends.
        SessionEnd = "sessionEnd",
        /// There is a result.
        PostResult = "postResult",
        /// A pull request is about to be described.
        PrePrDescription = "prePRDescription",
        /// Something failed that the CLI can handle in several ways.
        ErrorOccurred = "errorOccurred",
        /// The agent has nothing more to do.
        AgentStop = "agentStop",
        /// A sub-agent starts.
        SubagentStart = "subagentStart",
        /// A sub-agent has nothing more to do.
        SubagentStop = "subagentStop",
        /// The conversation is about to be summed up.
        PreCompact = "preCompact",
        /// The agent asks for permission.
        PermissionRequest = "permissionRequest",
        /// The user is told something.
        Notification = "notification",
    }
}

impl HookEnd {
    /// Whether this is an agent-stop hook that does not let the agent stop.
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
