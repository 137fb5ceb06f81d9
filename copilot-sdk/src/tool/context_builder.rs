//! Contexts for calls made by the program itself.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures_core::future::BoxFuture;

use super::cancel::CancelToken;
use super::context::{SessionAccess, TimelineLevel, ToolCall, ToolContext};
use crate::error::Result;
use crate::ids::{AgentId, RequestId, SessionId, ToolCallId};
use crate::trace::TraceContext;

impl ToolContext {
    /// Builds a context for a call made by the program itself. Ids that are not set read
    /// `detached`.
    ///
    /// ```
    /// use copilot_sdk::ToolContext;
    /// use copilot_sdk::tool::TimelineLevel;
    ///
    /// let context = ToolContext::builder("get_weather")
    ///     .session_id("mcp-client-7")
    ///     .tool_call_id("42")
    ///     .on_log(|level, message| println!("{level:?}: {message}"))
    ///     .build();
    /// assert_eq!(context.session_id().as_str(), "mcp-client-7");
    /// ```
    pub fn builder(tool_name: impl Into<String>) -> ToolContextBuilder {
        ToolContextBuilder {
            call: ToolCall {
                session_id: "detached".into(),
                request_id: "detached".into(),
                tool_call_id: "detached".into(),
                tool_name: Cow::Owned(tool_name.into()),
                agent_id: None,
                working_directory: None,
                trace: None,
                resumed: false,
            },
            session: None,
        }
    }

    /// A context outside any session, for unit tests of functions that take one.
    ///
    /// Its ids read `detached`, it is never cancelled, and log lines go to `tracing` only.
    ///
    /// ```
    /// let context = copilot_sdk::tool::ToolContext::detached("get_weather");
    /// assert_eq!(context.tool_name(), "get_weather");
    /// assert!(!context.is_cancelled());
    /// ```
    pub fn detached(tool_name: impl Into<String>) -> Self {
        Self::builder(tool_name).build()
    }
}

/// A builder for the [`ToolContext`] of a call made by the program itself.
///
/// ```
/// let context =
///     copilot_sdk::ToolContext::builder("get_weather").session_id("mcp-client-7").build();
/// assert_eq!(context.tool_name(), "get_weather");
/// ```
#[must_use]
pub struct ToolContextBuilder {
    call: ToolCall,
    session: Option<Arc<dyn SessionAccess>>,
}

impl ToolContextBuilder {
    /// The session of the call.
    pub fn session_id(mut self, id: impl Into<SessionId>) -> Self {
        self.call.session_id = id.into();
        self
    }

    /// The id of the request.
    pub fn request_id(mut self, id: impl Into<RequestId>) -> Self {
        self.call.request_id = id.into();
        self
    }

    /// The id the model gave the call.
    pub fn tool_call_id(mut self, id: impl Into<ToolCallId>) -> Self {
        self.call.tool_call_id = id.into();
        self
    }

    /// The sub-agent that makes the call. Defaults to the main agent.
    pub fn agent_id(mut self, id: impl Into<AgentId>) -> Self {
        self.call.agent_id = Some(id.into());
        self
    }

    /// The working directory of the session.
    pub fn cwd(mut self, path: impl Into<PathBuf>) -> Self {
        self.call.working_directory = Some(path.into());
        self
    }

    /// Whether the call [may have run](ToolContext::may_have_run) before. Defaults to false.
    pub fn may_have_run(mut self, may_have_run: bool) -> Self {
        self.call.resumed = may_have_run;
        self
    }

    /// The trace context of the call.
    pub fn trace_context(mut self, trace: TraceContext) -> Self {
        self.call.trace = Some(trace);
        self
    }

    /// Sets a callback for the lines of [`log`](ToolContext::log) and
    /// [`progress`](ToolContext::progress). By default, they go to `tracing`.
    pub fn on_log(mut self, handler: impl Fn(TimelineLevel, &str) + Send + Sync + 'static) -> Self {
        self.session = Some(Arc::new(LogHandler(handler)));
        self
    }

    /// Builds the context.
    pub fn build(self) -> ToolContext {
        let Self { call, session } = self;
        ToolContext::with_access(call, CancelToken::new(), session)
    }
}

impl fmt::Debug for ToolContextBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolContextBuilder").field("call", &self.call).finish_non_exhaustive()
    }
}

struct LogHandler<F>(F);

impl<F: Fn(TimelineLevel, &str) + Send + Sync> SessionAccess for LogHandler<F> {
    fn log(
        &self,
        level: TimelineLevel,
        message: String,
        _: bool,
    ) -> BoxFuture<'static, Result<()>> {
        (self.0)(level, &message);
        Box::pin(std::future::ready(Ok(())))
    }
}
