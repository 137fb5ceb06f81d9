//! What a session answers with, and how an answer is given.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde::Serialize;

use super::asked::{About, Asked, Begun, Carried, Given};
use super::diagnostics;
use super::later::OnLeftOpen;
use super::question::{Question, TOO_MANY};

use crate::budget::SessionBudgets;
use crate::config::SessionHandlers;
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::heap_size::HeapSize as _;
use crate::id_hash::IdMap;
use crate::ids::{RequestId, SessionId};
use crate::jsonrpc::{CallParams, Peer};
use crate::permission::Gate;
use crate::seen_ids::SeenIds;
use crate::session_fs::KeptSession;
use crate::session_peer::SessionPeer;
use crate::task::Workers;
use crate::tool::{CancelToken, Tool};

/// Answers the questions of one session.
pub(crate) struct Dispatch {
    pub(super) peer: SessionPeer,
    /// The peer, for tools.
    pub(super) access: Arc<SessionPeer>,
    /// Whether no other client can answer, so that unknown names must be refused here.
    pub(super) exclusive: bool,
    /// Whether the CLI keeps permission requests that nobody answers.
    pub(super) requests_can_wait: bool,
    /// Told of each permission request that is left open.
    pub(super) on_left_open: OnceLock<Box<OnLeftOpen>>,
    pub(super) code: SessionHandlers,
    pub(super) tools: Mutex<IdMap<String, Tool>>,
    pub(super) gate: Gate,
    /// The session on the store, if it is kept on one.
    pub(super) kept: Option<Arc<dyn KeptSession>>,
    pub(super) budgets: Arc<SessionBudgets>,
    pub(super) asked: Mutex<Asked>,
    /// What was lost with the last connection, until it is reported.
    pub(super) lost: Mutex<Vec<String>>,
    /// Whether the policy approved something for the whole session, which the CLI forgets when it
    /// ends.
    pub(super) approved_for_session: AtomicBool,
    /// The MCP servers whose tools are being compared with those that were selected.
    pub(super) comparing: Mutex<HashSet<String>>,
    /// The tasks in which handlers run.
    pub(super) workers: Workers,
    /// Log lines already written.
    pub(super) said: Mutex<SeenIds>,
    /// Cancelled when the session ends.
    pub(super) over: CancelToken,
}

impl Dispatch {
    pub(crate) fn new(
        peer: SessionPeer,
        exclusive: bool,
        requests_can_wait: bool,
        code: SessionHandlers,
        kept: Option<Arc<dyn KeptSession>>,
        budgets: Arc<SessionBudgets>,
    ) -> Self {
        Self {
            access: Arc::new(peer.clone()),
            peer,
            exclusive,
            requests_can_wait,
            on_left_open: OnceLock::new(),
            tools: Mutex::new(by_name(code.tools.iter().cloned())),
            gate: Gate::new(code.policy.clone()),
            code,
            kept,
            budgets,
            asked: Mutex::new(Asked::new()),
            lost: Mutex::default(),
            approved_for_session: AtomicBool::new(false),
            comparing: Mutex::default(),
            workers: Workers::default(),
            said: Mutex::new(SeenIds::new(diagnostics::KNOWN_LINES)),
            over: CancelToken::new(),
        }
    }

    pub(crate) fn session_id(&self) -> &SessionId {
        self.peer.id()
    }

    /// The session on the store, if it is kept on one.
    pub(crate) fn kept(&self) -> Option<&Arc<dyn KeptSession>> {
        self.kept.as_ref()
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
        self.workers.dismiss();
        self.lost().extend(stopped);
    }

    /// Carries questions over to a new connection, on which the questions `open` are still pending.
    pub(crate) fn carry(&self, open: &HashSet<RequestId>) -> Carried {
        let mut carried = self.asked().carry(open);
        carried.lost.splice(0..0, std::mem::take(&mut *self.lost()));
        carried.lost.extend(self.lost_approvals());
        carried
    }

    /// The approvals for the session, which the CLI forgets when it loads the session anew.
    pub(crate) fn lost_approvals(&self) -> Option<String> {
        let any = self.approved_for_session.swap(false, Ordering::Relaxed);
        any.then(|| "approvals given for the session".to_owned())
    }

