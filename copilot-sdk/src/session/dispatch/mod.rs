//! Answers the CLI's questions with the user's code: one place where every question ends, each answered exactly once.
//!
//! A handler is polled once right here and gets a task of its own only when it has to wait. Its panics are caught where
//! it is called.

mod event;
mod hook;
mod permission;
mod remark;
mod request;
mod tool;

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_core::future::BoxFuture;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::settings::Settings;
use crate::connection::Connection;
use crate::event::{Event, EventData};
use crate::ids::{RequestId, SessionId};
use crate::permission::Gate;
use crate::rpc::{Peer, Responder};
use crate::tool::{CancelToken, Tool};

/// A question of the CLI, whether it came as a request or as an event that a later call answers; or news for the log.
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
    /// The question that an event asks, or its news that one is answered or that the session has less than it was given.
    ///
    /// Events that only tell of a request, such as `user_input.requested`, are none.
    pub(super) fn of(event: &Arc<Event>) -> Option<Self> {
        let asks = matches!(
            event.data,
            EventData::ExternalToolRequested(_)
                | EventData::ExternalToolCompleted(_)
                | EventData::PermissionRequested(_)
                | EventData::PermissionCompleted(_)
                | EventData::ElicitationRequested(_)
                | EventData::ElicitationCompleted(_)
                | EventData::CommandExecute(_)
                | EventData::CommandCompleted(_)
                | EventData::McpOauthRequired(_)
                | EventData::McpOauthCompleted(_)
                | EventData::SessionMcpServerStatusChanged(_)
                | EventData::SessionMcpServerToolsLoaded(_)
        );
        asks.then(|| Self::Event(Arc::clone(event)))
    }
}

/// What a session answers with.
pub(super) struct Dispatch {
    session_id: SessionId,
    peer: Peer,
    /// Nobody else can answer: unknown names are ours to refuse.
    exclusive: bool,
    pub(super) settings: Arc<Settings>,
    tools: Mutex<HashMap<String, Tool>>,
    gate: Gate,
    /// The questions that came as events and that the CLI counts as open; without a token once they are answered here.
    running: Mutex<HashMap<RequestId, Option<CancelToken>>>,
    /// The lines that stand in the log already.
    said: Mutex<HashSet<String>>,
    /// Cancelled when the session is over.
    over: CancelToken,
}

impl Dispatch {
    pub(super) fn new(session_id: SessionId, connection: &Connection, settings: Arc<Settings>) -> Self {
        Self {
            session_id,
            peer: connection.peer.clone(),
            exclusive: connection.exclusive,
            tools: Mutex::new(by_name(settings.tools.iter().cloned())),
            gate: Gate::new(settings.policy.clone().unwrap_or_default()),
            settings,
            running: Mutex::default(),
            said: Mutex::default(),
            over: CancelToken::new(),
        }
    }

    /// This program's own tools.
    pub(super) fn tools(&self) -> Vec<Tool> {
        self.tools.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Answers with these tools from now on; the last of a name counts.
    pub(super) fn set_tools(&self, tools: impl IntoIterator<Item = Tool>) {
        *self.tools.lock().unwrap_or_else(PoisonError::into_inner) = by_name(tools);
    }

    /// This program's own tool of that name.
    pub(super) fn own_tool(&self, name: &str) -> Option<Tool> {
        self.tools.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Answers until the session is over.
    pub(super) async fn run(self: Arc<Self>, mut questions: mpsc::UnboundedReceiver<Question>) {
        while let Some(question) = questions.recv().await {
            match question {
                Question::Event(event) => self.event(&event).await,
                Question::Request { method, params, responder } => self.request(method, params, responder).await,
                Question::Closed => break,
            }
        }
        self.over.cancel();
        for cancel in self.running().drain().filter_map(|(_, cancel)| cancel) {
            cancel.cancel();
        }
    }

    /// Resolves when the session is over.
    pub(super) async fn over(&self) {
        self.over.cancelled().await;
    }

    async fn event(self: &Arc<Self>, event: &Arc<Event>) {
        match &event.data {
            EventData::ExternalToolRequested(call) => self.tool_call(event, call).await,
            EventData::PermissionRequested(request) => self.permission(event, request).await,
            EventData::ElicitationRequested(form) => self.elicitation(form).await,
            EventData::CommandExecute(call) => self.command(call).await,
            EventData::McpOauthRequired(login) => self.mcp_auth(login).await,
            EventData::ExternalToolCompleted(done) => self.cancel(&done.request_id),
            EventData::PermissionCompleted(done) => self.cancel(&done.request_id),
            EventData::ElicitationCompleted(done) => self.cancel(&done.request_id),
            EventData::CommandCompleted(done) => self.cancel(&done.request_id),
            EventData::McpOauthCompleted(done) => self.cancel(&done.request_id),
            data => self.remark(data),
        }
    }

    /// Notes that a question is being answered; `None` when it is already.
    fn begin(&self, request_id: &RequestId) -> Option<CancelToken> {
        match self.running().entry(request_id.clone()) {
            Entry::Vacant(entry) => entry.insert(Some(CancelToken::new())).clone(),
            Entry::Occupied(_) => {
                tracing::warn!(%request_id, "the cli asked the same question twice; it is answered once");
                None
            }
        }
    }

    /// Whether a question is still open; whoever ends it answers.
    ///
    /// The entry stays until the CLI has closed the question, so that no repetition of it runs.
    fn end(&self, request_id: &RequestId) -> bool {
        self.running().get_mut(request_id).and_then(Option::take).is_some()
    }

    /// A question was answered elsewhere or withdrawn, unless this is the echo of our own answer.
    fn cancel(&self, request_id: &RequestId) {
        if let Some(Some(cancel)) = self.running().remove(request_id) {
            cancel.cancel();
        }
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

fn by_name(tools: impl IntoIterator<Item = Tool>) -> HashMap<String, Tool> {
    tools.into_iter().map(|tool| (tool.name().to_owned(), tool)).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a, R> {
    session_id: &'a SessionId,
    request_id: &'a RequestId,
    #[serde(flatten)]
    outcome: R,
}

/// The outcome of most questions.
#[derive(Serialize)]
struct Outcome<R> {
    result: R,
}

/// Polls a handler once where it stands; only one that has to wait gets a task.
async fn handle(mut handler: BoxFuture<'static, ()>) {
    let ready = poll_fn(|cx| std::task::Poll::Ready(handler.as_mut().poll(cx).is_ready())).await;
    if !ready {
        tokio::spawn(handler);
    }
}
