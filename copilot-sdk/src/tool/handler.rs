//! What stands behind a tool's name: a function of one call.

use std::error::Error as StdError;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::arguments::{Arguments, read_all, refusal};
use super::output::Failure;
use super::{IntoToolResult, Tool, ToolContext, ToolError, ToolResult};
use crate::schema::{Problem, is_unit};

/// A type that the model can fill in: read from JSON, and described to the model.
///
/// `#[data]` on your type does both. Types that derive `serde::Deserialize` and
/// `schemars::JsonSchema` (version 1) themselves work as well.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a tool argument: the model would not know how to fill it in",
    label = "needs `#[data]`",
    note = "add `#[data]` to your type (or to the type inside), or derive both \
            `serde::Deserialize` and \
            `schemars::JsonSchema`, version 1"
)]
pub trait ToolArgument: DeserializeOwned + JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema> ToolArgument for T {}

/// A tool call as it came from the CLI, for handlers that read the arguments themselves.
///
/// ```
/// use copilot_sdk::tool::{Tool, ToolInvocation};
/// use copilot_sdk::{ToolError, ToolResult};
///
/// let tool = Tool::new("read_file").description("Read a file").raw_handler(|invocation: ToolInvocation| async move {
///     let path = invocation.arguments["path"].as_str().ok_or_else(|| ToolError::new("path: missing"))?;
///     Ok::<_, ToolError>(ToolResult::success("..").session_log(format!("read {path}")))
/// });
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ToolInvocation {
    /// The arguments as the model wrote them, checked against nothing; an empty object when it
    /// wrote none.
    pub arguments: Value,
    /// The ids of the call, its session, and whether it was cancelled.
    pub context: ToolContext,
}

pub(crate) type Handler = Arc<dyn Fn(Call) -> BoxFuture<'static, ToolResult> + Send + Sync>;

/// One call on its way through a handler; the macros use it.
#[derive(Debug)]
pub struct Call {
    pub(crate) tool: Tool,
    /// The arguments as JSON text; never empty.
    pub(crate) arguments: String,
    pub(crate) context: ToolContext,
    problems: Vec<Problem>,
}

impl Call {
    pub(crate) fn new(tool: Tool, arguments: String, context: ToolContext) -> Self {
        Self { tool, arguments, context, problems: Vec::new() }
    }

    /// Reads arguments; where one of them is `None`, [`refuse`](Self::refuse) says why.
    pub fn arguments<R>(&mut self, read: impl FnOnce(&mut Arguments<'_>) -> R) -> R {
        let mut arguments = Arguments::new(self);
        let values = read(&mut arguments);
        self.problems = arguments.problems;
        values
    }

    /// The answer to arguments that cannot be read.
    pub fn refuse(self) -> BoxFuture<'static, ToolResult> {
        ready(ToolResult::failure(refusal(self.tool.name(), &self.problems)))
    }

    /// What the tool may know about the call.
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

    /// Runs the body of a tool that is not async on a thread that may block.
    pub fn run_blocking<F>(self, body: F) -> BoxFuture<'static, ToolResult>
    where
        F: FnOnce() -> Result<ToolResult, Failure> + Send + 'static,
    {
        Box::pin(async move {
            match tokio::task::spawn_blocking(body).await {
                Ok(outcome) => self.answer(outcome),
                Err(error) => match error.try_into_panic() {
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => ToolResult::failure(format!("`{}` was cancelled", self.tool.name())),
                },
            }
        })
    }

    /// The answer to the call, from what the tool returned.
    pub(crate) fn answer(&self, outcome: Result<ToolResult, Failure>) -> ToolResult {
        let Failure { visible, chain } = match outcome {
            Ok(result) => return result,
            Err(failure) => failure,
        };
        let name = self.tool.name();
        match visible {
            Some(text) => ToolResult::failure(text),
            None if self.tool.shows_errors() => ToolResult::failure(chain),
            None => {
                tracing::error!(tool = name, session = %self.context.session_id(), "tool failed: {chain}");
                ToolResult::failure(format!(
                    "`{name}` failed; the reason is in the log of the program that runs it"
                ))
            }
        }
    }

    pub(crate) fn answer_with(&self, outcome: impl IntoToolResult) -> ToolResult {
        self.answer(outcome.into_tool_result().map_err(|error| Failure::from_error(&*error)))
    }
}

pub(crate) fn raw<F, Fut>(handler: F) -> Handler
where
    F: Fn(ToolInvocation) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoToolResult> + Send + 'static,
{
    Arc::new(move |call| {
        let arguments = match serde_json::from_str(&call.arguments) {
            Ok(arguments) => arguments,
            Err(error) => return ready(not_json(&error)),
        };
        let running = handler(ToolInvocation { arguments, context: call.context.clone() });
        Box::pin(async move { call.answer_with(running.await) })
    })
}

pub(crate) fn typed<A, F, Fut>(handler: F) -> Handler
where
    A: ToolArgument,
    F: Fn(A, ToolContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoToolResult> + Send + 'static,
{
    let unit = is_unit::<A>();
    Arc::new(move |call| match read_all::<A>(&call, unit) {
        Ok(arguments) => {
            let running = handler(arguments, call.context.clone());
            Box::pin(async move { call.answer_with(running.await) })
        }
        Err(problems) => Call { problems, ..call }.refuse(),
    })
}

/// A handler that the macros wrote.
pub(crate) fn expanded(
    body: impl Fn(Call) -> BoxFuture<'static, ToolResult> + Send + Sync + 'static,
) -> Handler {
    Arc::new(move |call| {
        if call.arguments.starts_with('{') {
            return body(call);
        }
        let problems = vec![Problem::not_an_object(&call.arguments)];
        Call { problems, ..call }.refuse()
    })
}

pub(crate) fn ready(result: ToolResult) -> BoxFuture<'static, ToolResult> {
    Box::pin(std::future::ready(result))
}

fn not_json(error: &serde_json::Error) -> ToolResult {
    ToolResult::failure(format!("the arguments are not JSON: {error}"))
}

impl ToolInvocation {
    /// The arguments as a type of your own.
    ///
    /// # Errors
    ///
    /// Fails with a text for the model when the arguments do not fit the type.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, ToolError> {
        serde_path_to_error::deserialize(&self.arguments).map_err(|error| {
            let text = format!("{}: {}", error.path(), error.inner());
            ToolError::new(text)
                .with_source(Box::<dyn StdError + Send + Sync>::from(error.into_inner()))
        })
    }
}
