//! Answers the CLI's questions with the user's code: one place where every question ends, each
//! answered exactly once.
//!
//! The reader calls it, so nothing here waits or runs code of the user. Every handler has a task of
//! its own from the start: one that blocks its thread holds up no other question while the runtime
//! has threads left. Its panics are caught where it is called.

mod access;
mod diagnostics;
mod event;
mod hook;
mod permission;
mod request;
mod tool;
mod unreadable;

pub(crate) use access::TimelineLine;
pub(crate) use diagnostics::mcp_tools;

use std::collections::hash_map::Entry;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::config::SessionConfig;
use crate::connection::SessionPeer;
use crate::event::{Event, EventData};
use crate::ids::{RequestId, SessionId};
use crate::permission::Gate;
use crate::seen_ids::SeenIds;
use crate::tool::{CancelToken, Tool};

/// How many questions are known again when they are asked after their end.
const KNOWN_QUESTIONS: usize = 4096;

/// What a session answers with.
pub(crate) struct Dispatch {
    peer: SessionPeer,
    /// Nobody else can answer: unknown names are ours to refuse.
    exclusive: bool,
    pub(crate) config: Arc<SessionConfig>,
    tools: Mutex<HashMap<String, Tool>>,
    gate: Gate,
    asked: Mutex<Asked>,
    /// The lines that stand in the log already.
    said: Mutex<SeenIds>,
    /// Cancelled when the session is over.
    over: CancelToken,
}

/// The questions that came as events.
struct Asked {
    /// Those that are being answered here.
    running: HashMap<RequestId, CancelToken>,
    /// Those that are over, answered here or elsewhere: a repetition of them is not asked again.
    over: SeenIds,
}

impl Dispatch {
    pub(crate) fn new(peer: SessionPeer, exclusive: bool, config: Arc<SessionConfig>) -> Self {
        Self {
            peer,
            exclusive,
            tools: Mutex::new(by_name(config.tools.iter().cloned())),
            gate: Gate::new(config.policy.clone().unwrap_or_default()),
            config,
            asked: Mutex::new(Asked {
                running: HashMap::new(),
                over: SeenIds::new(KNOWN_QUESTIONS),
            }),
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

    /// Answers what an event asks, and takes in its news of questions that are over.
    ///
    /// Events that only tell of a request, such as `user_input.requested`, ask nothing.
    pub(crate) fn event(self: &Arc<Self>, event: &Arc<Event>) {
        match &event.data {
            EventData::ExternalToolRequested(call) => self.tool_call(event, call),
            EventData::PermissionRequested(request) => self.permission(event, request),
            EventData::ElicitationRequested(form) => self.elicitation(event, form),
            EventData::CommandExecute(call) => self.command(call),
            EventData::McpOauthRequired(login) => self.mcp_auth(login),
            EventData::SessionLimitsExhaustedRequested(limits) => {
                self.session_limits_exhausted(limits);
            }
            EventData::SamplingRequested(request) => self.sampling(request),
            EventData::ExternalToolCompleted(done) => self.cancel(&done.request_id),
            EventData::PermissionCompleted(done) => self.cancel(&done.request_id),
            EventData::ElicitationCompleted(done) => self.cancel(&done.request_id),
            EventData::CommandCompleted(done) => self.cancel(&done.request_id),
            EventData::McpOauthCompleted(done) => self.cancel(&done.request_id),
            EventData::SessionLimitsExhaustedCompleted(done) => self.cancel(&done.request_id),
            EventData::SamplingCompleted(done) => self.cancel(&done.request_id),
            EventData::Other(other) => self.refuse_unreadable(other),
            data => self.diagnose(data),
        }
    }

    /// The session is over: handlers are told to stop.
    pub(crate) fn closed(&self) {
        self.over.cancel();
        for (_, cancel) in self.asked().running.drain() {
            cancel.cancel();
        }
    }

    /// Resolves when the session is over.
    pub(crate) async fn over(&self) {
        self.over.cancelled().await;
    }

    /// Notes that a question is being answered; `None` when it is already, or was, or the session
    /// is over.
    fn begin(&self, request_id: &RequestId) -> Option<CancelToken> {
        let asked = &mut *self.asked();
        // Under the lock, so that nothing begins that is not told to stop.
        if self.over.is_cancelled() {
            return None;
        }
        match asked.running.entry(request_id.clone()) {
            Entry::Vacant(entry) if !asked.over.contains(request_id) => {
                Some(entry.insert(CancelToken::new()).clone())
            }
            _ => {
                tracing::debug!(%request_id, "the cli asked the same question twice; it is \
                                              answered once");
                None
            }
        }
    }

    /// Whether a question was still open; whoever ends it answers.
    fn end(&self, request_id: &RequestId) -> bool {
        self.close(request_id).is_some()
    }

    /// A question was answered elsewhere or withdrawn, unless this is the echo of our own answer.
    fn cancel(&self, request_id: &RequestId) {
        if let Some(cancel) = self.close(request_id) {
            cancel.cancel();
        }
    }

    /// Notes that a question is over; what was running for it, if anything.
    fn close(&self, request_id: &RequestId) -> Option<CancelToken> {
        let mut asked = self.asked();
        asked.over.insert(request_id);
        asked.running.remove(request_id)
    }

    /// An answer needs no answer: `success: false` only says that the question is over (quirk 29).
    fn post(&self, method: &'static str, params: &impl Serialize) {
        if let Err(error) = self.peer.post(method, params) {
            tracing::debug!(method, %error, "an answer could not be sent");
        }
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
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