    /// Switches to a new connection and repeats the answers to questions that are still pending.
    pub(crate) fn resume(&self, peer: &Peer, open: &HashSet<RequestId>) {
        // Under the lock, so that an answer given in the meantime is sent over exactly one of the
        // connections.
        let asked = self.asked();
        self.peer.attach(peer);
        for given in asked.given(open) {
            self.post(given);
        }
    }

    /// Called when the session has ended: cancels the running handlers.
    pub(crate) fn closed(&self) {
        self.over.cancel();
        self.asked().close();
        self.workers.dismiss();
    }

    /// Resolves when the session ends.
    pub(crate) async fn over(&self) {
        self.over.cancelled().await;
    }

    /// Records that the question of an event is being answered. Returns `None` if it is already
    /// being answered or completed, or the session has ended; refuses one too many.
    pub(super) fn begin(
        &self,
        question: Question,
        about: About<'_>,
        request_id: &RequestId,
        event: &Event,
    ) -> Option<CancelToken> {
        let mut asked = self.asked();
        // Under the lock, so that no handler starts without being cancelled.
        if self.over.is_cancelled() {
            return None;
        }
        match asked.begin(question, about, request_id, event.heap_size()) {
            Begun::New(cancel) => return Some(cancel),
            Begun::Known => {
                let request_id = Excerpt::of(request_id.as_str());
                tracing::debug!(%request_id, "a duplicate question; it is answered once");
            }
            Begun::Full => {
                drop(asked);
                self.warn(TOO_MANY);
                self.answer(question, request_id, question.refusal(TOO_MANY));
            }
        }
        None
    }

    /// Answers a pending question, unless it has been completed in the meantime. The outcome is an
    /// object as JSON.
    pub(super) fn finish(
        &self,
        question: Question,
        request_id: &RequestId,
        outcome: Option<&[u8]>,
    ) {
        let given = outcome.and_then(|outcome| {
            self.given(question, request_id, |params| params.json_members(outcome))
        });
        self.finish_with(question, request_id, given);
    }

    /// Sends the answer to a pending question, unless it has been completed in the meantime.
    pub(super) fn finish_with(
        &self,
        question: Question,
        request_id: &RequestId,
        given: Option<Given>,
    ) {
        let mut asked = self.asked();
        if asked.end(request_id).is_some()
            && let Some(given) = given
        {
            self.send(&mut asked, question, request_id, given);
        }
    }

    /// Answers a question for which no handler was started.
    pub(super) fn answer(
        &self,
        question: Question,
        request_id: &RequestId,
        outcome: impl Serialize,
    ) {
        let given = self.given(question, request_id, |params| params.members(&outcome));
        if let Some(given) = given {
            let mut asked = self.asked();
            if question.survives() {
                asked.completed(request_id);
            }
            self.send(&mut asked, question, request_id, given);
        }
    }

    pub(super) fn send(
        &self,
        asked: &mut Asked,
        question: Question,
        request_id: &RequestId,
        given: Given,
    ) {
        self.post(&given);
        if question.survives() {
            asked.keep(request_id, given);
        }
    }

    /// The answer to a question, whose outcome adds its members to the params.
    pub(super) fn given(
        &self,
        question: Question,
        request_id: &RequestId,
        outcome: impl FnOnce(CallParams) -> serde_json::Result<CallParams>,
    ) -> Option<Given> {
        let params = self.peer.params(|own| outcome(own.text("requestId", request_id.as_str())));
        let params = params
            .inspect_err(|error| tracing::error!(%error, "an answer cannot be written as JSON"));
        Some(Given { method: question.method(), params: params.ok()? })
    }

    /// The response is ignored: `success: false` only means that the question is already completed.
    pub(super) fn post(&self, given: &Given) {
        if let Err(error) = self.peer.post_json(given.method, &given.params) {
            tracing::debug!(method = given.method, %error, "an answer could not be sent");
        }
    }

    /// Called when a question was answered elsewhere or withdrawn; the echo of our own answer
    /// changes nothing.
    pub(super) fn cancel(&self, request_id: &RequestId) {
        if let Some(cancel) = self.asked().end(request_id) {
            cancel.cancel();
        }
    }

    pub(super) fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn lost(&self) -> MutexGuard<'_, Vec<String>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn by_name(tools: impl IntoIterator<Item = Tool>) -> IdMap<String, Tool> {
    tools.into_iter().map(|tool| (tool.name().to_owned(), tool)).collect()
}

/// The answer to most kinds of questions.
#[derive(Serialize)]
pub(super) struct Outcome<R> {
    pub(super) result: R,
}
