//! Conversions between W3C trace contexts and `tracing` spans, as recorded by OpenTelemetry.

use opentelemetry::Context;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::TraceContext;

impl TraceContext {
    /// The context of the current `tracing` span, or `None` if no OpenTelemetry layer records it.
    ///
    /// The layer must come from the version of `tracing-opentelemetry` this crate uses (0.34).
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::trace::TraceContext;
    ///
    /// let session = client.session().on_trace_context(TraceContext::current).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn current() -> Option<Self> {
        let context = Span::current().context();
        let span = context.span();
        let place = span.span_context();
        let flags = place.trace_flags();
        let write = || {
            let context =
                Self::new(format!("00-{}-{}-{flags:02x}", place.trace_id(), place.span_id()));
            let state = place.trace_state().header();
            if state.is_empty() { context } else { context.with_tracestate(state) }
        };
        place.is_valid().then(write)
    }

    /// Makes a new `tracing` span a child of this context, for example the span of a tool's work.
    ///
    /// Does nothing if no OpenTelemetry layer records the span, if the span has already been
    /// entered, or if the `traceparent` is invalid.
    ///
    /// ```
    /// use copilot_sdk::ToolContext;
    ///
    /// fn span_of(context: &ToolContext) -> tracing::Span {
    ///     let span = tracing::info_span!("get_weather");
    ///     if let Some(trace) = context.trace_context() {
    ///         trace.adopt(&span);
    ///     }
    ///     span
    /// }
    /// # span_of(&ToolContext::detached("get_weather"));
    /// ```
    pub fn adopt(&self, span: &Span) {
        match self.remote() {
            Some(place) => {
                if let Err(error) = span.set_parent(Context::new().with_remote_span_context(place))
                {
                    tracing::debug!(%error, "a span could not be made part of a trace");
                }
            }
            None => {
                tracing::debug!(traceparent = self.traceparent(), "this is not a W3C traceparent");
            }
        }
    }

    fn remote(&self) -> Option<SpanContext> {
        let mut parts = self.traceparent().split('-');
        let (_version, trace, span, flags) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
        let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
        let state = self.tracestate().and_then(|state| state.parse().ok()).unwrap_or_default();
        Some(SpanContext::new(trace, span, flags, true, state)).filter(SpanContext::is_valid)
    }
}
