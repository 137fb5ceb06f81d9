use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::outcome::ToolOutcome;
use crate::ids::{AgentId, SessionId, ToolCallId};
use crate::open_enum::open_enum;
use crate::sizes::{Size, field};

macro_rules! inputs {
    ($($(#[$doc:meta])* $name:ident {
        $(@required { $($(#[$required_doc:meta])* $required:ident: $required_type:ty,)* })?
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)*
    })*) => {$(
        $(#[$doc])*
        ///
        /// `Debug` shows arguments, results and texts of the conversation by name and size only.
        #[derive(Clone, PartialEq, Deserialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            /// The session, also for what happens in a sub-agent.
            pub session_id: SessionId,
            /// The sub-agent that it happens in or is about; `None` for the session's own agent.
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
            /// When it happened (wire: milliseconds since 1970).
            #[serde(default = "epoch", deserialize_with = "milliseconds")]
            pub timestamp: SystemTime,
            $($($(#[$required_doc])* pub $required: $required_type,)*)?
            $($(#[$field_doc])* #[serde(default)] pub $field: $type,)*
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("session_id", &self.session_id)
                    .field("agent_id", &self.agent_id)
                    .field("agent_type", &self.agent_type)
                    .field("parent_agent_id", &self.parent_agent_id)
                    .field("cwd", &self.cwd)
                    .field("timestamp", &self.timestamp)
                    $($(.field(stringify!($required), &self.$required))*)?
                    $(.field(stringify!($field), &field(stringify!($field), &self.$field)))*
                    .finish()
            }
        }
    )*};
}

inputs! {
    /// The first prompt of a session is about to be sent (wire name `sessionStart`).
    SessionStart {
        /// Whether the session is new.
        source: SessionStartSource,
        /// The first prompt.
        initial_prompt: Option<String>,
    }
    /// A prompt was sent, by the user or to a sub-agent (wire name `userPromptSubmitted`).
    UserPromptSubmitted {
        /// The prompt.
        prompt: String,
    }
    /// A prompt got the form in which the model will read it (wire name `userPromptTransformed`).
    UserPromptTransformed {
        /// The prompt as it was sent.
        prompt: String,
        /// The prompt as the model will read it, with date and time in front.
        transformed_prompt: String,
    }
    /// A tool is about to be called (wire name `preToolUse`).
    PreToolUse {
        // What has no name cannot be judged: reading fails, and the call is denied.
        @required {
            /// The tool.
            tool_name: String,
        }
        /// The arguments as JSON.
        tool_args: Value,
    }
    /// A tool of an MCP server is about to be called (wire name `preMcpToolCall`).
    PreMcpToolCall {
        @required {
            /// The server.
            server_name: String,
            /// The tool without the server's name.
            tool_name: String,
        }
        /// The model's number of the call.
        tool_call_id: Option<ToolCallId>,
        /// The arguments as JSON.
        arguments: Value,
        /// The metadata that would go with the call (wire name `_meta`).
        #[serde(rename = "_meta")]
        meta: Option<Map<String, Value>>,
    }
    /// A tool succeeded (wire name `postToolUse`).
    PostToolUse {
        /// The tool.
        tool_name: String,
        /// The arguments with which it was called, after changes by hooks.
        tool_args: Value,
        /// Its result.
        tool_result: ToolOutcome,
    }
    /// A tool failed (wire name `postToolUseFailure`).
    PostToolUseFailure {
        /// The tool.
        tool_name: String,
        /// The arguments with which it was called.
        tool_args: Value,
        /// What went wrong.
        #[serde(deserialize_with = "error_text")]
        error: String,
    }
    /// Something failed that the CLI can handle in several ways (wire name `errorOccurred`).
    ErrorOccurred {
        /// What went wrong.
        error: HookError,
        /// Where it went wrong.
        error_context: ErrorContext,
        /// Whether trying again may help.
        recoverable: bool,
    }
    /// The agent, or a sub-agent, has nothing more to do (wire name `agentStop`).
    AgentStop {
        /// Why, such as `end_turn`.
        stop_reason: String,
        /// Where the conversation is kept.
        transcript_path: Option<PathBuf>,
        /// Whether an `agentStop` hook has already sent the agent back to work: block again, and it
        /// may never stop.
        ///
        /// Of a sub-agent that a `subagentStop` hook sent back it is `false` again, so look at
        /// `agent_id`, too.
        #[serde(rename = "stop_hook_active")]
        stop_hook_active: bool,
    }
    /// A sub-agent starts (wire name `subagentStart`).
    SubagentStart {
        /// The sub-agent's name.
        agent_name: String,
        /// Its name for people.
        agent_display_name: Option<String>,
        /// What it is for.
        agent_description: Option<String>,
        /// Where the conversation is kept.
        transcript_path: Option<PathBuf>,
    }
    /// A sub-agent has nothing more to do (wire name `subagentStop`).
    SubagentStop {
        /// The sub-agent's name.
        agent_name: String,
        /// Its name for people.
        agent_display_name: Option<String>,
        /// What it is for.
        agent_description: Option<String>,
        /// Where the conversation is kept.
        transcript_path: Option<PathBuf>,
        /// Why, such as `end_turn`.
        stop_reason: String,
        /// What it answers.
        response: String,
        /// Whether a `subagentStop` hook has already sent the sub-agent back to work.
        #[serde(rename = "stop_hook_active")]
        stop_hook_active: bool,
    }
    /// A session ends (wire name `sessionEnd`).
    SessionEnd {
        /// Why the session ended.
        reason: SessionEndReason,
        /// The agent's last message.
        final_message: Option<String>,
        /// What went wrong.
        error: Option<HookError>,
    }
}

open_enum! {
    /// How a session came to be (wire name `source`).
    pub enum SessionStartSource {
        /// The CLI started with it.
        Startup = "startup",
        /// It was resumed.
        Resume = "resume",
        /// It is new.
        New = "new",
    }
}

open_enum! {
    /// Where an error happened (wire name `errorContext`).
    pub enum ErrorContext {
        /// In a request to the model.
        ModelCall = "model_call",
        /// In a tool.
        ToolExecution = "tool_execution",
        /// In the CLI.
        System = "system",
        /// In what the user entered.
        UserInput = "user_input",
    }
}

open_enum! {
    /// Why a session ended (wire name `reason`).
    pub enum SessionEndReason {
        /// Its work was done.
        Complete = "complete",
        /// It failed.
        Error = "error",
        /// It was aborted.
        Abort = "abort",
        /// It took too long.
        Timeout = "timeout",
        /// It was closed.
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

/// An error as hooks see it; `Debug` shows the sizes of its texts only.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HookError {
    /// The kind of error, such as `Error`.
    pub name: String,
    /// What went wrong.
    pub message: String,
    /// Where it happened in the CLI.
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
    /// Older CLIs send text in place of an object.
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
