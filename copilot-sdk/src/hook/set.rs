use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::call::HookCall;
use super::chain::{Chained, FailurePolicy, StopTurn, run};
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
use crate::payload::SessionQuestion;

macro_rules! hooks {
    ($(
        $(#[$doc:meta])*
        $wire:literal $method:ident $on:ident($input:ident) -> $output:ident;
    )*) => {
        /// Stateful hooks. Implement the methods you need as `async fn`.
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
            $($(#[$doc])* fn $method(
                &self,
                input: $input,
            ) -> impl Future<Output = HookResult<$output>> + Send {
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

        /// A set of hooks, by kind and in the order they were added.
        #[derive(Clone, Default)]
        #[must_use]
        pub struct HookSet {
            $($method: HookRow<$input>,)*
        }

        impl HookSet {
            /// Creates an empty set.
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

            /// Adds stateful hooks.
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

            /// Adds the hooks of another set after these.
            pub fn and(mut self, later: HookSet) -> Self {
                $(self.$method.extend(later.$method);)*
                self
            }

            pub(crate) fn is_empty(&self) -> bool {
                true $(&& self.$method.hooks.is_empty())*
            }

            /// Answers `hooks.invoke`. Unknown kinds get no opinion.
            ///
            /// `session_id` is the root session of the call; the one in the input may name a
            /// sub-agent.
            pub(crate) async fn invoke(
                &self,
                session_id: &SessionId,
                call: &HookCall<'_>,
            ) -> HookAnswer {
                let answer = match call.hook_type() {
                    $($wire => self.$method.answer(session_id, call),)*
                    _ => None,
                };
                match answer {
                    Some(answer) => answer.await,
                    None => HookAnswer::NoOpinion,
                }
            }

            /// The answer to a hook before a tool call that denies the call.
            pub(crate) fn denial(reason: &str) -> HookAnswer {
                written(Ok(Some(PreToolUseOutput::deny(reason))))
            }

            /// The answer to `hooks.invoke` if the session ends before the hook.
            pub(crate) fn unanswered(hook_type: &str) -> HookAnswer {
                match hook_type {
                    $($wire => failed::<$input, $output>(),)*
                    _ => HookAnswer::NoOpinion,
                }
            }
        }

        $(impl HookKind for $input {
            type Output = $output;

            fn answer<'a>(
                hooks: &'a [BoxHandler<Self, Option<$output>>],
                session_id: &'a SessionId,
                call: &'a HookCall<'a>,
            ) -> BoxFuture<'a, HookAnswer> {
                answer($wire, hooks, session_id, call)
            }
        })*

        impl fmt::Debug for HookSet {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct("HookSet")
                    $(.field(stringify!($method), &self.$method.hooks.len()))*
                    .finish()
            }
        }
    };
}

hooks! {
    /// Runs before the session's first prompt is sent. Can add context.
    "sessionStart" session_start on_session_start(SessionStart) -> SessionStartOutput;
    /// Runs when a prompt is submitted, including the task of a sub-agent. Can change it and add
    /// context.
    "userPromptSubmitted" user_prompt_submitted on_user_prompt_submitted(UserPromptSubmitted) -> UserPromptSubmittedOutput;
    /// Runs when a prompt has its final form, including the task of a sub-agent. Can replace it
    /// entirely.
    "userPromptTransformed" user_prompt_transformed on_user_prompt_transformed(UserPromptTransformed) -> UserPromptTransformedOutput;
    /// Runs before each tool call. Can allow, deny or ask, and change the arguments. If the hook
    /// fails or panics, the call is denied.
    "preToolUse" pre_tool_use on_pre_tool_use(PreToolUse) -> PreToolUseOutput;
    /// Runs before each MCP tool call, after the permission check. Can change the metadata. If the
    /// hook fails or panics, the turn is aborted, because the CLI has no way to refuse the call
    /// here.
    "preMcpToolCall" pre_mcp_tool_call on_pre_mcp_tool_call(PreMcpToolCall) -> PreMcpToolCallOutput;
    /// Runs after each successful tool call. Can change the result and add context.
    "postToolUse" post_tool_use on_post_tool_use(PostToolUse) -> PostToolUseOutput;
    /// Runs after each failed tool call. Can add context.
    "postToolUseFailure" post_tool_use_failure on_post_tool_use_failure(PostToolUseFailure) -> PostToolUseFailureOutput;
    /// Runs when an error occurs. CLI 1.0.102 ignores the output.
    "errorOccurred" error_occurred on_error_occurred(ErrorOccurred) -> ErrorOccurredOutput;
    /// Runs when the agent or a sub-agent is about to stop. Can make it continue.
    "agentStop" agent_stop on_agent_stop(AgentStop) -> StopOutput;
    /// Runs when a sub-agent starts. Can add context.
    "subagentStart" subagent_start on_subagent_start(SubagentStart) -> SubagentStartOutput;
    /// Runs when a sub-agent is about to stop. Can make it continue.
    "subagentStop" subagent_stop on_subagent_stop(SubagentStop) -> StopOutput;
    /// Runs when the session ends normally.
    "sessionEnd" session_end on_session_end(SessionEnd) -> SessionEndOutput;
}

