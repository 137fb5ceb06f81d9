use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::outcome::ToolOutcome;
use crate::open_enum::open_enum;

/// What a hook may answer; implemented by the output types of this module only.
pub trait HookOutput: sealed::Sealed + Send + 'static {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! outputs {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[doc = $field_doc:literal])* $(#[serde($serde:ident)])? $field:ident: $type:ty,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Serialize)]
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

        impl sealed::Sealed for $name {}
        impl HookOutput for $name {}
    )*};
}

outputs! {
    /// What a [`SessionStart`](super::SessionStart) hook wants.
    SessionStartOutput {
        /// Text for the model, as a first user message of its own (wire name `additionalContext`).
        additional_context: String,
        /// Changes of the session's configuration (wire name `modifiedConfig`).
        modified_config: Value,
    }
    /// What a [`UserPromptSubmitted`](super::UserPromptSubmitted) hook wants.
    UserPromptSubmittedOutput {
        /// The prompt to send in its place (wire name `modifiedPrompt`).
        modified_prompt: String,
        /// Text for the model, as a reminder inside the user message (wire name
        /// `additionalContext`).
        additional_context: String,
        /// Whether the hook's output is kept out of the timeline (wire name `suppressOutput`).
        suppress_output: bool,
    }
    /// What a [`UserPromptTransformed`](super::UserPromptTransformed) hook wants.
    UserPromptTransformedOutput {
        /// The whole user message to send in its place (wire name `modifiedTransformedPrompt`).
        modified_transformed_prompt: String,
    }
    /// What a [`PreToolUse`](super::PreToolUse) hook wants.
    PreToolUseOutput {
        /// Whether the tool may run (wire name `permissionDecision`); without one the usual
        /// permissions apply.
        #[serde(flatten)]
        verdict: ToolVerdict,
        /// The arguments to call it with (wire name `modifiedArgs`).
        modified_args: Value,
        /// Text for the model, as a user message after the tool results (wire name
        /// `additionalContext`).
        additional_context: String,
        /// Whether the hook's output is kept out of the timeline (wire name `suppressOutput`).
        suppress_output: bool,
    }
    /// What a [`PostToolUse`](super::PostToolUse) hook wants.
    PostToolUseOutput {
        /// The result that the model is given: a `ToolResult`, or the hook's own with another
        /// text (wire name `modifiedResult`).
        modified_result: ToolOutcome,
        /// Text for the model, added to the tool's (wire name `additionalContext`).
        additional_context: String,
        /// Whether the hook's output is kept out of the timeline (wire name `suppressOutput`).
        suppress_output: bool,
    }
    /// What a [`PostToolUseFailure`](super::PostToolUseFailure) hook wants.
    PostToolUseFailureOutput {
        /// Text for the model, as a user message after the tool results (wire name
        /// `additionalContext`).
        additional_context: String,
    }
    /// What an [`ErrorOccurred`](super::ErrorOccurred) hook wants.
    ///
    /// CLI 1.0.102 asks after each failed model call, but goes by its own rules whatever the answer
    /// is.
    ErrorOccurredOutput {
        /// How to go on (wire name `errorHandling`).
        error_handling: ErrorHandling,
        /// How often to try again (wire name `retryCount`).
        retry_count: u32,
        /// What to tell the user (wire name `userNotification`).
        user_notification: String,
        /// Whether the hook's output is kept out of the timeline (wire name `suppressOutput`).
        suppress_output: bool,
    }
    /// What a [`SubagentStart`](super::SubagentStart) hook wants.
    SubagentStartOutput {
        /// Text for the sub-agent (wire name `additionalContext`).
        additional_context: String,
    }
    /// What a [`SessionEnd`](super::SessionEnd) hook wants.
    SessionEndOutput {
        /// Whether the hook's output is kept out of the timeline (wire name `suppressOutput`).
        suppress_output: bool,
        /// What was cleaned up (wire name `cleanupActions`).
        cleanup_actions: Vec<String>,
        /// What the session was about (wire name `sessionSummary`).
        session_summary: String,
    }
}

