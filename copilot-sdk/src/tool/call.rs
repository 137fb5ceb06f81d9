//! One call, as passed through a handler.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde_json::value::RawValue;

use super::arguments::{Arguments, refusal};
use super::context::ToolContext;
use super::output::{Failure, IntoToolResult};
use super::result::ToolResult;
use crate::event::{Event, EventData};
use crate::schema::{Parameters, Problems};
use crate::sizes::Size;

/// The function behind a tool.
pub(super) type CallHandler = Arc<dyn Fn(FnCall) -> BoxFuture<'static, ToolResult> + Send + Sync>;

/// One call, as passed through a handler. Used by the macros.
pub struct FnCall {
    /// The name of the tool.
    pub(super) tool: Cow<'static, str>,
    pub(super) parameters: Option<Arc<Parameters>>,
    /// Whether the text of every error is shown to the model.
    pub(super) show_errors: bool,
    /// The arguments as JSON text, never empty.
    pub(super) arguments: CallArguments,
    pub(super) context: ToolContext,
    pub(super) problems: Problems,
}

/// The arguments of a call, as text.
pub(crate) enum CallArguments {
    /// Those in the event that asks for the call, which are not copied.
    OfEvent(Arc<Event>),
    Own(String),
}

impl CallArguments {
    /// The arguments in an event.
    pub(crate) fn of(event: &Arc<Event>) -> Self {
        Self::OfEvent(Arc::clone(event))
    }

    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Own(text) => text,
            Self::OfEvent(event) => match &event.data {
                EventData::ExternalToolRequested(call) => {
                    call.arguments.as_deref().map(RawValue::get).unwrap_or_default()
                }
                _ => "",
            },
        }
    }
}

impl fmt::Debug for FnCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FnCall")
            .field("tool", &self.tool)
            .field("arguments", &Size(self.text().len()))
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

impl FnCall {
    /// Reads arguments. If one of them is `None`, call [`refuse`](Self::refuse).
    pub fn arguments<R>(&mut self, read: impl FnOnce(&mut Arguments<'_>) -> R) -> R {
        let mut arguments = Arguments::new(self.parameters(), self.text());
        let values = read(&mut arguments);
        self.problems = arguments.into_problems();
        values
    }

    /// The answer to a call with invalid arguments.
    pub fn refuse(self) -> BoxFuture<'static, ToolResult> {
        ready(ToolResult::failure(refusal(&self.tool, &self.problems)))
    }

    /// The context of the call.
    pub fn context(&self) -> ToolContext {
        self.context.clone()
    }

    /// Runs the body of an async tool.
    pub fn run<F>(
        self,
        body: F,
        finish: fn(F::Output) -> Result<ToolResult, Failure>,
    ) -> BoxFuture<'static, ToolResult>
    where
        F: Future + Send + 'static,
    {
        Box::pin(async move {
            let outcome = finish(body.await);
            self.answer(outcome)
        })
    }

    /// Runs the body of a non-async tool on a blocking thread.
    pub fn run_blocking<F>(self, body: F) -> BoxFuture<'static, ToolResult>
    where
        F: FnOnce() -> Result<ToolResult, Failure> + Send + 'static,
    {
        Box::pin(async move {
            match tokio::task::spawn_blocking(body).await {
                Ok(outcome) => self.answer(outcome),
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => ToolResult::failure(format!("`{}` was cancelled", self.tool)),
                },
            }
        })
    }

    pub(super) fn parameters(&self) -> Option<&Parameters> {
        self.parameters.as_deref()
    }

    /// The arguments as JSON text.
    pub(super) fn text(&self) -> &str {
        self.arguments.as_str()
    }

    /// The answer to a call whose arguments have these problems.
    pub(super) fn refuse_with(self, problems: Problems) -> BoxFuture<'static, ToolResult> {
        Self { problems, ..self }.refuse()
    }

    pub(super) fn answer_with(&self, outcome: impl IntoToolResult) -> ToolResult {
        self.answer(outcome.into_tool_result().map_err(|error| Failure::from_error(&*error)))
    }

    /// Converts the value returned by the tool into the answer.
    fn answer(&self, outcome: Result<ToolResult, Failure>) -> ToolResult {
        let Failure { visible, chain } = match outcome {
            Ok(result) => return result,
            Err(failure) => failure,
        };
        let name = &self.tool;
        match visible {
            Some(text) => ToolResult::failure(text),
            None if self.show_errors => ToolResult::failure(chain),
            None => {
                let session = self.context.session_id();
                tracing::error!(tool = %name, %session, "tool failed: {chain}");
                ToolResult::failure(format!(
                    "`{name}` failed; the reason is in the log of the program that runs it"
                ))
            }
        }
    }
}

pub(super) fn ready(result: ToolResult) -> BoxFuture<'static, ToolResult> {
    Box::pin(std::future::ready(result))
}
