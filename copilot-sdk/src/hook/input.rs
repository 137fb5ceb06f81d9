use std::fmt;
use std::path::PathBuf;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::outcome::ToolOutcome;
use crate::ids::{AgentId, SessionId, ToolCallId};
use crate::open_enum::open_enum;
use crate::payload::{enum_fields, json_fields, questions, records};
use crate::sizes::{Size, field};

macro_rules! inputs {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $wire:literal $([$($mark:tt)+])?,)*
    })*) => {$(
        records! {
            $(#[$doc])*
            ///
            /// `Debug` shows arguments, results and texts of the conversation by name and size
            /// only.
            #[derive(Clone, PartialEq)]
            $name {
                /// The session, even for events in a sub-agent.
                session_id: SessionId = "sessionId",
                /// The sub-agent concerned, or `None` for the session's own agent.
                agent_id: Option<AgentId> = "agentId",
                /// The name of the sub-agent's definition.
                agent_type: Option<String> = "agentType",
                /// The agent that started the sub-agent.
                parent_agent_id: Option<AgentId> = "parentAgentId",
                /// The working directory of the session.
                cwd: PathBuf = "cwd",
                /// The time of the event (milliseconds since 1970 on the wire).
                timestamp: SystemTime = "timestamp",
                $($(#[$field_doc])* $field: $type = $wire $([$($mark)+])?,)*
            }
        }

        questions! { $name }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("session_id", &self.session_id)
                    .field("agent_id", &self.agent_id)
                    .field("agent_type", &self.agent_type)
                    .field("parent_agent_id", &self.parent_agent_id)
                    .field("cwd", &self.cwd)
                    .field("timestamp", &self.timestamp)
                    $(.field(stringify!($field), &field(stringify!($field), &self.$field)))*
                    .finish()
            }
        }
    )*};
}

inputs! {
    /// Input of a hook that runs before the first prompt of a session is sent (wire name
    /// `sessionStart`).
    SessionStart {
        /// How the session was started.
        source: SessionStartSource = "source",
        /// The first prompt.
        initial_prompt: Option<String> = "initialPrompt",
    }
    /// Input of a hook that runs when a prompt is submitted, by the user or to a sub-agent (wire
    /// name `userPromptSubmitted`).
    UserPromptSubmitted {
        /// The prompt.
        prompt: String = "prompt",
    }
    /// Input of a hook that runs when a prompt has its final form (wire name
    /// `userPromptTransformed`).
    UserPromptTransformed {
        /// The prompt as submitted.
        prompt: String = "prompt",
        /// The prompt as the model gets it, preceded by date and time.
        transformed_prompt: String = "transformedPrompt",
    }
    /// Input of a hook that runs before a tool call (wire name `preToolUse`).
    PreToolUse {
        // A call without a tool name cannot be judged: parsing fails, and the call is denied.
        /// The tool.
        tool_name: String = "toolName" [required],
        /// The arguments as JSON.
        tool_args: Value = "toolArgs",
    }
    /// Input of a hook that runs before an MCP tool call (wire name `preMcpToolCall`).
    PreMcpToolCall {
        /// The server.
        server_name: String = "serverName" [required],
        /// The tool, without the server's name.
        tool_name: String = "toolName" [required],
        /// The id the model gave the call.
        tool_call_id: Option<ToolCallId> = "toolCallId",
        /// The arguments as JSON.
        arguments: Value = "arguments",
        /// The metadata sent with the call (wire name `_meta`).
        meta: Option<Map<String, Value>> = "_meta",
    }
    /// Input of a hook that runs after a successful tool call (wire name `postToolUse`).
    PostToolUse {
        /// The tool.
        tool_name: String = "toolName",
        /// The arguments of the call, after changes by hooks.
        tool_args: Value = "toolArgs",
        /// The result.
        tool_result: ToolOutcome = "toolResult",
    }
    /// Input of a hook that runs after a failed tool call (wire name `postToolUseFailure`).
    PostToolUseFailure {
        /// The tool.
        tool_name: String = "toolName",
        /// The arguments of the call.
        tool_args: Value = "toolArgs",
        /// The error.
        error: String = "error" [as HookError],
    }
    /// Input of a hook that runs after an error (wire name `errorOccurred`).
    ErrorOccurred {
        /// The error.
        error: HookError = "error",
        /// Where the error occurred.
        error_context: ErrorContext = "errorContext",
        /// Whether a retry may help.
        recoverable: bool = "recoverable",
    }
    /// Input of a hook that runs when the agent or a sub-agent is about to stop (wire name
    /// `agentStop`).
    AgentStop {
        /// The reason, such as `end_turn`.
        stop_reason: String = "stopReason",
        /// The file with the conversation.
        transcript_path: Option<PathBuf> = "transcriptPath",
        /// Whether an `agentStop` hook has already made the agent continue. If it blocks again, the
        /// agent may never stop.
        ///
        /// Reset to `false` for a sub-agent that a `subagentStop` hook made continue, so check
        /// `agent_id` as well.
        stop_hook_active: bool = "stop_hook_active",
    }
    /// Input of a hook that runs when a sub-agent starts (wire name `subagentStart`).
    SubagentStart {
        /// The name of the sub-agent.
        agent_name: String = "agentName",
        /// The display name.
        agent_display_name: Option<String> = "agentDisplayName",
        /// The purpose of the sub-agent.
        agent_description: Option<String> = "agentDescription",
        /// The file with the conversation.
        transcript_path: Option<PathBuf> = "transcriptPath",
    }
    /// Input of a hook that runs when a sub-agent is about to stop (wire name `subagentStop`).
    SubagentStop {
        /// The name of the sub-agent.
        agent_name: String = "agentName",
        /// The display name.
        agent_display_name: Option<String> = "agentDisplayName",
        /// The purpose of the sub-agent.
        agent_description: Option<String> = "agentDescription",
        /// The file with the conversation.
        transcript_path: Option<PathBuf> = "transcriptPath",
        /// The reason, such as `end_turn`.
        stop_reason: String = "stopReason",
        /// The sub-agent's response.
        response: String = "response",
        /// Whether a `subagentStop` hook has already made the sub-agent continue.
        stop_hook_active: bool = "stop_hook_active",
    }
    /// Input of a hook that runs when a session ends (wire name `sessionEnd`).
    SessionEnd {
        /// Why the session ended.
        reason: SessionEndReason = "reason",
        /// The agent's last message.
        final_message: Option<String> = "finalMessage",
        /// The error.
        error: Option<HookError> = "error",
    }
}

