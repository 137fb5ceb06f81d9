//! Runs a call, which always yields exactly one answer.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::time::{Sleep, sleep, timeout};

use super::call::{CallArguments, CallHandler, FnCall};
use super::cancel::CancelOnDrop;
use super::context::ToolContext;
use super::result::ToolResult;
use super::spec::ToolSpec;
use crate::schema::Problems;
use crate::unwind::{Caught, catch, catch_unwind};

/// How long a tool may clean up after being cancelled.
const GRACE: Duration = Duration::from_secs(5);

/// Maximum size of arguments parsed on an async worker thread, in bytes.
const SMALL: usize = 64 * 1024;

/// Runs the tool and always yields a result, even for invalid arguments, errors, panics, timeouts
/// and cancellation.
///
/// Dropping the future cancels the call.
pub(super) fn run(
    tool: &Arc<ToolSpec>,
    arguments: CallArguments,
    context: ToolContext,
) -> impl Future<Output = ToolResult> + Send + use<> {
    let tool = Arc::clone(tool);
    async move {
        let Some(handler) = &tool.handler else {
            let name = &tool.name;
            return ToolResult::failure(format!("`{name}` is declared here, but not implemented"));
        };
        let unless_done = CancelOnDrop::new(context.cancel_token().clone());
        let call = FnCall {
            tool: tool.name.clone(),
            parameters: tool.parameters.clone(),
            show_errors: tool.show_errors,
            arguments,
            context: context.clone(),
            problems: Problems::default(),
        };
        let result = match catch(|| begin(handler, call)) {
            Ok(work) => supervise(&tool, &context, catch_unwind(work)).await,
            Err(panic) => Err(panic),
        };
        unless_done.disarm();
        result.unwrap_or_else(|panic| panicked(&tool.name, &context, &panic))
    }
}

/// Reads the arguments, on a blocking thread if they are large, and begins to run the body.
fn begin(handler: &CallHandler, call: FnCall) -> BoxFuture<'static, ToolResult> {
    if call.arguments.as_str().len() <= SMALL {
        return read(handler, call);
    }
    let (handler, span) = (Arc::clone(handler), tracing::Span::current());
    let name = call.tool.clone();
    Box::pin(async move {
        let read = move || span.in_scope(|| read(&handler, call));
        match tokio::task::spawn_blocking(read).await {
            Ok(body) => body.await,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => cancelled(&name),
            },
        }
    })
}

fn read(handler: &CallHandler, mut call: FnCall) -> BoxFuture<'static, ToolResult> {
    call.arguments = object_text(call.arguments);
    handler(call)
}

async fn supervise(
    tool: &ToolSpec,
    context: &ToolContext,
    mut work: CaughtCall,
) -> Result<ToolResult, String> {
    let cancel = context.cancel_token();
    // Boxed like the grace period, because most calls do not need its room.
    let limit = tool.timeout.map(|limit| (limit, Box::pin(sleep(limit))));
    tokio::select! {
        biased;
        outcome = &mut work => outcome,
        () = cancel.cancelled() => {
            in_grace(work).await.unwrap_or_else(|| Ok(cancelled(&tool.name)))
        }
        limit = elapsed(limit) => {
            cancel.cancel();
            // The result is discarded, because the question is already answered.
            let _ = in_grace(work).await;
            let name = &tool.name;
            Ok(ToolResult::timeout(format!("`{name}` did not finish within {limit:?}")))
        }
    }
}

type CaughtCall = Caught<BoxFuture<'static, ToolResult>>;

/// Lets a cancelled call clean up. `None` if it does not end.
fn in_grace(work: CaughtCall) -> BoxFuture<'static, Option<Result<ToolResult, String>>> {
    Box::pin(async move { timeout(GRACE, work).await.ok() })
}

/// Resolves when the time limit elapses; never if there is none.
async fn elapsed(limit: Option<(Duration, Pin<Box<Sleep>>)>) -> Duration {
    let Some((limit, timer)) = limit else { return std::future::pending().await };
    timer.await;
    limit
}

fn cancelled(name: &str) -> ToolResult {
    ToolResult::failure(format!("`{name}` was cancelled"))
}

fn panicked(name: &str, context: &ToolContext, panic: &str) -> ToolResult {
    tracing::error!(tool = name, session = %context.session_id(), "tool panicked: {panic}");
    ToolResult::failure(format!("`{name}` stopped because of a bug in its code"))
}

/// Normalizes the arguments to the text of an object. Models express "no arguments" in many ways,
/// and some clients send the object as a string.
fn object_text(arguments: CallArguments) -> CallArguments {
    if arguments.as_str().starts_with('{') {
        return arguments;
    }
    let text = arguments.as_str().trim();
    let inner = text.starts_with('"').then(|| serde_json::from_str::<String>(text).ok()).flatten();
    CallArguments::Own(match inner.as_deref().map_or(text, str::trim) {
        "" | "null" => "{}".to_owned(),
        object if object.starts_with('{') => object.to_owned(),
        _ => text.to_owned(),
    })
}
