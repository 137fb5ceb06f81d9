//! Distributed tracing: W3C trace context, from this program to the CLI and back.
//!
//! [`ClientBuilder::telemetry`](crate::client::ClientBuilder::telemetry) makes the CLI export
//! OpenTelemetry traces. If the session is given a trace context of this program, its spans become
//! part of that trace. A tool finds the span of its call in the
//! [`ToolContext`](crate::ToolContext).
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
//! `tracing` span, and `TraceContext::adopt` makes a span the child of a tool call. This crate logs
//! to `tracing` with or without the feature.

#[cfg(feature = "opentelemetry")]
mod span;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde::Serialize;

/// A W3C trace context: a position in a distributed trace.
///
/// [`on_trace_context`](crate::SessionBuilder::on_trace_context) supplies the context of a session
/// and its prompts, [`ToolContext::trace_context`](crate::ToolContext::trace_context) is that of a
/// tool call.
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
    /// Creates a context from its `traceparent`.
    pub fn new(traceparent: impl Into<String>) -> Self {
        Self { traceparent: traceparent.into(), tracestate: None }
    }

    /// Adds vendor-specific state. None by default.
    pub fn with_tracestate(mut self, tracestate: impl Into<String>) -> Self {
        self.tracestate = Some(tracestate.into());
        self
    }

    /// Version, trace, span and flags (wire name `traceparent`).
    pub fn traceparent(&self) -> &str {
        &self.traceparent
    }

    /// Vendor-specific state, if any (wire name `tracestate`).
    pub fn tracestate(&self) -> Option<&str> {
        self.tracestate.as_deref()
    }
}

/// The program's source of trace contexts.
#[derive(Clone)]
pub(crate) struct TraceSource(Arc<dyn Fn() -> Option<TraceContext> + Send + Sync>);

impl TraceSource {
    pub(crate) fn new(source: impl Fn() -> Option<TraceContext> + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// The current context. A panic counts as none, because tracing must not fail a call.
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
