use std::fmt;
use std::future::Future;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::chain::{Chained, Row, StopTurn, run};
use super::input::{
    AgentStop, ErrorOccurred, PostToolUse, PostToolUseFailure, PreMcpToolCall, PreToolUse,
    SessionEnd, SessionStart, SubagentStart, SubagentStop, UserPromptSubmitted,
    UserPromptTransformed,
};
use super::into_hook_output::{HookResult, IntoHookOutput};
use super::output::{
    ErrorOccurredOutput, PostToolUseFailureOutput, PostToolUseOutput, PreMcpToolCallOutput,
    PreToolUseOutput, SessionEndOutput, SessionStartOutput, StopOutput, SubagentStartOutput,
    UserPromptSubmittedOutput, UserPromptTransformedOutput,
};
use crate::handler::{BoxHandler, Handler};
use crate::ids::SessionId;
use crate::nullable::read_in_session;

macro_rules! hooks {
    ($($(#[$doc:meta])* $wire:literal $method:ident $on:ident($input:ident) -> $output:ident;)*) => {
        /// Hooks with state: implement the methods that you need, as `async fn`.
        ///
        /// ```
        /// use std::collections::HashSet;
        /// use copilot_sdk::hook::{HookResult, Hooks, PreToolUse, PreToolUseOutput};
        ///
        /// struct Allowed(HashSet<String>);
        ///
        /// impl Hooks for Allowed {
        ///     async fn pre_tool_use(&self, call: PreToolUse) -> HookResult<PreToolUseOutput> {
        ///         if self.0.contains(&call.tool_name) {
        ///             return Ok(None);
        ///         }
        ///         Ok(Some(PreToolUseOutput::deny("this tool is not on the list")))
        ///     }
        /// }
        /// ```
        pub trait Hooks: Send + Sync + 'static {
            $($(#[$doc])* fn $method(&self, input: $input) -> impl Future<Output = HookResult<$output>> + Send {
                drop(input);
                std::future::ready(Ok(None))
            })*
        }

        impl<H: Hooks> Hooks for Arc<H> {
            $(fn $method(&self, input: $input) -> impl Future<Output = HookResult<$output>> + Send {
                (**self).$method(input)
            })*
        }

        impl<H: Hooks> Hooks for Box<H> {
            $(fn $method(&self, input: $input) -> impl Future<Output = HookResult<$output>> + Send {
                (**self).$method(input)
            })*
        }

        /// The hooks of a session, by kind and in the order in which they were added.
        #[derive(Clone, Default)]
        #[must_use]
        pub struct HookSet {
            $($method: Row<$input, $output>,)*
        }

        impl HookSet {
            /// A set without hooks.
            pub fn new() -> Self {
                Self::default()
            }

            $($(#[$doc])* pub fn $on<Fut>(mut self, hook: impl Handler<$input, Fut>) -> Self
            where
                Fut: Future<Output: IntoHookOutput<$output>> + Send + 'static,
            {
                self.$method.push(BoxHandler::with(hook, IntoHookOutput::into_hook_output));
                self
            })*

            /// Adds hooks with state.
            pub fn hooks(mut self, hooks: impl Hooks) -> Self {
                let hooks = Arc::new(hooks);
                $(
                    let shared = hooks.clone();
                    let call = move |input| {
                        let hooks = shared.clone();
                        async move { hooks.$method(input).await }
                    };
                    self.$method.push(BoxHandler::new(call));
                )*
                self
            }

            /// Adds the hooks of another set behind these.
            pub fn and(mut self, later: HookSet) -> Self {
                $(self.$method.extend(later.$method);)*
                self
            }

            pub(crate) fn is_empty(&self) -> bool {
                true $(&& self.$method.is_empty())*
            }

            /// The answer to `hooks.invoke`; no opinion about kinds that are not known here.
            ///
            /// `session_id` is the root session of the call; that of the input names a sub-agent.
            pub(crate) async fn invoke(
                &self,
                session_id: &SessionId,
                hook_type: &str,
                input: Option<&RawValue>,
            ) -> HookAnswer {
                match hook_type {
                    $($wire => answer($wire, &self.$method, session_id, input).await,)*
                    _ => HookAnswer::NoOpinion,
                }
            }

            /// The answer to `hooks.invoke` when the session ends before its hook does.
            pub(crate) fn unanswered(hook_type: &str) -> HookAnswer {
                match hook_type {
                    $($wire => failed::<$input, $output>(),)*
                    _ => HookAnswer::NoOpinion,
                }
            }
        }

        impl fmt::Debug for HookSet {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct("HookSet")$(.field(stringify!($method), &self.$method.len()))*.finish()
            }
        }
    };
}

hooks! {
    /// Before the first prompt of a session is sent.
    "sessionStart" session_start on_session_start(SessionStart) -> SessionStartOutput;
    /// When a prompt was sent, also the task of a sub-agent: can change it and add context.
    "userPromptSubmitted" user_prompt_submitted on_user_prompt_submitted(UserPromptSubmitted) -> UserPromptSubmittedOutput;
    /// When a prompt has its final form, also the task of a sub-agent: can replace all of it.
    "userPromptTransformed" user_prompt_transformed on_user_prompt_transformed(UserPromptTransformed) -> UserPromptTransformedOutput;
    /// Before each tool call: can allow, deny or ask, and change the arguments. A failure or panic
    /// denies the call.
    "preToolUse" pre_tool_use on_pre_tool_use(PreToolUse) -> PreToolUseOutput;
    /// Before each call of an MCP server's tool, after permissions: can change the metadata. A
    /// failure or panic stops the turn, because the CLI knows no refusal here.
    "preMcpToolCall" pre_mcp_tool_call on_pre_mcp_tool_call(PreMcpToolCall) -> PreMcpToolCallOutput;
    /// After each tool call that succeeded: can change the result and add context.
    "postToolUse" post_tool_use on_post_tool_use(PostToolUse) -> PostToolUseOutput;
    /// After each tool call that failed: can add context.
    "postToolUseFailure" post_tool_use_failure on_post_tool_use_failure(PostToolUseFailure) -> PostToolUseFailureOutput;
    /// When something failed; what it answers changes nothing in CLI 1.0.102.
    "errorOccurred" error_occurred on_error_occurred(ErrorOccurred) -> ErrorOccurredOutput;
    /// When the agent has nothing more to do, and when a sub-agent has: can send it back to work.
    "agentStop" agent_stop on_agent_stop(AgentStop) -> StopOutput;
    /// When a sub-agent starts: can add context.
    "subagentStart" subagent_start on_subagent_start(SubagentStart) -> SubagentStartOutput;
    /// When a sub-agent has nothing more to do: can send it back to work.
    "subagentStop" subagent_stop on_subagent_stop(SubagentStop) -> StopOutput;
    /// When the session ends.
    "sessionEnd" session_end on_session_end(SessionEnd) -> SessionEndOutput;
}

/// The answer to `hooks.invoke`.
#[derive(Debug, PartialEq)]
pub(crate) enum HookAnswer {
    /// `{}`.
    NoOpinion,
    /// `{output}`.
    Output(Value),
    /// Abort the session's turn, wait until that is answered, and then answer `{}`: the CLI takes
    /// every answer to this hook for consent, but drops the call when the turn was aborted before.
    StopTurn,
}

async fn answer<In, Out>(
    kind: &str,
    row: &[BoxHandler<In, Option<Out>>],
    session_id: &SessionId,
    input: Option<&RawValue>,
) -> HookAnswer
where
    In: DeserializeOwned + Clone + Send + 'static,
    Out: Chained<In> + Serialize + Send + 'static,
{
    if row.is_empty() {
        return HookAnswer::NoOpinion;
    }
    let output = match read_in_session(session_id, input) {
        Ok(input) => run(kind, row, input).await,
        Err(error) => {
            let failure = Out::on_failure();
            tracing::error!(hook = kind, %session_id, %error, "the input of a hook cannot be \
                                                               read; {}", failure.effect());
            failure.into_opinion()
        }
    };
    written(output)
}

fn failed<In, Out: Chained<In> + Serialize>() -> HookAnswer {
    written(Out::on_failure().into_opinion())
}

fn written<Out: Serialize>(output: Result<Option<Out>, StopTurn>) -> HookAnswer {
    let Ok(output) = output else { return HookAnswer::StopTurn };
    match serde_json::to_value(output) {
        Ok(Value::Object(fields)) if !fields.is_empty() => {
            HookAnswer::Output(Value::Object(fields))
        }
        // An output without any field is no opinion.
        _ => HookAnswer::NoOpinion,
    }
}
