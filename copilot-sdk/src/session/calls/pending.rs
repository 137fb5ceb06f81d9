//! Requests of the agent that wait for an answer.

use std::fmt;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use serde_json::Value;

use super::super::Session;
use super::super::pending::open_turn;
use crate::error::{Error, ErrorKind, Result};
use crate::event::{Event, EventData};
use crate::ids::{AgentId, RequestId, ToolCallId};
use crate::permission::{PermissionDecision, PermissionRequest};
use crate::sizes::field;
use crate::tool::ToolResult;
use crate::visible::{arguments, visible};

/// A request of the agent that waits for an answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct PendingRequest {
    /// The id to answer it under.
    pub request_id: RequestId,
    /// The time of the request, as RFC 3339 text with milliseconds.
    pub timestamp: String,
    /// The subject of the request.
    pub question: PendingQuestion,
}

/// The subject of a [`PendingRequest`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PendingQuestion {
    /// A request for permission. Answer it with a [`PermissionDecision`].
    Permission(Box<PermissionRequest>),
    /// A call to a tool registered without a handler. Answer it with a [`ToolResult`].
    ToolCall(PendingToolCall),
}

/// A tool call that waits for its result.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct PendingToolCall {
    /// The id of the tool call.
    pub tool_call_id: ToolCallId,
    /// The sub-agent that calls, or `None` for the session's own agent.
    pub agent_id: Option<AgentId>,
    /// The name of the tool.
    pub tool_name: String,
    /// The arguments as the model wrote them, unchecked.
    pub arguments: Option<Value>,
}

/// An answer to a [`PendingRequest`]: a [`PermissionDecision`] or a [`ToolResult`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PendingAnswer {
    /// The decision on a request for permission.
    Permission(PermissionDecision),
    /// The result of a tool call.
    ToolCall(ToolResult),
}

impl Session {
    /// Lists the requests that wait for an answer, oldest first (wire methods
    /// `session.permissions.pendingRequests` and `session.tools.listPendingRequests`): permissions
    /// that a policy has [left open](PermissionDecision::later) or not decided yet, and calls to
    /// tools without a handler.
    ///
    /// Requests of an earlier program are listed after resuming with
    /// [`continue_pending_work`](crate::SessionBuilder::continue_pending_work). Questions to the
    /// user are not among them: the CLI does not keep those when it ends.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// for request in session.pending().await? {
    ///     println!("{} {}", request.timestamp, request.describe());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the list is lost.
    pub async fn pending(&self) -> Result<Vec<PendingRequest>> {
        self.pending_requests().await
    }

