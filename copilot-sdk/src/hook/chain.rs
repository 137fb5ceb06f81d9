use std::error::Error;

use super::input::{
    AgentStop, ErrorOccurred, PostToolUse, PostToolUseFailure, PreMcpToolCall, PreToolUse,
    SessionEnd, SessionStart, SubagentStart, SubagentStop, UserPromptSubmitted,
    UserPromptTransformed,
};
use super::output::{
    ErrorHandling, ErrorOccurredOutput, PostToolUseFailureOutput, PostToolUseOutput,
    PreMcpToolCallOutput, PreToolUseOutput, SessionEndOutput, SessionStartOutput, StopOutput,
    SubagentStartOutput, ToolVerdict, UserPromptSubmittedOutput, UserPromptTransformedOutput,
};
use crate::handler::BoxHandler;

/// The text the model gets if a hook before a tool call fails.
const CHECK_FAILED: &str = "the check before this tool call failed, so the tool was not run";

/// Combines the outputs of several hooks into one.
pub(super) trait Chained<In>: Sized {
    /// Applies the changes to the input of the next hook, as the CLI would.
    fn apply(&self, _input: &mut In) {}

    /// Adds the output of a later hook.
    fn join(&mut self, later: Self);

    /// Whether to skip the remaining hooks.
    fn ends_row(&self) -> bool {
        false
    }

    /// The consequence of a hook that fails or panics.
    fn on_failure() -> FailurePolicy<Self> {
        FailurePolicy::NoOpinion
    }
}

/// The consequence of a hook that fails or panics.
pub(super) enum FailurePolicy<Out> {
    /// The failure is ignored.
    NoOpinion,
    /// The hook counts as having returned this.
    Opinion(Out),
    /// The call cannot be refused by an answer, so the turn is stopped.
    StopTurn,
}

/// Returned when a failed check requires the turn to stop.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StopTurn;

impl<Out> FailurePolicy<Out> {
    pub(super) fn into_opinion(self) -> Result<Option<Out>, StopTurn> {
        match self {
            Self::NoOpinion => Ok(None),
            Self::Opinion(opinion) => Ok(Some(opinion)),
            Self::StopTurn => Err(StopTurn),
        }
    }

    pub(super) fn effect(&self) -> &'static str {
        match self {
            Self::NoOpinion => "it counts as without opinion",
            Self::Opinion(_) => "the call is denied",
            Self::StopTurn => {
                "the turn is stopped, because this call cannot be denied in another way"
            }
        }
    }
}

/// Runs the hooks of one kind, in order. Takes the input, by reference because the future would
/// have room for it twice.
pub(super) async fn run<In, Out>(
    kind: &str,
    row: &[BoxHandler<In, Option<Out>>],
    input: &mut Option<In>,
) -> Result<Option<Out>, StopTurn>
where
    In: Clone + Send + 'static,
    Out: Chained<In> + Send + 'static,
{
    let mut wanted: Option<Out> = None;
    let mut hooks = row.iter().peekable();
    while let Some(hook) = hooks.next() {
        // The last one gets the input itself.
        let given = if hooks.peek().is_some() { input.clone() } else { input.take() };
        let Some(given) = given else { break };
        let opinion = match hook.call(given).await {
            Ok(opinion) => opinion,
            Err(error) => {
                let failure = Out::on_failure();
                log_failure(kind, &*error, failure.effect());
                failure.into_opinion()?
            }
        };
        let Some(opinion) = opinion else { continue };
        if let Some(input) = input {
            opinion.apply(input);
        }
        match &mut wanted {
            Some(wanted) => wanted.join(opinion),
            None => wanted = Some(opinion),
        }
        if wanted.as_ref().is_some_and(Chained::ends_row) {
            break;
        }
    }
    Ok(wanted)
}

