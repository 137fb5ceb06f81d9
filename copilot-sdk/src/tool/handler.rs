//! Handlers from closures, and from the bodies that the macros write.

use std::error::Error as StdError;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::arguments::{read_all, read_raw};
use super::call::{Call, Handler};
use super::context::ToolContext;
use super::error::ToolError;
use super::output::IntoToolResult;
use super::result::ToolResult;
use crate::handler;
use crate::schema::ToolArgument;
use crate::schema::{Problem, is_unit};

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
    /// The arguments as the model wrote them, unchecked; an empty object when it wrote none. Only
    /// integers beyond 2^53 - 1 are refused before, because they may have lost digits: give an id
    /// the type `string` in the schema.
    pub arguments: Value,
    /// The context of the call: its ids, its session, cancellation.
    pub context: ToolContext,
}

/// An async function or closure of the arguments and the context of a call, for
/// [`Tool::handler`](super::Tool::handler).
///
/// It is implemented for every such function; there is nothing to implement by hand. A closure that
/// captures values clones them for each call:
///
/// ```
/// # use std::sync::Arc;
/// use copilot_sdk::{data, tool::Tool};
///
/// #[data]
/// struct Find { name: String }
///
/// let customers = Arc::new(vec!["Ada".to_owned()]);
/// let find = Tool::new("find").description("Find a customer").handler(move |find: Find, _context| {
///     let customers = customers.clone();
///     async move { customers.contains(&find.name) }
/// });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot handle the calls of a tool",
    label = "not an async function of the arguments and the context that can be called again and \
             again",
    note = "a handler is an `async fn` or a closure that takes two owned values: `|arguments: \
            Arguments, context| async move {{ .. }}`",
    note = "`async move |arguments, context| ..` cannot be called again when it captures values; \
            clone them for each call: `move |arguments, context| {{ let db = db.clone(); async \
            move {{ .. }} }}`"
)]
pub trait ToolHandler<A, Fut>: Fn(A, ToolContext) -> Fut + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<F, A, Fut> ToolHandler<A, Fut> for F where F: Fn(A, ToolContext) -> Fut + Send + Sync + 'static {}

pub(super) fn raw<F, Fut>(handler: F) -> Handler
where
    F: handler::Handler<ToolInvocation, Fut>,
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

pub(super) fn typed<A, F, Fut>(handler: F) -> Handler
where
    A: ToolArgument,
    F: ToolHandler<A, Fut>,
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
) -> Handler {
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
