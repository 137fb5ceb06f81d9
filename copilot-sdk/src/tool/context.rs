//! The context of a tool call.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_core::future::BoxFuture;

use super::cancel::CancelToken;
use crate::error::Result;
use crate::ids::{AgentId, RequestId, SessionId, ToolCallId};
use crate::trace::TraceContext;

/// The context of a tool call: ids, session access, cancellation, tracing.
///
/// Take it as an argument, by value or as `&ToolContext`; the model never sees it. Cloning is
/// cheap. To [call a tool yourself](super::Tool::call), create one with [`builder`](Self::builder).
///
/// ```
/// use copilot_sdk::tool::ToolContext;
///
/// async fn count_to(limit: u32, context: ToolContext) -> u32 {
///     let mut count = 0;
///     while count < limit && !context.is_cancelled() {
///         count += 1;
///     }
///     count
/// }
/// ```
#[derive(Clone)]
pub struct ToolContext(Arc<ContextInner>);

struct ContextInner {
    call: ToolCall,
    cancel: CancelToken,
    session: Option<Arc<dyn SessionAccess>>,
}

/// The data of a tool call, as sent by the CLI.
#[expect(clippy::struct_field_names, reason = "these are the words of the wire")]
#[derive(Debug, Clone)]
pub(crate) struct ToolCall {
    pub(crate) session_id: SessionId,
    pub(crate) request_id: RequestId,
    pub(crate) tool_call_id: ToolCallId,
    pub(crate) tool_name: Cow<'static, str>,
    pub(crate) agent_id: Option<AgentId>,
    pub(crate) working_directory: Option<PathBuf>,
    pub(crate) trace: Option<TraceContext>,
    /// Whether the call was open when the session was resumed.
    pub(crate) resumed: bool,
}

/// A tool's access to the session that called it.
pub(crate) trait SessionAccess: Send + Sync {
    /// Writes a line to the session's timeline (wire method `session.log`).
    fn log(
        &self,
        level: TimelineLevel,
        message: String,
        ephemeral: bool,
    ) -> BoxFuture<'static, Result<()>>;
}

/// The severity of a line in the session's timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TimelineLevel {
    /// Information (wire value `info`).
    Info,
    /// A warning (wire value `warning`).
    Warning,
    /// An error (wire value `error`).
    Error,
}

impl ToolContext {
    /// The session of the call (wire name `sessionId`). For a call by a sub-agent, this is the root
    /// session.
    pub fn session_id(&self) -> &SessionId {
        &self.0.call.session_id
    }

    /// The id of the request, under which the CLI waits for the answer (wire name `requestId`).
    pub fn request_id(&self) -> &RequestId {
        &self.0.call.request_id
    }

    /// The id the model gave the call (wire name `toolCallId`).
    pub fn tool_call_id(&self) -> &ToolCallId {
        &self.0.call.tool_call_id
    }

    /// The name by which the model called the tool (wire name `toolName`).
    pub fn tool_name(&self) -> &str {
        &self.0.call.tool_name
    }

    /// The sub-agent that made the call, or `None` for the main agent (wire name `agentId`).
    pub fn agent_id(&self) -> Option<&AgentId> {
        self.0.call.agent_id.as_ref()
    }

    /// The working directory of the session, if the CLI reports it (wire name `workingDirectory`).
    pub fn cwd(&self) -> Option<&Path> {
        self.0.call.working_directory.as_deref()
    }

    /// The trace context of the call, if the CLI records traces (wire names `traceparent` and
    /// `tracestate`).
    pub fn trace_context(&self) -> Option<&TraceContext> {
        self.0.call.trace.as_ref()
    }

    /// Whether the call may have run before, in part or completely: it was open when the session
    /// was [resumed](crate::SessionBuilder::resume), and another process, or an earlier client of
    /// this one, may have run it without storing the result.
    ///
    /// A tool that must not do something twice should then look for what it did under its
    /// [`tool_call_id`](Self::tool_call_id). A restart of the CLI under a running client never
    /// runs a call twice. On a session store (feature `store`), only tools marked
    /// [`idempotent`](crate::Tool::idempotent) or [`read_only`](crate::Tool::read_only) run again.
    pub fn may_have_run(&self) -> bool {
        self.0.call.resumed
    }

    /// Whether the result is no longer wanted: the turn was aborted, the tool's timeout elapsed, or
    /// the session ended.
    ///
    /// A tool that blocks its thread cannot be stopped from outside and should check this from time
    /// to time.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancel.is_cancelled()
    }

    /// Waits until the call is cancelled, see [`is_cancelled`](Self::is_cancelled).
    ///
    /// The tool then has a few seconds to clean up before its future is dropped.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe.
    pub async fn cancelled(&self) {
        self.0.cancel.cancelled().await;
    }

    /// Cancels the call. The tool has a few seconds to clean up before its future is dropped.
    ///
    /// For programs that [call tools themselves](super::Tool::call); sessions cancel their own
    /// calls.
    pub fn cancel(&self) {
        self.0.cancel.cancel();
    }

    /// Writes a line to the session's timeline.
    ///
    /// # Errors
    ///
    /// Fails if the connection to the CLI is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have written the line.
    pub async fn log(&self, level: TimelineLevel, message: impl Into<String> + Send) -> Result<()> {
        self.write(level, message.into(), false).await
    }

    /// Shows a line in the session's timeline without storing it.
    ///
    /// # Errors
    ///
    /// Fails if the connection to the CLI is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have shown the line.
    pub async fn progress(&self, message: impl Into<String> + Send) -> Result<()> {
        self.write(TimelineLevel::Info, message.into(), true).await
    }

    async fn write(&self, level: TimelineLevel, message: String, ephemeral: bool) -> Result<()> {
        let Some(session) = &self.0.session else {
            tracing::info!(tool = self.tool_name(), ?level, "{message}");
            return Ok(());
        };
        session.log(level, message, ephemeral).await
    }

    /// The context of a call by a session, which keeps `cancel` to cancel it.
    pub(crate) fn new(
        call: ToolCall,
        cancel: CancelToken,
        session: Arc<dyn SessionAccess>,
    ) -> Self {
        Self::with_access(call, cancel, Some(session))
    }

    pub(super) fn with_access(
        call: ToolCall,
        cancel: CancelToken,
        session: Option<Arc<dyn SessionAccess>>,
    ) -> Self {
        Self(Arc::new(ContextInner { call, cancel, session }))
    }

    pub(crate) fn cancel_token(&self) -> &CancelToken {
        &self.0.cancel
    }
}

impl fmt::Debug for ToolContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolContext")
            .field("call", &self.0.call)
            .field("cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}
