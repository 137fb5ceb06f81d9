//! Answers the CLI's questions with the user's code: one place where every question ends, each
//! answered exactly once.
//!
//! The reader calls it, so nothing here waits or runs code of the user. Every handler has a task of
//! its own from the start: one that blocks its thread holds up no other question while the runtime
//! has threads left. Its panics are caught where it is called.

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

use asked::{Asked, Begun, Given};
use question::{Question, TOO_MANY};

use crate::config::SessionHandlers;
use crate::event::Event;
use crate::excerpt::Excerpt;
use crate::heap_size::HeapSize as _;
use crate::ids::{RequestId, SessionId};
use crate::jsonrpc::Peer;
use crate::permission::Gate;
use crate::seen_ids::SeenIds;
use crate::session_peer::SessionPeer;
use crate::tool::{CancelToken, Tool};

/// What a session answers with.
pub(crate) struct Dispatch {
    peer: SessionPeer,
    /// Nobody else can answer: unknown names are ours to refuse.
    exclusive: bool,
    code: SessionHandlers,
    tools: Mutex<HashMap<String, Tool>>,
    gate: Gate,
    asked: Mutex<Asked>,
    /// What the end of a connection took, until it is reported.
    lost: Mutex<Vec<String>>,
    /// The CLI forgets these when it ends.
    approved_for_session: AtomicBool,
    /// The MCP servers whose tools are being compared with those that were chosen.
    comparing: Mutex<HashSet<String>>,
    /// The lines that stand in the log already.
    said: Mutex<SeenIds>,
    /// Cancelled when the session is over.
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
            comparing: Mutex::default(),
            said: Mutex::new(SeenIds::new(diagnostics::KNOWN_LINES)),
            over: CancelToken::new(),
        }
    }

    pub(crate) fn session_id(&self) -> &SessionId {
        self.peer.id()
    }

    /// This program's own tools.
    pub(crate) fn tools(&self) -> Vec<Tool> {
        self.tools.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Answers with these tools from now on; the last of a name counts.
    pub(crate) fn set_tools(&self, tools: impl IntoIterator<Item = Tool>) {
        *self.tools.lock().unwrap_or_else(PoisonError::into_inner) = by_name(tools);
    }

    /// This program's own tool of that name.
    pub(crate) fn own_tool(&self, name: &str) -> Option<Tool> {
        self.tools.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// The connection is over, and another one may come: handlers whose answers no other
    /// connection takes are told to stop.
    pub(crate) fn suspended(&self) {
        let mut asked = self.asked();
        let stopped = asked.suspend();
        drop(asked);
        self.lost().extend(stopped);
    }

    /// What another connection, on which the questions `open` still wait, means for those of the
    /// former one.
    pub(crate) fn carry(&self, open: &HashSet<RequestId>) -> Carried {
        let mut carried = self.asked().carry(open);
        carried.lost.splice(0..0, std::mem::take(&mut *self.lost()));
        if self.approved_for_session.swap(false, Ordering::Relaxed) {
            carried.lost.push("approvals given for the session".to_owned());
        }
        carried
    }

    /// Goes on over another connection; answers that were given to questions which still wait are
    /// given again.
    pub(crate) fn resume(&self, peer: &Peer, open: &HashSet<RequestId>) {
        // Under the lock: an answer given meanwhile goes over exactly one of the connections.
        let asked = self.asked();
        self.peer.attach(peer);
        for given in asked.given(open) {
            self.post(&given);
        }
    }

    /// The session is over: handlers are told to stop.
    pub(crate) fn closed(&self) {
        self.over.cancel();
        self.asked().close();
    }

    /// Resolves when the session is over.
    pub(crate) async fn over(&self) {
        self.over.cancelled().await;
    }

    /// Notes that the question of an event is being answered; `None` when it is already, or was, or
    /// the session is over. One too many is refused.
    fn begin(
        &self,
        question: Question,
        about: &str,
        request_id: &RequestId,
        event: &Event,
    ) -> Option<CancelToken> {
        let mut asked = self.asked();
        // Under the lock, so that nothing begins that is not told to stop.
        if self.over.is_cancelled() {
            return None;
        }
        match asked.begin(question, about, request_id, event.heap_size()) {
            Begun::New(cancel) => return Some(cancel),
            Begun::Known => {
                let request_id = Excerpt::of(request_id.as_str());
                tracing::debug!(%request_id, "a question came twice; it is answered once");
            }
            Begun::Full => {
                drop(asked);
                self.warn(TOO_MANY);
                self.answer(question, request_id, question.refusal(TOO_MANY));
            }
        }
        None
    }

    /// Answers a question that was begun, unless it is over by now.
    fn finish(&self, question: Question, request_id: &RequestId, outcome: Option<impl Serialize>) {
        let given = outcome.map(|outcome| self.given(question, request_id, outcome));
        let mut asked = self.asked();
        if asked.end(request_id).is_some()
            && let Some(Some(given)) = given
        {
            self.send(&mut asked, question, request_id, &given);
        }
    }

    /// Answers a question that nothing was begun for.
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
        let params = self.peer.addressed_json(Answer { request_id, outcome });
        let params = params
            .inspect_err(|error| tracing::error!(%error, "an answer cannot be written as JSON"));
        Some(Given { method: question.method(), params: params.ok()?.into() })
    }

    /// An answer needs no answer: `success: false` only says that the question is over (quirk 29).
    fn post(&self, given: &Given) {
        if let Err(error) = self.peer.post_json(given.method, &given.params) {
            tracing::debug!(method = given.method, %error, "an answer could not be sent");
        }
    }

    /// A question was answered elsewhere or withdrawn, unless this is the echo of our own answer.
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
struct Answer<'a, R> {
    request_id: &'a RequestId,
    #[serde(flatten)]
    outcome: R,
}

/// The outcome of most questions.
#[derive(Serialize)]
struct Outcome<R> {
    result: R,
}