    fn pending_requests(&self) -> BoxFuture<'_, Result<Vec<PendingRequest>>> {
        Box::pin(async move {
            self.check()?;
            let turn = open_turn(&self.0.peer).await?;
            let questions = turn.map(|turn| turn.questions).unwrap_or_default();
            Ok(questions.iter().filter_map(|event| self.pending_request(event)).collect())
        })
    }

    /// The request in an event, unless a handler of this program answers it.
    fn pending_request(&self, event: &Arc<Event>) -> Option<PendingRequest> {
        let dispatch = &self.0.dispatch;
        let (request_id, question) = match &event.data {
            EventData::PermissionRequested(asked) => {
                let request = Box::new(dispatch.permission_request(event)?);
                (&asked.request_id, PendingQuestion::Permission(request))
            }
            EventData::ExternalToolRequested(call) if !dispatch.runs_tool(&call.request_id) => {
                let arguments = call.arguments.as_deref();
                let question = PendingQuestion::ToolCall(PendingToolCall {
                    tool_call_id: call.tool_call_id.clone(),
                    agent_id: event.agent_id.clone(),
                    tool_name: call.tool_name.clone(),
                    arguments: arguments.and_then(|json| serde_json::from_str(json.get()).ok()),
                });
                (&call.request_id, question)
            }
            _ => return None,
        };
        let (request_id, timestamp) = (request_id.clone(), event.timestamp.clone());
        Some(PendingRequest { request_id, timestamp, question })
    }

    /// Answers a [pending](Self::pending) request: a permission with a [`PermissionDecision`], a
    /// tool call with a [`ToolResult`]. The turn goes on; [`resumed_turn`](Self::resumed_turn)
    /// reads it.
    ///
    /// Any program can answer that has resumed the session with
    /// [`continue_pending_work`](crate::SessionBuilder::continue_pending_work). The first answer
    /// counts.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::permission::{self, PermissionDecision};
    ///
    /// let policy = permission::allow_own_tools().or(permission::later());
    /// let session = client.session().permissions(policy).continue_pending_work(true);
    /// let session = session.resume("deployment").await?;
    /// for request in session.pending().await? {
    ///     session.answer(request.request_id, PermissionDecision::ApproveInteractively).await?;
    /// }
    /// if let Some(turn) = session.resumed_turn() {
    ///     println!("{}", turn.reply().await?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if no such request is pending, [`ErrorKind::Config`] if the answer
    /// is of the wrong kind or leaves the request open, [`ErrorKind::Closed`] if the session is
    /// closed. The request is still pending after the latter two.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: the answer may have been sent when the future is dropped.
    pub async fn answer(
        &self,
        request_id: impl Into<RequestId>,
        answer: impl Into<PendingAnswer>,
    ) -> Result<()> {
        self.answer_request(request_id.into(), answer.into()).await
    }

    fn answer_request(&self, id: RequestId, answer: PendingAnswer) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let pending = self.pending().await?;
            let request = pending.into_iter().find(|request| request.request_id == id);
            let Some(request) = request else { return Err(self.nothing_pending(&id)) };
            let dispatch = &self.0.dispatch;
            let taken = match (request.question, answer) {
                (PendingQuestion::Permission(_), PendingAnswer::Permission(decision))
                    if decision.leaves_open() =>
                {
                    let text = format!(
                        "`{decision:?}` leaves request `{id}` open: approve it, or reject it"
                    );
                    return Err(self.wrong_answer(text));
                }
                (PendingQuestion::Permission(request), PendingAnswer::Permission(decision)) => {
                    dispatch.decide(&id, &request, decision).await?
                }
                (PendingQuestion::ToolCall(_), PendingAnswer::ToolCall(result)) => {
                    dispatch.complete_call(&id, &result).await?
                }
                (PendingQuestion::Permission(_), PendingAnswer::ToolCall(_)) => {
                    return Err(self.wrong_answer(format!(
                        "request `{id}` is for a permission: answer it with a \
                         `PermissionDecision`, not with a `ToolResult`"
                    )));
                }
                (PendingQuestion::ToolCall(call), PendingAnswer::Permission(_)) => {
                    let name = visible(&call.tool_name);
                    return Err(self.wrong_answer(format!(
                        "request `{id}` is a call of the tool `{name}`: answer it with a \
                         `ToolResult`, not with a `PermissionDecision`"
                    )));
                }
            };
            if taken { Ok(()) } else { Err(self.nothing_pending(&id)) }
        })
    }

    fn wrong_answer(&self, text: String) -> Error {
        self.0.peer.config_error(text)
    }

    fn nothing_pending(&self, id: &RequestId) -> Error {
        let text = format!(
            "no request `{id}` is pending in session `{}`: it was answered or withdrawn, or the \
             session was resumed without `continue_pending_work(true)`; `session.pending()` lists \
             those that are",
            self.id()
        );
        self.0.peer.error(ErrorKind::NotFound, text)
    }
}

impl PendingRequest {
    /// Describes the request for the person who answers it, with the arguments one per line; see
    /// [`PermissionRequest::describe`].
    pub fn describe(&self) -> String {
        match &self.question {
            PendingQuestion::Permission(request) => request.describe(),
            PendingQuestion::ToolCall(call) => {
                let mut text = format!("call the tool {}", visible(&call.tool_name));
                // Writing to a string is infallible.
                let _ = arguments(&mut text, call.arguments.as_ref());
                text
            }
        }
    }
}

impl fmt::Debug for PendingToolCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingToolCall")
            .field("tool_call_id", &self.tool_call_id)
            .field("agent_id", &self.agent_id)
            .field("tool_name", &self.tool_name)
            .field("arguments", &field("arguments", &self.arguments))
            .finish()
    }
}

impl From<PermissionDecision> for PendingAnswer {
    fn from(decision: PermissionDecision) -> Self {
        Self::Permission(decision)
    }
}

impl From<ToolResult> for PendingAnswer {
    fn from(result: ToolResult) -> Self {
        Self::ToolCall(result)
    }
}
