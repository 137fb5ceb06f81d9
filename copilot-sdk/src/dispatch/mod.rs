//! Answers the CLI's questions with user code. Every question ends here and is answered exactly
//! once.
//!
//! Called from the reader, so nothing here waits or runs user code. Every handler runs in its own
//! task: one that blocks its thread does not delay other questions while the runtime has threads
//! left. Panics are caught where the handler is called.

mod access;
mod asked;
mod diagnostics;
mod hook;
mod interaction;
mod permission;
mod question;
mod request;
mod tool;
mod unreadable;

pub(crate) use access::TimelineLine;
pub(crate) use asked::Carried;
pub(crate) use diagnostics::mcp_tools;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use asked::{Asked, Given};
use question::Question;

use crate::config::SessionHandlers;
use crate::ids::{RequestId, SessionId};
use crate::jsonrpc::Peer;
use crate::permission::Gate;
use crate::seen_ids::SeenIds;
use crate::session_peer::SessionPeer;
use crate::tool::{CancelToken, Tool};

/// Answers the questions of one session.
pub(crate) struct Dispatch {
    peer: SessionPeer,
    /// Whether no other client can answer, so that unknown names must be refused here.
    exclusive: bool,
    code: SessionHandlers,
    tools: Mutex<HashMap<String, Tool>>,
    gate: Gate,
    asked: Mutex<Asked>,
    /// What was lost with the last connection, until it is reported.
    lost: Mutex<Vec<String>>,
    /// Whether the policy approved something for the whole session, which the CLI forgets when it
    /// ends.
    approved_for_session: AtomicBool,
    /// Log lines already written.
    said: Mutex<SeenIds>,
    /// Cancelled when the session ends.
    over: CancelToken,
}

impl Dispatch {
    pub(crate) fn new(peer: SessionPeer, exclusive: bool, code: SessionHandlers) -> Self {
        Self {
            peer,
            exclusive,
            tools: Mutex::new(by_name(code.tools.iter().cloned())),
            gate: Gate::new(code.policy.clone()),
            code,
            asked: Mutex::new(Asked::new()),
            lost: Mutex::default(),
            approved_for_session: AtomicBool::new(false),
            said: Mutex::new(SeenIds::new(diagnostics::KNOWN_LINES)),
            over: CancelToken::new(),
        }
    }

    pub(crate) fn session_id(&self) -> &SessionId {
        self.peer.id()
    }

    /// Whether the program has a handler for requests with this method.
    pub(crate) fn handles(&self, method: &str) -> bool {
        self.code.handlers.requests.request(method).is_some()
    }

    /// This program's own tools.
    pub(crate) fn tools(&self) -> Vec<Tool> {
        self.tools.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Replaces the tools; of several with one name, the last counts.
    pub(crate) fn set_tools(&self, tools: impl IntoIterator<Item = Tool>) {
        *self.tools.lock().unwrap_or_else(PoisonError::into_inner) = by_name(tools);
    }

    /// This program's tool of that name, if any.
    pub(crate) fn own_tool(&self, name: &str) -> Option<Tool> {
        self.tools.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Called when the connection has ended but may be replaced: cancels the handlers whose answers
    /// no other connection accepts.
    pub(crate) fn suspended(&self) {
        let mut asked = self.asked();
        let stopped = asked.suspend();
        drop(asked);
        self.lost().extend(stopped);
    }

    /// Carries questions over to a new connection, on which the questions `open` are still pending.
    pub(crate) fn carry(&self, open: &HashSet<RequestId>) -> Carried {
        let mut carried = self.asked().carry(open);
        carried.lost.splice(0..0, std::mem::take(&mut *self.lost()));
        if self.approved_for_session.swap(false, Ordering::Relaxed) {
            carried.lost.push("approvals given for the session".to_owned());
        }
        carried
    }

    /// Switches to a new connection and repeats the answers to questions that are still pending.
    pub(crate) fn resume(&self, peer: &Peer, open: &HashSet<RequestId>) {
        // Under the lock, so that an answer given in the meantime is sent over exactly one of the
        // connections.
        let asked = self.asked();
        self.peer.attach(peer);
        for given in asked.given(open) {
            self.post(&given);
        }
    }

    /// Called when the session has ended: cancels the running handlers.
    pub(crate) fn closed(&self) {
        self.over.cancel();
        self.asked().close();
    }

    /// Resolves when the session ends.
    pub(crate) async fn over(&self) {
        self.over.cancelled().await;
    }

    /// Records that a question is being answered. Returns `None` if it is already being answered or
    /// completed, or the session has ended.
    fn begin(
        &self,
        question: Question,
        about: &str,
        request_id: &RequestId,
    ) -> Option<CancelToken> {
        let mut asked = self.asked();
        // Under the lock, so that no handler starts without being cancelled.
        if self.over.is_cancelled() {
            return None;
        }
        let begun = asked.begin(question, about, request_id);
        if begun.is_none() {
            tracing::debug!(%request_id, "a duplicate question; it is answered once");
        }
        begun
    }

    /// Answers a pending question, unless it has been completed in the meantime.
    fn finish(&self, question: Question, request_id: &RequestId, outcome: Option<impl Serialize>) {
        let given = outcome.map(|outcome| self.given(question, request_id, outcome));
        let mut asked = self.asked();
        if asked.end(request_id).is_some()
            && let Some(Some(given)) = given
        {
            self.send(&mut asked, question, request_id, &given);
        }
    }

    /// Answers a question for which no handler was started.
    fn answer(&self, question: Question, request_id: &RequestId, outcome: impl Serialize) {
        if let Some(given) = self.given(question, request_id, outcome) {
            self.send(&mut self.asked(), question, request_id, &given);
        }
    }

    fn send(&self, asked: &mut Asked, question: Question, request_id: &RequestId, given: &Given) {
        if question.survives() {
            asked.keep(request_id, given.clone());
        }
        self.post(given);
    }

    fn given(
        &self,
        question: Question,
        request_id: &RequestId,
        outcome: impl Serialize,
    ) -> Option<Given> {
        let params = self.peer.addressed_json(AnswerParams { request_id, outcome });
        let params = params
            .inspect_err(|error| tracing::error!(%error, "an answer cannot be written as JSON"));
        Some(Given { method: question.method(), params: params.ok()?.into() })
    }

    /// The response is ignored: `success: false` only means that the question is already completed.
    fn post(&self, given: &Given) {
        if let Err(error) = self.peer.post_json(given.method, &given.params) {
            tracing::debug!(method = given.method, %error, "an answer could not be sent");
        }
    }

    /// Called when a question was answered elsewhere or withdrawn; the echo of our own answer
    /// changes nothing.
    fn cancel(&self, request_id: &RequestId) {
        if let Some(cancel) = self.asked().end(request_id) {
            cancel.cancel();
        }
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lost(&self) -> MutexGuard<'_, Vec<String>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn by_name(tools: impl IntoIterator<Item = Tool>) -> HashMap<String, Tool> {
    tools.into_iter().map(|tool| (tool.name().to_owned(), tool)).collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AnswerParams<'a, R> {
    request_id: &'a RequestId,
    #[serde(flatten)]
    outcome: R,
}

/// The answer to most kinds of questions.
#[derive(Serialize)]
struct Outcome<R> {
    result: R,
}