/// Not generic, so that it is compiled once.
fn log_failure(kind: &str, error: &(dyn Error + 'static), effect: &str) {
    tracing::error!(hook = kind, error, "a hook failed; {effect}");
}

impl Chained<SessionStart> for SessionStartOutput {
    fn join(&mut self, later: Self) {
        append(&mut self.additional_context, later.additional_context);
        replace(&mut self.modified_config, later.modified_config);
    }
}

impl Chained<UserPromptSubmitted> for UserPromptSubmittedOutput {
    fn apply(&self, input: &mut UserPromptSubmitted) {
        assign(&mut input.prompt, self.modified_prompt.as_ref());
    }

    fn join(&mut self, later: Self) {
        replace(&mut self.modified_prompt, later.modified_prompt);
        append(&mut self.additional_context, later.additional_context);
        replace(&mut self.suppress_output, later.suppress_output);
    }
}

impl Chained<UserPromptTransformed> for UserPromptTransformedOutput {
    fn apply(&self, input: &mut UserPromptTransformed) {
        assign(&mut input.transformed_prompt, self.modified_transformed_prompt.as_ref());
    }

    fn join(&mut self, later: Self) {
        replace(&mut self.modified_transformed_prompt, later.modified_transformed_prompt);
    }
}

impl Chained<PreToolUse> for PreToolUseOutput {
    fn apply(&self, input: &mut PreToolUse) {
        assign(&mut input.tool_args, self.modified_args.as_ref());
    }

    fn join(&mut self, later: Self) {
        replace(&mut self.verdict, later.verdict);
        replace(&mut self.modified_args, later.modified_args);
        append(&mut self.additional_context, later.additional_context);
        replace(&mut self.suppress_output, later.suppress_output);
    }

    fn ends_row(&self) -> bool {
        matches!(self.verdict, Some(ToolVerdict::Deny { .. } | ToolVerdict::Ask { .. }))
    }

    fn on_failure() -> FailurePolicy<Self> {
        FailurePolicy::Opinion(Self::deny(CHECK_FAILED))
    }
}

impl Chained<PreMcpToolCall> for PreMcpToolCallOutput {
    fn apply(&self, input: &mut PreMcpToolCall) {
        if let Some(meta) = &self.meta_to_use {
            input.meta = Some(meta.clone()).filter(|meta| !meta.is_empty());
        }
    }

    fn join(&mut self, later: Self) {
        replace(&mut self.meta_to_use, later.meta_to_use);
    }

    fn on_failure() -> FailurePolicy<Self> {
        FailurePolicy::StopTurn
    }
}

impl Chained<PostToolUse> for PostToolUseOutput {
    fn apply(&self, input: &mut PostToolUse) {
        assign(&mut input.tool_result, self.modified_result.as_ref());
    }

    fn join(&mut self, later: Self) {
        replace(&mut self.modified_result, later.modified_result);
        append(&mut self.additional_context, later.additional_context);
        replace(&mut self.suppress_output, later.suppress_output);
    }
}

impl Chained<PostToolUseFailure> for PostToolUseFailureOutput {
    fn join(&mut self, later: Self) {
        append(&mut self.additional_context, later.additional_context);
    }
}

impl Chained<ErrorOccurred> for ErrorOccurredOutput {
    fn join(&mut self, later: Self) {
        replace(&mut self.error_handling, later.error_handling);
        replace(&mut self.retry_count, later.retry_count);
        append(&mut self.user_notification, later.user_notification);
        replace(&mut self.suppress_output, later.suppress_output);
    }

    fn ends_row(&self) -> bool {
        self.error_handling == Some(ErrorHandling::Abort)
    }
}

impl Chained<AgentStop> for StopOutput {
    fn join(&mut self, later: Self) {
        *self = later;
    }

    fn ends_row(&self) -> bool {
        matches!(self, Self::Block { .. })
    }
}

impl Chained<SubagentStop> for StopOutput {
    fn join(&mut self, later: Self) {
        *self = later;
    }

    fn ends_row(&self) -> bool {
        matches!(self, Self::Block { .. })
    }
}

impl Chained<SubagentStart> for SubagentStartOutput {
    fn join(&mut self, later: Self) {
        append(&mut self.additional_context, later.additional_context);
    }
}

impl Chained<SessionEnd> for SessionEndOutput {
    fn join(&mut self, later: Self) {
        replace(&mut self.suppress_output, later.suppress_output);
        if let Some(actions) = later.cleanup_actions {
            self.cleanup_actions.get_or_insert_default().extend(actions);
        }
        append(&mut self.session_summary, later.session_summary);
    }
}

fn assign<T: Clone>(target: &mut T, changed: Option<&T>) {
    if let Some(changed) = changed {
        target.clone_from(changed);
    }
}

fn replace<T>(former: &mut Option<T>, later: Option<T>) {
    if later.is_some() {
        *former = later;
    }
}

/// Joins texts with a blank line between.
fn append(former: &mut Option<String>, later: Option<String>) {
    match (former.as_mut(), later) {
        (Some(former), Some(later)) => {
            former.push_str("\n\n");
            former.push_str(&later);
        }
        (None, later) => *former = later,
        (Some(_), None) => {}
    }
}
