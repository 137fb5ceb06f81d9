use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::outcome::ToolOutcome;
use crate::ids::{AgentId, SessionId, ToolCallId};
use crate::open_enum::open_enum;

macro_rules! inputs {
    ($($(#[$doc:meta])* $name:ident {
        $(@required { $($(#[$required_doc:meta])* $required:ident: $required_type:ty,)* })?
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            /// The session, even for events in a sub-agent.
            pub session_id: SessionId,
            /// The sub-agent concerned, or `None` for the session's own agent.
            #[serde(default)]
            pub agent_id: Option<AgentId>,
            /// The name of the sub-agent's definition.
            #[serde(default)]
            pub agent_type: Option<String>,
            /// The agent that started the sub-agent.
            #[serde(default)]
            pub parent_agent_id: Option<AgentId>,
            /// The working directory of the session.
            #[serde(default)]
            pub cwd: PathBuf,
            /// The time of the event (milliseconds since 1970 on the wire).
            #[serde(default = "epoch", deserialize_with = "milliseconds")]
            pub timestamp: SystemTime,
            $($($(#[$required_doc])* pub $required: $required_type,)*)?
            $($(#[$field_doc])* #[serde(default)] pub $field: $type,)*
        }
    )*};
}

inputs! {
    /// Input of a hook that runs before the first prompt of a session is sent (wire name
    /// `sessionStart`).
    SessionStart {
        /// How the session was started.
        source: SessionStartSource,
        /// The first prompt.
        initial_prompt: Option<String>,
    }
    /// Input of a hook that runs when a prompt is submitted, by the user or to a sub-agent (wire
    /// name `userPromptSubmitted`).
    UserPromptSubmitted {
        /// The prompt.
        prompt: String,
    }
    /// Input of a hook that runs when a prompt has its final form (wire name
    /// `userPromptTransformed`).
    UserPromptTransformed {
        /// The prompt as submitted.
        prompt: String,
        /// The prompt as the model gets it, preceded by date and time.
        transformed_prompt: String,
    }
    /// Input of a hook that runs before a tool call (wire name `preToolUse`).
    PreToolUse {
        // A call without a tool name cannot be judged: parsing fails, and the call is denied.
        @required {
            /// The tool.
            tool_name: String,
        }
        /// The arguments as JSON.
        tool_args: Value,
    }
    /// Input of a hook that runs before an MCP tool call (wire name `preMcpToolCall`).
    PreMcpToolCall {
        @required {
            /// The server.
            server_name: String,
            /// The tool, without the server's name.
            tool_name: String,
        }
        /// The id the model gave the call.
        tool_call_id: Option<ToolCallId>,
        /// The arguments as JSON.
        arguments: Value,
        /// The metadata sent with the call (wire name `_meta`).
        #[serde(rename = "_meta")]
        meta: Option<Map<String, Value>>,
    }
    /// Input of a hook that runs after a successful tool call (wire name `postToolUse`).
    PostToolUse {
        /// The tool.
        tool_name: String,
        /// The arguments of the call, after changes by hooks.
        tool_args: Value,
        /// The result.
        tool_result: ToolOutcome,
    }
    /// Input of a hook that runs after a failed tool call (wire name `postToolUseFailure`).
    PostToolUseFailure {
        /// The tool.
        tool_name: String,
        /// The arguments of the call.
        tool_args: Value,
        /// The error.
        #[serde(deserialize_with = "error_text")]
        error: String,
    }
    /// Input of a hook that runs after an error (wire name `errorOccurred`).
    ErrorOccurred {
        /// The error.
        error: HookError,
        /// Where the error occurred.
        error_context: ErrorContext,
        /// Whether a retry may help.
        recoverable: bool,
    }
    /// Input of a hook that runs when the agent or a sub-agent is about to stop (wire name
    /// `agentStop`).
    AgentStop {
        /// The reason, such as `end_turn`.
        stop_reason: String,
        /// The file with the conversation.
        transcript_path: Option<PathBuf>,
        /// Whether an `agentStop` hook has already made the agent continue. If it blocks again, the
        /// agent may never stop.
        ///
        /// Reset to `false` for a sub-agent that a `subagentStop` hook made continue, so check
        /// `agent_id` as well.
        #[serde(rename = "stop_hook_active")]
        stop_hook_active: bool,
    }
    /// Input of a hook that runs when a sub-agent starts (wire name `subagentStart`).
    SubagentStart {
        /// The name of the sub-agent.
        agent_name: String,
        /// The display name.
        agent_display_name: Option<String>,
        /// The purpose of the sub-agent.
        agent_description: Option<String>,
        /// The file with the conversation.
        transcript_path: Option<PathBuf>,
    }
    /// Input of a hook that runs when a sub-agent is about to stop (wire name `subagentStop`).
    SubagentStop {
        /// The name of the sub-agent.
        agent_name: String,
        /// The display name.
        agent_display_name: Option<String>,
        /// The purpose of the sub-agent.
        agent_description: Option<String>,
        /// The file with the conversation.
        transcript_path: Option<PathBuf>,
        /// The reason, such as `end_turn`.
        stop_reason: String,
        /// The sub-agent's response.
        response: String,
        /// Whether a `subagentStop` hook has already made the sub-agent continue.
        #[serde(rename = "stop_hook_active")]
        stop_hook_active: bool,
    }
    /// Input of a hook that runs when a session ends (wire name `sessionEnd`).
    SessionEnd {
        /// Why the session ended.
        reason: SessionEndReason,
        /// The agent's last message.
        final_message: Option<String>,
        /// The error.
        error: Option<HookError>,
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

impl Default for SessionStartSource {
    fn default() -> Self {
        Self::from("")
    }
}

impl Default for ErrorContext {
    fn default() -> Self {
        Self::from("")
    }
}

impl Default for SessionEndReason {
    fn default() -> Self {
        Self::from("")
    }
}

/// An error as reported to hooks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookError {
    /// The kind of error, such as `Error`.
    pub name: String,
    /// The error.
    pub message: String,
    /// The stack trace in the CLI.
    pub stack: Option<String>,
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

fn error_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    HookError::deserialize(deserializer).map(|error| error.message)
}

fn epoch() -> SystemTime {
    SystemTime::UNIX_EPOCH
}

fn milliseconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SystemTime, D::Error> {
    let number = Value::deserialize(deserializer)?;
    let fraction = || Duration::try_from_secs_f64(number.as_f64()? / 1000.0).ok();
    let since = number.as_u64().map(Duration::from_millis).or_else(fraction).unwrap_or_default();
    Ok(SystemTime::UNIX_EPOCH.checked_add(since).unwrap_or(SystemTime::UNIX_EPOCH))
}
