//! Answers the CLI's questions with the user's code: one place where every question ends, each answered exactly once.
//!
//! A handler is polled once right here, under `catch_unwind`, and gets a task of its own only when it has to wait.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::access::Access;
use crate::event::{Event, EventData, ExternalToolRequested, PermissionRequested};
use crate::ids::{RequestId, SessionId};
use crate::permission::{Gate, PermissionDecision, PermissionRequest, ToolConsent};
use crate::rpc::{CODE_METHOD_NOT_FOUND, Peer, Responder};
use crate::tool::{CancelToken, Tool, ToolCall, ToolContext, ToolResult};
use crate::unwind::catch_unwind;

/// A question of the CLI, whether it came as a request or as an event that a later call answers.
pub(super) enum Question {
    Event(Arc<Event>),
    Request {
        method: Box<str>,
        params: Box<RawValue>,
        responder: Responder,
    },
    /// The session is over: handlers are told to stop.
    Closed,
}

impl Question {
    /// The question that an event asks, or its news that one is answered.
    pub(super) fn of(event: &Arc<Event>) -> Option<Self> {
        let asks = matches!(
            event.data,
            EventData::ExternalToolRequested(_)
                | EventData::ExternalToolCompleted(_)
                | EventData::PermissionRequested(_)
        );
        asks.then(|| Self::Event(Arc::clone(event)))
    }
}

/// What a session answers with.
pub(super) struct Dispatch {
    pub(super) session_id: SessionId,
    pub(super) peer: Peer,
    /// Nobody else can answer: unknown names are ours to refuse.
    pub(super) exclusive: bool,
    pub(super) tools: HashMap<String, Tool>,
    pub(super) gate: Gate,
    /// The calls that the CLI counts as open; without a token once this program has answered.
    pub(super) running: Mutex<HashMap<RequestId, Option<CancelToken>>>,
}

impl Dispatch {
    /// Answers until the session is over.
    pub(super) async fn run(self: Arc<Self>, mut questions: mpsc::UnboundedReceiver<Question>) {
        while let Some(question) = questions.recv().await {
            match question {
                Question::Event(event) => self.event(&event).await,
                Question::Request { method, params, responder } => self.request(&method, &params, responder),
                Question::Closed => break,
            }
        }
        for cancel in self.running().drain().filter_map(|(_, cancel)| cancel) {
            cancel.cancel();
        }
    }

    async fn event(self: &Arc<Self>, event: &Arc<Event>) {
        match &event.data {
            EventData::ExternalToolRequested(call) => self.tool_call(event, call).await,
            EventData::ExternalToolCompleted(done) => {
                // Answered elsewhere or aborted, unless it is the echo of our own answer.
                if let Some(Some(cancel)) = self.running().remove(&done.request_id) {
                    cancel.cancel();
                }
            }
            EventData::PermissionRequested(request) => self.permission(event, request).await,
            _ => {}
        }
    }

    async fn tool_call(self: &Arc<Self>, event: &Event, call: &ExternalToolRequested) {
        let Some(tool) = self.tools.get(&call.tool_name) else {
            if self.exclusive {
                let text = format!("there is no tool named `{}`", call.tool_name);
                self.answer_tool(&call.request_id, &ToolResult::failure(text));
            }
            return;
        };
        if !tool.has_handler() {
            return;
        }
        let cancel = CancelToken::new();
        match self.running().entry(call.request_id.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(Some(cancel.clone()));
            }
            Entry::Occupied(_) => {
                tracing::warn!(request_id = %call.request_id, "the cli asked for the same tool call twice; it runs once");
                return;
            }
        }
        let facts = ToolCall {
            session_id: self.session_id.clone(),
            request_id: call.request_id.clone(),
            tool_call_id: call.tool_call_id.clone(),
            tool_name: call.tool_name.clone(),
            agent_id: event.agent_id.clone(),
            working_directory: call.working_directory.as_ref().map(Into::into),
            traceparent: call.traceparent.clone(),
            tracestate: call.tracestate.clone(),
        };
        let access = Arc::new(Access { session_id: self.session_id.clone(), peer: self.peer.clone() });
        let work = tool.run(call.arguments.as_deref(), ToolContext::new(facts, cancel, access));
        let dispatch = Arc::clone(self);
        let request_id = call.request_id.clone();
        handle(Box::pin(async move {
            let result = work.await;
            // Whoever takes the token answers: nothing is sent for a call that is over. The entry stays until the CLI
            // has closed the call, so that no repetition of it runs.
            let open = dispatch.running().get_mut(&request_id).and_then(Option::take).is_some();
            if open {
                dispatch.answer_tool(&request_id, &result);
            }
        }))
        .await;
    }

    async fn permission(self: &Arc<Self>, event: &Event, asked: &PermissionRequested) {
        if asked.resolved_by_hook {
            return;
        }
        let request = match serde_json::from_str(asked.permission_request.get()) {
            Ok(json) => PermissionRequest::new(self.session_id.clone(), json).from_agent(event.agent_id.clone()),
            Err(error) => {
                tracing::warn!(%error, "a permission request that cannot be read; it is denied");
                return self.answer_permission(&asked.request_id, &PermissionDecision::denied());
            }
        };
        let consent = self.consent(&request);
        let request = request.with_consent(consent);
        let dispatch = Arc::clone(self);
        let request_id = asked.request_id.clone();
        handle(Box::pin(async move {
            let decision = catch_unwind(dispatch.gate.decide(&request)).await.unwrap_or_else(|panic| {
                tracing::error!(panic, "the permission policy panicked; the request is denied");
                PermissionDecision::UserNotAvailable
            });
            dispatch.answer_permission(&request_id, &decision);
        }))
        .await;
    }

    /// What this program said about the tool that asks, where it is one of ours.
    fn consent(&self, request: &PermissionRequest) -> ToolConsent {
        let own = request.tool_name().filter(|_| request.kind() == "custom-tool").and_then(|name| self.tools.get(name));
        match own {
            None => ToolConsent::NotOurs,
            Some(tool) if tool.asks() => ToolConsent::AskEachTime,
            Some(_) => ToolConsent::Given,
        }
    }

    fn answer_permission(&self, request_id: &RequestId, decision: &PermissionDecision) {
        if let Some(result) = decision.to_wire() {
            let answer = Answer { session_id: &self.session_id, request_id, result };
            self.post("session.permissions.handlePendingPermissionRequest", &answer);
        }
    }

    fn request(&self, method: &str, _params: &RawValue, responder: Responder) {
        responder.error(CODE_METHOD_NOT_FOUND, &format!("session `{}` has no handler for `{method}`", self.session_id));
    }

    pub(super) fn answer_tool(&self, request_id: &RequestId, result: &ToolResult) {
        let answer = Answer { session_id: &self.session_id, request_id, result };
        self.post("session.tools.handlePendingToolCall", &answer);
    }

    /// An answer needs no answer: `success: false` only says that the question is over (quirk 29).
    fn post(&self, method: &'static str, params: &impl Serialize) {
        if let Err(error) = self.peer.post(method, params) {
            tracing::debug!(method, %error, "an answer could not be sent");
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<RequestId, Option<CancelToken>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a, R> {
    session_id: &'a SessionId,
    request_id: &'a RequestId,
    result: R,
}

/// Polls a handler once where it stands; only one that has to wait gets a task.
async fn handle(mut handler: BoxFuture<'static, ()>) {
    let ready = poll_fn(|cx| std::task::Poll::Ready(handler.as_mut().poll(cx).is_ready())).await;
    if !ready {
        tokio::spawn(handler);
    }
}
