//! Running one call: whatever happens, there is one answer.

use std::time::Duration;

use futures_core::future::BoxFuture;
use serde_json::value::RawValue;

use super::cancel::CancelOnDrop;
use super::handler::{Call, ready};
use super::{Tool, ToolContext, ToolResult};
use crate::unwind::{Caught, catch_unwind};

/// How long a tool may clean up after it was told to stop.
const GRACE: Duration = Duration::from_secs(5);

impl Tool {
    /// Runs the tool and always yields a result: bad arguments, errors, panics, the timeout and
    /// cancellation included.
    ///
    /// Dropping the future cancels the call.
    pub(crate) fn run(
        &self,
        arguments: Option<&RawValue>,
        context: ToolContext,
    ) -> BoxFuture<'static, ToolResult> {
        let Some(handler) = self.inner().handler.clone() else {
            return ready(ToolResult::failure(format!(
                "`{}` is declared here, but not implemented",
                self.name()
            )));
        };
        let call = Call::new(self.clone(), argument_text(arguments), context.clone());
        let tool = self.clone();
        Box::pin(async move {
            let unless_done = CancelOnDrop::new(context.cancel_token().clone());
            // The handler is called within the future, because the call itself may panic.
            let work: BoxFuture<'static, ToolResult> = Box::pin(async move { handler(call).await });
            let result = supervise(&tool, &context, catch_unwind(work)).await;
            unless_done.disarm();
            result.unwrap_or_else(|panic| panicked(&tool, &context, &panic))
        })
    }
}

async fn supervise(
    tool: &Tool,
    context: &ToolContext,
    mut work: Caught<BoxFuture<'static, ToolResult>>,
) -> Result<ToolResult, String> {
    let cancel = context.cancel_token();
    tokio::select! {
        biased;
        outcome = &mut work => outcome,
        () = cancel.cancelled() => {
            let in_time = tokio::time::timeout(GRACE, work).await;
            in_time.unwrap_or_else(|_| Ok(ToolResult::failure(format!("`{}` was \
                                                                       cancelled", tool.name()))))
        }
        limit = passed(tool.inner().timeout) => {
            cancel.cancel();
            // What it still returns is an answer to a question that is closed.
            let _ = tokio::time::timeout(GRACE, work).await;
            Ok(ToolResult::timeout(format!("`{}` did not finish within {limit:?}", tool.name())))
        }
    }
}

/// Resolves when `limit` has passed; never without one.
async fn passed(limit: Option<Duration>) -> Duration {
    match limit {
        Some(limit) => {
            tokio::time::sleep(limit).await;
            limit
        }
        None => std::future::pending().await,
    }
}

fn panicked(tool: &Tool, context: &ToolContext, panic: &str) -> ToolResult {
    tracing::error!(tool = tool.name(), session = %context.session_id(), "tool panicked: {panic}");
    ToolResult::failure(format!("`{}` stopped because of a mistake in its code", tool.name()))
}

/// The arguments as JSON text. Models write no arguments in many ways; some clients send the object
/// as text.
fn argument_text(arguments: Option<&RawValue>) -> String {
    let text = arguments.map_or("", RawValue::get).trim();
    let inner = text.starts_with('"').then(|| serde_json::from_str::<String>(text).ok()).flatten();
    match inner.as_deref().map_or(text, str::trim) {
        "" | "null" => "{}".to_owned(),
        object if object.starts_with('{') => object.to_owned(),
        _ => text.to_owned(),
    }
}