/// The answer to `hooks.invoke`.
#[derive(Debug)]
pub(crate) enum HookAnswer {
    /// `{}`.
    NoOpinion,
    /// `{output}`.
    Output(Box<RawValue>),
    /// Abort the session's turn, wait for the response, then answer `{}`: the CLI treats every
    /// answer to this hook as consent, but drops the call if the turn has been aborted.
    StopTurn,
}

/// The input of a kind of hook.
trait HookKind: Sized {
    type Output;

    /// Boxed, so that the future of an answer is not as large as that of every kind together.
    fn answer<'a>(
        hooks: &'a [BoxHandler<Self, Option<Self::Output>>],
        session_id: &'a SessionId,
        call: &'a HookCall<'a>,
    ) -> BoxFuture<'a, HookAnswer>;
}

/// Hooks of one kind, in order. A hook without an opinion returns `None`.
struct HookRow<In: HookKind> {
    hooks: Vec<BoxHandler<In, Option<In::Output>>>,
    /// [`HookKind::answer`], set with the first hook: a program has the code of the kinds that it
    /// has hooks of, and of no others.
    answer: Option<AnswerHooks<In>>,
}

type AnswerHooks<In> = for<'a> fn(
    &'a [BoxHandler<In, Option<<In as HookKind>::Output>>],
    &'a SessionId,
    &'a HookCall<'a>,
) -> BoxFuture<'a, HookAnswer>;

impl<In: HookKind> HookRow<In> {
    fn push(&mut self, hook: BoxHandler<In, Option<In::Output>>) {
        self.answer = Some(In::answer);
        self.hooks.push(hook);
    }

    fn extend(&mut self, later: Self) {
        self.answer = self.answer.or(later.answer);
        self.hooks.extend(later.hooks);
    }

    /// `None` without hooks.
    fn answer<'a>(
        &'a self,
        session_id: &'a SessionId,
        call: &'a HookCall<'a>,
    ) -> Option<BoxFuture<'a, HookAnswer>> {
        self.answer.map(|answer| answer(&self.hooks, session_id, call))
    }
}

impl<In: HookKind> Clone for HookRow<In> {
    fn clone(&self) -> Self {
        Self { hooks: self.hooks.clone(), answer: self.answer }
    }
}

impl<In: HookKind> Default for HookRow<In> {
    fn default() -> Self {
        Self { hooks: Vec::new(), answer: None }
    }
}

fn answer<'a, In, Out>(
    kind: &'a str,
    hooks: &'a [BoxHandler<In, Option<Out>>],
    session_id: &'a SessionId,
    call: &'a HookCall<'a>,
) -> BoxFuture<'a, HookAnswer>
where
    In: SessionQuestion + Clone + Send + 'static,
    Out: Chained<In> + Serialize + Send + 'static,
{
    // Here, because the future would have room for it twice.
    let mut input = call.read(session_id).map(Some);
    Box::pin(async move {
        let output = match &mut input {
            Ok(input) => run(kind, hooks, input).await,
            Err(error) => {
                let failure = Out::on_failure();
                log_unreadable(kind, session_id, error, failure.effect());
                failure.into_opinion()
            }
        };
        written(output)
    })
}

/// Not generic, so that it is compiled once.
fn log_unreadable(kind: &str, session_id: &SessionId, error: &serde_json::Error, effect: &str) {
    tracing::error!(hook = kind, %session_id, %error, "the input of a hook cannot be read; {effect}");
}

fn failed<In, Out: Chained<In> + Serialize>() -> HookAnswer {
    match Out::on_failure() {
        FailurePolicy::NoOpinion => HookAnswer::NoOpinion,
        FailurePolicy::Opinion(opinion) => written(Ok(Some(opinion))),
        FailurePolicy::StopTurn => HookAnswer::StopTurn,
    }
}

fn written<Out: Serialize>(output: Result<Option<Out>, StopTurn>) -> HookAnswer {
    let output = match output {
        Ok(Some(output)) => output,
        Ok(None) => return HookAnswer::NoOpinion,
        Err(StopTurn) => return HookAnswer::StopTurn,
    };
    match to_raw_value(&output) {
        // An output without fields is no opinion.
        Ok(output) if output.get() != "{}" => HookAnswer::Output(output),
        _ => HookAnswer::NoOpinion,
    }
}
