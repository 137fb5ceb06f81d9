//! Distributed tracing: W3C trace context, from this program to the CLI and back.
//!
//! [`ClientBuilder::telemetry`](crate::client::ClientBuilder::telemetry) has the CLI export
//! OpenTelemetry traces. Given the context of this program's trace, the session's spans become part
//! of it, and a tool finds the span that called it in its [`ToolContext`](crate::ToolContext).
//!
//! ```no_run
//! # async fn example() -> copilot_sdk::Result<()> {
//! use copilot_sdk::Client;
//! use copilot_sdk::client::Telemetry;
//! use copilot_sdk::trace::TraceContext;
//!
//! let telemetry = Telemetry::otlp("http://localhost:4318");
//! let client = Client::builder().telemetry(telemetry).start().await?;
//! let ours = TraceContext::new("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
//! let session = client.session().on_trace_context(move || Some(ours.clone())).create().await?;
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `opentelemetry`, `TraceContext::current` is the context of the current
//! `tracing` span, and `TraceContext::adopt` makes a span the child of a tool call. The log of this
//! crate goes to `tracing` with or without it.

#[cfg(feature = "opentelemetry")]
mod span;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::Serialize;

/// A place in a distributed trace, as the W3C headers write it.
///
/// [`on_trace_context`](crate::SessionBuilder::on_trace_context) gives the CLI the place that a
/// session and its prompts belong to,
/// [`ToolContext::trace_context`](crate::ToolContext::trace_context) tells the place of a tool
/// call.
///
/// ```
/// use copilot_sdk::trace::TraceContext;
///
/// let context = TraceContext::new("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
///     .with_tracestate("vendor=1");
/// assert_eq!(context.tracestate(), Some("vendor=1"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[must_use]
pub struct TraceContext {
    traceparent: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tracestate: Option<String>,
}

impl TraceContext {
    /// The place by its `traceparent`.
    pub fn new(traceparent: impl Into<String>) -> Self {
        Self { traceparent: traceparent.into(), tracestate: None }
    }

    /// Adds what vendors say about the place. Default none.
    pub fn with_tracestate(mut self, tracestate: impl Into<String>) -> Self {
        self.tracestate = Some(tracestate.into());
        self
    }

    /// Version, trace, span and flags (wire name `traceparent`).
    pub fn traceparent(&self) -> &str {
        &self.traceparent
    }

    /// What vendors add, when they do (wire name `tracestate`).
    pub fn tracestate(&self) -> Option<&str> {
        self.tracestate.as_deref()
    }
}

/// The program's answer to "which trace is this?".
#[derive(Clone)]
pub(crate) struct TraceSource(Arc<dyn Fn() -> Option<TraceContext> + Send + Sync>);

impl TraceSource {
    pub(crate) fn new(source: impl Fn() -> Option<TraceContext> + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// The context of this moment. A trace is no reason to fail: a panic counts as none.
    pub(crate) fn now(&self) -> Option<TraceContext> {
        catch_unwind(AssertUnwindSafe(|| (self.0)())).unwrap_or_else(|_| {
            tracing::error!("the source of trace contexts panicked; nothing is sent");
            None
        })
    }
}

impl fmt::Debug for TraceSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TraceSource")
    }
}
