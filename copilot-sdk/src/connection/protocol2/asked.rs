//! The requests of protocol 2 that wait for their answer.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::super::decision::PolicyDecision;
use super::super::json::RawFields;
use crate::event::{Event, EventData, read_event};
use crate::ids::{RequestId, SessionId};
use crate::jsonrpc::{CODE_INTERNAL, Responder};
use crate::payload::{answers, read_whole};

/// The requests of one connection that may wait at once. A session answers the question that it
/// makes of each, also beyond its own limit; only one that it has to ignore waits longer.
const MAX_WAITING: usize = 8192;

/// The requests of one connection.
pub(super) struct AskedRequests {
    /// The number of the connection: no id is used again on another one.
    connection: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: u64,
    waiting: HashMap<RequestId, Waiting>,
    /// The tools of each session that run only with a permission.
    asking: HashMap<SessionId, HashSet<String>>,
}

struct Waiting {
    session_id: SessionId,
    kind: Kind,
    responder: Responder,
}

/// What is asked.
pub(super) enum Kind {
    Tool,
    Permission,
    /// A permission for a call of a tool: its params.
    ToolPermission(Box<RawValue>),
}

/// What came of an answer.
pub(super) enum AnswerOutcome {
    /// Nothing waits for it.
    Late,
    Given,
    /// The call of a tool may run.
    MayRun(Box<RawValue>, Responder),
}

impl Kind {
    fn asked(&self) -> &'static str {
        match self {
            Self::Tool => "external_tool.requested",
            Self::Permission | Self::ToolPermission(_) => "permission.requested",
        }
    }

    fn completed(&self) -> &'static str {
        match self {
            Self::Tool => "external_tool.completed",
            Self::Permission | Self::ToolPermission(_) => "permission.completed",
        }
    }
}

impl AskedRequests {
    pub(super) fn new(connection: u64) -> Self {
        Self { connection, state: Mutex::default() }
    }

    /// Notes which tools of a session run only with a permission.
    pub(super) fn opening(&self, params: &RawValue) {
        answers! {
            struct Opening {
                session_id: SessionId = "sessionId",
                tools: Vec<Tool> = "tools",
            }

            struct Tool {
                name: String = "name" [required],
                skip_permission: bool = "skipPermission",
            }
        }
        if let Some(Opening { session_id, tools }) = read_whole(params.get()) {
            let asking = tools.into_iter().filter(|tool| !tool.skip_permission);
            let asking = asking.map(|tool| tool.name).collect();
            self.lock().asking.insert(session_id, asking);
        }
    }

    pub(super) fn needs_permission(&self, session_id: &str, tool: &str) -> bool {
        self.lock().asking.get(session_id).is_some_and(|asking| asking.contains(tool))
    }

    /// Records a request. Returns the event that asks it; one that is none is refused.
    pub(super) fn begin(
        &self,
        kind: Kind,
        session_id: &SessionId,
        question: &RawFields,
        responder: Responder,
    ) -> Option<Arc<Event>> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Asked<'a> {
            request_id: &'a RequestId,
            #[serde(flatten)]
            question: &'a RawFields,
        }
        let mut state = self.lock();
        if state.waiting.len() >= MAX_WAITING {
            drop(state);
            responder.error(CODE_INTERNAL, "too many requests wait for their answer already");
            return None;
        }
        state.last += 1;
        let request_id = RequestId::from(format!("request-{}-{}", self.connection, state.last));
        let event = event(kind.asked(), &request_id, Asked { request_id: &request_id, question });
        if event.is_some() {
            let waiting = Waiting { session_id: session_id.clone(), kind, responder };
            state.waiting.insert(request_id, waiting);
        } else {
            responder.error(CODE_INTERNAL, "the request cannot be read");
        }
        event
    }

    /// Answers a request, by the params of the call that protocol 3 has for it.
    pub(super) fn answer(&self, params: &RawValue) -> AnswerOutcome {
        answers! {
            struct Given {
                request_id: RequestId = "requestId",
                result: Option<Box<RawValue>> = "result",
            }
        }
        let Some(Given { request_id, result }) = read_whole(params.get()) else {
            return AnswerOutcome::Late;
        };
        let Some(Waiting { kind, responder, .. }) = self.lock().waiting.remove(&request_id) else {
            return AnswerOutcome::Late;
        };
        let result = result.as_deref().unwrap_or(RawValue::NULL);
        match kind {
            Kind::Tool => responder.result(&RequestResult { result }),
            Kind::Permission => {
                responder.result(&RequestResult { result: &PolicyDecision::of(result).older() });
            }
            Kind::ToolPermission(call) => {
                let decision = PolicyDecision::of(result);
                if decision.is_approval() {
                    return AnswerOutcome::MayRun(call, responder);
                }
                responder.result(&RequestResult { result: &decision.tool_result() });
            }
        }
        AnswerOutcome::Given
    }

    /// Refuses what a session was asked, because its turn is over. Returns the events that tell of
    /// it.
    pub(super) fn give_up(&self, session_id: &str) -> Vec<Arc<Event>> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Completed<'a> {
            request_id: &'a RequestId,
        }
        let given_up = self.take(session_id).into_iter();
        let events = given_up.filter_map(|(request_id, Waiting { kind, responder, .. })| {
            responder.error(CODE_INTERNAL, "the turn is over");
            event(kind.completed(), &request_id, Completed { request_id: &request_id })
        });
        events.collect()
    }

    /// Refuses what a session was asked, because it is left.
    pub(super) fn forget(&self, session_id: &str) {
        for (_, Waiting { responder, .. }) in self.take(session_id) {
            responder.error(CODE_INTERNAL, "the session is closed");
        }
        self.lock().asking.remove(session_id);
    }

    fn take(&self, session_id: &str) -> Vec<(RequestId, Waiting)> {
        let of_session =
            |_: &RequestId, waiting: &mut Waiting| waiting.session_id.as_str() == session_id;
        self.lock().waiting.extract_if(of_session).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The answer to a request.
#[derive(Serialize)]
struct RequestResult<'a> {
    result: &'a RawValue,
}

/// An event that the CLI did not send; `None` if the data is not that of its type.
fn event(
    event_type: &'static str,
    request_id: &RequestId,
    data: impl Serialize,
) -> Option<Arc<Event>> {
    #[derive(Serialize)]
    struct Envelope<D> {
        #[serde(rename = "type")]
        event_type: &'static str,
        data: D,
        id: String,
        timestamp: String,
        ephemeral: bool,
    }
    let envelope = Envelope {
        event_type,
        data,
        id: format!("{event_type}-{request_id}"),
        timestamp: crate::timestamp::rfc3339(SystemTime::now()),
        ephemeral: true,
    };
    let json = to_raw_value(&envelope).ok()?;
    let event = read_event(json.get()).ok()?;
    (!matches!(event.data, EventData::Other(_))).then_some(event)
}