/// Whether a tool may run (wire name `permissionDecision`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "permissionDecision", rename_all = "lowercase")]
#[non_exhaustive]
pub enum ToolVerdict {
    /// It runs without a permission request.
    Allow,
    /// It does not run, and the model reads why.
    Deny {
        /// Why (wire name `permissionDecisionReason`).
        #[serde(rename = "permissionDecisionReason")]
        reason: String,
    },
    /// A permission request of the kind `hook` decides.
    Ask {
        /// Why (wire name `permissionDecisionReason`).
        #[serde(rename = "permissionDecisionReason")]
        reason: String,
    },
}

open_enum! {
    /// How to go on after an error (wire name `errorHandling`).
    pub enum ErrorHandling {
        /// Try again.
        Retry = "retry",
        /// Go on without it.
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

    /// The tool does not run, and the model reads why.
    pub fn deny(reason: impl Into<String>) -> Self {
        Self::default().verdict(ToolVerdict::Deny { reason: reason.into() })
    }

    /// A permission request of the kind `hook` decides, with this reason.
    pub fn ask(reason: impl Into<String>) -> Self {
        Self::default().verdict(ToolVerdict::Ask { reason: reason.into() })
    }
}

impl ErrorOccurredOutput {
    /// Asks the CLI to try again, at most that often; 1.0.102 ignores it.
    pub fn retry(times: u32) -> Self {
        Self::default().error_handling(ErrorHandling::Retry).retry_count(times)
    }

    /// Asks the CLI to go on without what failed; 1.0.102 ignores it.
    pub fn skip() -> Self {
        Self::default().error_handling(ErrorHandling::Skip)
    }

    /// Asks the CLI to end the turn; 1.0.102 ignores it.
    pub fn abort() -> Self {
        Self::default().error_handling(ErrorHandling::Abort)
    }
}

/// What a [`PreMcpToolCall`](super::PreMcpToolCall) hook wants.
///
/// The CLI knows no refusal here: deny the tool in a [`PreToolUse`](super::PreToolUse) hook, where
/// it is named with its server in front.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
#[must_use]
pub struct PreMcpToolCallOutput {
    /// The metadata to send with the call (wire name `metaToUse`); an empty map sends none.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "null_when_empty")]
    pub meta_to_use: Option<Map<String, Value>>,
}

impl PreMcpToolCallOutput {
    /// The metadata to send with the call (wire name `metaToUse`); an empty map sends none.
    pub fn meta_to_use(mut self, meta: Map<String, Value>) -> Self {
        self.meta_to_use = Some(meta);
        self
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn null_when_empty<S: Serializer>(
    meta: &Option<Map<String, Value>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    meta.as_ref().filter(|meta| !meta.is_empty()).serialize(serializer)
}

/// What an [`AgentStop`](super::AgentStop) or [`SubagentStop`](super::SubagentStop) hook wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "decision", rename_all = "lowercase")]
#[non_exhaustive]
pub enum StopOutput {
    /// Sends the agent back to work, with the reason as its next prompt.
    Block {
        /// The next prompt.
        reason: String,
    },
}

impl StopOutput {
    /// Sends the agent back to work, with the reason as its next prompt. Look at
    /// [`stop_hook_active`](super::AgentStop::stop_hook_active) first, or it never ends; in an
    /// `agentStop` hook also at [`agent_id`](super::AgentStop::agent_id), because it is asked for
    /// each sub-agent as well.
    pub fn block(reason: impl Into<String>) -> Self {
        Self::Block { reason: reason.into() }
    }
}

impl sealed::Sealed for PreMcpToolCallOutput {}
impl HookOutput for PreMcpToolCallOutput {}
impl sealed::Sealed for StopOutput {}
impl HookOutput for StopOutput {}
