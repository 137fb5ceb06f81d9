use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::outcome::ToolOutcome;
use crate::open_enum::open_enum;
use crate::sizes::field;

/// The output of a hook. Implemented only by the output types of this module.
pub trait HookOutput: sealed::Sealed + Send + 'static {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! outputs {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[doc = $field_doc:literal])* $(#[serde($serde:ident)])? $field:ident: $type:ty,)*
    })*) => {$(
        $(#[$doc])*
        ///
        /// `Debug` shows arguments, results and texts for the model by name and size only.
        #[derive(Clone, Default, PartialEq, Serialize)]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        #[must_use]
        pub struct $name {
            $(
                $(#[doc = $field_doc])*
                #[serde(skip_serializing_if = "Option::is_none" $(, $serde)?)]
                pub $field: Option<$type>,
            )*
        }

        impl $name {
            $($(#[doc = $field_doc])* pub fn $field(mut self, value: impl Into<$type>) -> Self {
                self.$field = Some(value.into());
                self
            })*
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &field(stringify!($field), &self.$field)))*
                    .finish()
            }
        }

        impl sealed::Sealed for $name {}
        impl HookOutput for $name {}
    )*};
}

outputs! {
    /// The output of a [`SessionStart`](super::SessionStart) hook.
    SessionStartOutput {
        /// Text for the model, sent as a separate first user message (wire name
        /// `additionalContext`).
        additional_context: String,
        /// Changes to the session's configuration (wire name `modifiedConfig`).
        modified_config: Value,
    }
    /// The output of a [`UserPromptSubmitted`](super::UserPromptSubmitted) hook.
    UserPromptSubmittedOutput {
        /// The prompt to send instead (wire name `modifiedPrompt`).
        modified_prompt: String,
        /// Text for the model, sent as a reminder inside the user message (wire name
        /// `additionalContext`).
        additional_context: String,
        /// Whether to hide the hook's output from the timeline (wire name `suppressOutput`).
        suppress_output: bool,
    }
    /// The output of a [`UserPromptTransformed`](super::UserPromptTransformed) hook.
    UserPromptTransformedOutput {
        /// The whole user message to send instead (wire name `modifiedTransformedPrompt`).
        modified_transformed_prompt: String,
    }
    /// The output of a [`PreToolUse`](super::PreToolUse) hook.
    PreToolUseOutput {
        /// Whether the tool may run (wire name `permissionDecision`). If absent, the usual
        /// permissions apply.
        #[serde(flatten)]
        verdict: ToolVerdict,
        /// The arguments to call the tool with (wire name `modifiedArgs`).
        modified_args: Value,
        /// Text for the model, sent as a user message after the tool results (wire name
        /// `additionalContext`).
        additional_context: String,
        /// Whether to hide the hook's output from the timeline (wire name `suppressOutput`).
        suppress_output: bool,
    }
    /// The output of a [`PostToolUse`](super::PostToolUse) hook.
    PostToolUseOutput {
        /// The result for the model: a `ToolResult`, or the one from the input with another text
        /// (wire name `modifiedResult`).
        modified_result: ToolOutcome,
        /// Text for the model, appended to that of the tool (wire name `additionalContext`).
        additional_context: String,
        /// Whether to hide the hook's output from the timeline (wire name `suppressOutput`).
        suppress_output: bool,
    }
    /// The output of a [`PostToolUseFailure`](super::PostToolUseFailure) hook.
    PostToolUseFailureOutput {
        /// Text for the model, sent as a user message after the tool results (wire name
        /// `additionalContext`).
        additional_context: String,
    }
    /// The output of an [`ErrorOccurred`](super::ErrorOccurred) hook.
    ///
    /// CLI 1.0.102 calls the hook after each failed model call, but ignores its output.
    ErrorOccurredOutput {
        /// How to continue (wire name `errorHandling`).
        error_handling: ErrorHandling,
        /// Number of retries (wire name `retryCount`).
        retry_count: u32,
        /// A message for the user (wire name `userNotification`).
        user_notification: String,
        /// Whether to hide the hook's output from the timeline (wire name `suppressOutput`).
        suppress_output: bool,
    }
    /// The output of a [`SubagentStart`](super::SubagentStart) hook.
    SubagentStartOutput {
        /// Text for the sub-agent (wire name `additionalContext`).
        additional_context: String,
    }
    /// The output of a [`SessionEnd`](super::SessionEnd) hook.
    SessionEndOutput {
        /// Whether to hide the hook's output from the timeline (wire name `suppressOutput`).
        suppress_output: bool,
        /// Cleanup actions performed (wire name `cleanupActions`).
        cleanup_actions: Vec<String>,
        /// A summary of the session (wire name `sessionSummary`).
        session_summary: String,
    }
}

