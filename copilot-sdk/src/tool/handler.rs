//! Handlers from closures, and from the bodies that the macros write.

use std::error::Error as StdError;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::arguments::{read_all, read_raw};
use super::call::{Call, ToolHandler};
use super::context::ToolContext;
use super::error::ToolError;
use super::output::IntoToolResult;
use super::result::ToolResult;
use crate::schema::ToolArgument;
use crate::schema::{Problem, is_unit};

/// A tool call as it came from the CLI, for handlers that read the arguments themselves.
///
/// ```
/// use copilot_sdk::tool::{Tool, ToolInvocation};
/// use copilot_sdk::{ToolError, ToolResult};
///
/// let tool = Tool::new("read_file").description("Read a file").raw_handler(
///     |invocation: ToolInvocation| async move {
///         let path = invocation.arguments["path"]
///             .as_str()
///             .ok_or_else(|| ToolError::new("path: missing"))?;
///         Ok::<_, ToolError>(ToolResult::success("..").session_log(format!("read {path}")))
///     },
/// );
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ToolInvocation {
    /// The arguments as the model wrote them, unchecked; an empty object when it wrote none. Only
    /// integers beyond 2^53 - 1 are refused before, because they may have lost digits: give an id
    /// the type `string` in the schema.
    pub arguments: Value,
    /// The context of the call: its ids, its session, cancellation.
    pub context: ToolContext,
}

pub(super) fn raw<F, Fut>(handler: F) -> ToolHandler
where
    F: Fn(ToolInvocation) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoToolResult> + Send + 'static,
{
    Arc::new(move |call| match read_raw(call.parameters.as_deref(), &call.arguments) {
        Ok(arguments) => {
            let running = handler(ToolInvocation { arguments, context: call.context.clone() });
            Box::pin(async move { call.answer_with(running.await) })
        }
        Err(problems) => call.refuse_with(problems),
    })
}

pub(super) fn typed<A, F, Fut>(handler: F) -> ToolHandler
where
    A: ToolArgument,
    F: Fn(A, ToolContext) -> Fut + Send + Sync + 'static,
    Fut: Future<Output: IntoToolResult> + Send + 'static,
{
    let unit = is_unit::<A>();
    Arc::new(move |call| match read_all::<A>(call.parameters.as_deref(), &call.arguments, unit) {
        Ok(arguments) => {
            let running = handler(arguments, call.context.clone());
            Box::pin(async move { call.answer_with(running.await) })
        }
        Err(problems) => call.refuse_with(problems),
    })
}

/// A handler that the macros wrote.
pub(super) fn expanded(
    body: impl Fn(Call) -> BoxFuture<'static, ToolResult> + Send + Sync + 'static,
) -> ToolHandler {
    Arc::new(move |call| {
        if call.arguments.starts_with('{') {
            return body(call);
        }
        let problem = Problem::not_an_object(&call.arguments);
        call.refuse_with(problem.into())
    })
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