open_enum! {
    /// How a session was started (wire name `source`).
    pub enum SessionStartSource {
        /// It was started together with the CLI.
        Startup = "startup",
        /// It was resumed.
        Resume = "resume",
        /// It is new.
        New = "new",
    }
}

open_enum! {
    /// Where an error occurred (wire name `errorContext`).
    pub enum ErrorContext {
        /// In a request to the model.
        ModelCall = "model_call",
        /// In a tool.
        ToolExecution = "tool_execution",
        /// In the CLI.
        System = "system",
        /// In the user's input.
        UserInput = "user_input",
    }
}

open_enum! {
    /// Why a session ended (wire name `reason`).
    pub enum SessionEndReason {
        /// It was completed.
        Complete = "complete",
        /// It failed.
        Error = "error",
        /// It was aborted.
        Abort = "abort",
        /// It timed out.
        Timeout = "timeout",
        /// It was closed by the user.
        UserExit = "user_exit",
    }
}

enum_fields! { SessionStartSource ErrorContext SessionEndReason }
json_fields! { HookError ToolOutcome }

/// An error as reported to hooks. `Debug` shows only the sizes of its texts.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookError {
    /// The kind of error, such as `Error`.
    pub name: String,
    /// The error.
    pub message: String,
    /// The stack trace in the CLI.
    pub stack: Option<String>,
}

impl fmt::Debug for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookError")
            .field("name", &self.name)
            .field("message", &Size(self.message.len()))
            .field("stack", &self.stack.as_ref().map(|stack| Size(stack.len())))
            .finish()
    }
}

impl<'de> Deserialize<'de> for HookError {
    /// Accepts text as well, which older CLIs send instead of an object.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Value::deserialize(deserializer)?;
        let text = |field: &str| json.get(field).and_then(Value::as_str).map(str::to_owned);
        Ok(match json.as_str() {
            Some(message) => Self { message: message.to_owned(), ..Self::default() },
            None => Self {
                name: text("name").unwrap_or_default(),
                message: text("message").unwrap_or_default(),
                stack: text("stack"),
            },
        })
    }
}

impl From<HookError> for String {
    fn from(error: HookError) -> Self {
        error.message
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use serde_json::{Value, json};

    use super::PreToolUse;
    use crate::payload::read_question_text;

    #[test]
    fn a_time_in_another_form_does_not_make_a_call_unreadable() {
        let time = |timestamp: Value| {
            let input = json!({"toolName": "bash", "timestamp": timestamp}).to_string();
            read_question_text::<PreToolUse>(&"s".into(), &input).unwrap().timestamp
        };
        let after = |millis| SystemTime::UNIX_EPOCH + Duration::from_millis(millis);
        assert_eq!(time(json!(1_500)), after(1_500));
        assert_eq!(time(json!(1_500.0)), after(1_500));
        for odd in [json!("2026-01-01T00:00:00Z"), json!(-1), json!(1e300), json!(null)] {
            assert_eq!(time(odd.clone()), after(0), "{odd}");
        }
    }
}