/// Whether a tool may run (wire name `permissionDecision`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "permissionDecision", rename_all = "lowercase")]
#[non_exhaustive]
pub enum ToolVerdict {
    /// The tool runs without a permission request.
    Allow,
    /// The tool does not run, and the model gets the reason.
    Deny {
        /// The reason (wire name `permissionDecisionReason`).
        #[serde(rename = "permissionDecisionReason")]
        reason: String,
    },
    /// A permission request of kind `hook` decides.
    Ask {
        /// The reason (wire name `permissionDecisionReason`).
        #[serde(rename = "permissionDecisionReason")]
        reason: String,
    },
}

open_enum! {
    /// How to continue after an error (wire name `errorHandling`).
    pub enum ErrorHandling {
        /// Retry.
        Retry = "retry",
        /// Continue without it.
        Skip = "skip",
        /// End the turn.
        Abort = "abort",
    }
}

impl PreToolUseOutput {
    /// The tool runs without a permission request.
    pub fn allow() -> Self {
        Self::default().verdict(ToolVerdict::Allow)
    }

    /// Denies the call. The model gets the reason.
    pub fn deny(reason: impl Into<String>) -> Self {
        Self::default().verdict(ToolVerdict::Deny { reason: reason.into() })
    }

    /// Makes a permission request of kind `hook` with this reason decide.
    pub fn ask(reason: impl Into<String>) -> Self {
        Self::default().verdict(ToolVerdict::Ask { reason: reason.into() })
    }
}

impl ErrorOccurredOutput {
    /// Asks the CLI to retry, at most `times` times. Ignored by CLI 1.0.102.
    pub fn retry(times: u32) -> Self {
        Self::default().error_handling(ErrorHandling::Retry).retry_count(times)
    }

    /// Asks the CLI to continue without the failed operation. Ignored by CLI 1.0.102.
    pub fn skip() -> Self {
        Self::default().error_handling(ErrorHandling::Skip)
    }

    /// Asks the CLI to end the turn. Ignored by CLI 1.0.102.
    pub fn abort() -> Self {
        Self::default().error_handling(ErrorHandling::Abort)
    }
}

/// The output of a [`PreMcpToolCall`](super::PreMcpToolCall) hook.
///
/// A call cannot be refused here. Deny it in a [`PreToolUse`](super::PreToolUse) hook, where the
/// tool name is prefixed with its server.
///
/// `Debug` shows the metadata by name and size only.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[must_use]
pub struct PreMcpToolCallOutput {
    /// The metadata to send with the call (wire name `metaToUse`). An empty map sends none.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "null_when_empty")]
    pub meta_to_use: Option<Map<String, Value>>,
}

impl PreMcpToolCallOutput {
    /// The metadata to send with the call (wire name `metaToUse`). An empty map sends none.
    pub fn meta_to_use(mut self, meta: Map<String, Value>) -> Self {
        self.meta_to_use = Some(meta);
        self
    }
}

impl fmt::Debug for PreMcpToolCallOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreMcpToolCallOutput")
            .field("meta_to_use", &field("meta_to_use", &self.meta_to_use))
            .finish()
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn null_when_empty<S: Serializer>(
    meta: &Option<Map<String, Value>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    meta.as_ref().filter(|meta| !meta.is_empty()).serialize(serializer)
}

/// The output of an [`AgentStop`](super::AgentStop) or [`SubagentStop`](super::SubagentStop) hook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "decision", rename_all = "lowercase")]
#[non_exhaustive]
pub enum StopOutput {
    /// Makes the agent continue, with the reason as its next prompt.
    Block {
        /// The next prompt.
        reason: String,
    },
}

impl StopOutput {
    /// Makes the agent continue, with the reason as its next prompt. Check
    /// [`stop_hook_active`](super::AgentStop::stop_hook_active) first, or it never stops; in an
    /// `agentStop` hook also check [`agent_id`](super::AgentStop::agent_id), because the hook also
    /// runs for every sub-agent.
    pub fn block(reason: impl Into<String>) -> Self {
        Self::Block { reason: reason.into() }
    }
}

impl sealed::Sealed for PreMcpToolCallOutput {}
impl HookOutput for PreMcpToolCallOutput {}
impl sealed::Sealed for StopOutput {}
impl HookOutput for StopOutput {}
