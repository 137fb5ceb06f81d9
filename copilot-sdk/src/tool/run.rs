//! Runs a call, which always yields exactly one answer.

use std::time::Duration;

use futures_core::future::BoxFuture;
use serde_json::value::RawValue;

use super::call::{CallHandler, FnCall};
use super::cancel::CancelOnDrop;
use super::context::ToolContext;
use super::result::ToolResult;
use super::spec::ToolSpec;
use crate::schema::Problems;
use crate::unwind::{Caught, catch_unwind};

/// How long a tool may clean up after being cancelled.
const GRACE: Duration = Duration::from_secs(5);

/// Maximum size of arguments parsed on an async worker thread, in bytes.
const SMALL: usize = 64 * 1024;

/// Runs the tool and always yields a result, even for invalid arguments, errors, panics, timeouts
/// and cancellation.
///
/// Dropping the future cancels the call.
pub(super) fn run(
    tool: &ToolSpec,
    arguments: Option<&RawValue>,
    context: ToolContext,
) -> impl Future<Output = ToolResult> + Send + use<> {
    let handler = tool.handler.clone();
    let call = FnCall {
        tool: tool.name.clone(),
        parameters: tool.parameters.clone(),
        show_errors: tool.show_errors,
        arguments: arguments.map(RawValue::get).unwrap_or_default().to_owned(),
        context: context.clone(),
        problems: Problems::default(),
    };
    let (name, timeout) = (tool.name.clone(), tool.timeout);
    async move {
        let Some(handler) = handler else {
            return ToolResult::failure(format!("`{name}` is declared here, but not implemented"));
        };
        let unless_done = CancelOnDrop::new(context.cancel_token().clone());
        let work: BoxFuture<'static, ToolResult> = Box::pin(begin(handler, call));
        let result = supervise(&name, timeout, &context, catch_unwind(work)).await;
        unless_done.disarm();
        result.unwrap_or_else(|panic| panicked(&name, &context, &panic))
    }
}

/// Reads the arguments and runs the body. The handler is called inside the future, because it may
/// panic, and on a blocking thread if the arguments are large.
async fn begin(handler: CallHandler, call: FnCall) -> ToolResult {
    let read = move |mut call: FnCall| {
        call.arguments = object_text(call.arguments);
        handler(call)
    };
    if call.arguments.len() <= SMALL {
        return read(call).await;
    }
    let span = tracing::Span::current();
    let name = call.tool.clone();
    match tokio::task::spawn_blocking(move || span.in_scope(|| read(call))).await {
        Ok(body) => body.await,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => ToolResult::failure(format!("`{name}` was cancelled")),
        },
    }
}

async fn supervise(
    name: &str,
    timeout: Option<Duration>,
    context: &ToolContext,
    mut work: Caught<BoxFuture<'static, ToolResult>>,
) -> Result<ToolResult, String> {
    let cancel = context.cancel_token();
    tokio::select! {
        biased;
        outcome = &mut work => outcome,
        () = cancel.cancelled() => {
            let in_time = tokio::time::timeout(GRACE, work).await;
            in_time.unwrap_or_else(|_| Ok(ToolResult::failure(format!("`{name}` was cancelled"))))
        }
        limit = elapsed(timeout) => {
            cancel.cancel();
            // The result is discarded, because the question is already answered.
            let _ = tokio::time::timeout(GRACE, work).await;
            Ok(ToolResult::timeout(format!("`{name}` did not finish within {limit:?}")))
        }
    }
}

/// Resolves when the time limit elapses; never if there is none.
async fn elapsed(limit: Option<Duration>) -> Duration {
    match limit {
        Some(limit) => {
            tokio::time::sleep(limit).await;
            limit
        }
        None => std::future::pending().await,
    }
}

fn panicked(name: &str, context: &ToolContext, panic: &str) -> ToolResult {
    tracing::error!(tool = name, session = %context.session_id(), "tool panicked: {panic}");
    ToolResult::failure(format!("`{name}` stopped because of a bug in its code"))
}

/// Normalizes the arguments to the text of an object. Models express "no arguments" in many ways,
/// and some clients send the object as a string.
fn object_text(arguments: String) -> String {
    if arguments.starts_with('{') {
        return arguments;
    }
    let text = arguments.trim();
    let inner = text.starts_with('"').then(|| serde_json::from_str::<String>(text).ok()).flatten();
    match inner.as_deref().map_or(text, str::trim) {
        "" | "null" => "{}".to_owned(),
        object if object.starts_with('{') => object.to_owned(),
        _ => text.to_owned(),
    }
}
