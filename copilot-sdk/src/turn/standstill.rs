//! Whether all that a turn still does is wait for permissions that were left open.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::error::{Error, ErrorKind};
use crate::event::sdk::PermissionLeftOpen;
use crate::event::{Event, EventData};
use crate::id_hash::IdMap;
use crate::ids::{RequestId, ToolCallId};
use crate::payload::{answers, read_whole};

/// How many tool calls are tracked, and the longest of their ids.
const TRACKED: usize = 1024;
const ID_LENGTH: usize = 1024;

/// The tool calls of a turn in progress, and the permissions that were left open. Those of
/// sub-agents do not count: none of them is left open, and a sub-agent is a tool call itself.
#[derive(Debug, Default)]
pub(super) struct Standstill {
    /// By id, whether this program runs the call: it then survives the end of the CLI.
    calls: IdMap<ToolCallId, bool>,
    left_open: Vec<PermissionLeftOpen>,
}

impl Standstill {
    /// The state of a turn with these pending questions.
    pub(super) fn resumed(questions: &[Arc<Event>]) -> Self {
        answers! {
            struct Asked {
                tool_call_id: ToolCallId = "toolCallId",
            }
        }
        let mut standstill = Self::default();
        for question in questions {
            standstill.fold(question);
            // The start of the call came before the resume.
            if let EventData::PermissionRequested(asked) = &question.data
                && let Some(request) = &asked.permission_request
                && let Some(asked) = read_whole::<Asked>(request.get())
            {
                standstill.begin(&asked.tool_call_id, false);
            }
        }
        standstill
    }

    pub(super) fn fold(&mut self, event: &Event) {
        if !event.is_root() {
            return;
        }
        match &event.data {
            EventData::ToolExecutionStart(start) => self.begin(&start.tool_call_id, false),
            EventData::ExternalToolRequested(call) => self.begin(&call.tool_call_id, true),
            EventData::ToolExecutionComplete(done) => {
                self.calls.remove(&done.tool_call_id);
            }
            // Begins when every call is complete.
            EventData::AssistantTurnStart(_) => self.calls.clear(),
            EventData::PermissionLeftOpen(left) => self.left_open.push(left.clone()),
            EventData::PermissionCompleted(done) => {
                self.left_open.retain(|left| left.request_id != done.request_id);
            }
            EventData::AssistantIdle(_) | EventData::SessionIdle(_) => *self = Self::default(),
            // The calls of the CLI that ended are over.
            EventData::Reconnected(_) => {
                let left_open = &self.left_open;
                self.calls.retain(|id, is_ours| *is_ours || waits(id, *is_ours, left_open));
            }
            _ => {}
        }
    }

    /// Whether permissions were left open, and nothing else is in progress.
    pub(super) fn is_reached(&self) -> bool {
        let left_open = &self.left_open;
        !left_open.is_empty() && self.calls.iter().all(|(id, ours)| waits(id, *ours, left_open))
    }

    pub(super) fn error(&self, what: &str) -> Error {
        left_open(what, self.left_open.iter().map(|left| left.request_id.clone()).collect())
    }

    fn begin(&mut self, id: &ToolCallId, is_ours: bool) {
        if let Some(known) = self.calls.get_mut(id) {
            *known |= is_ours;
        } else if self.calls.len() < TRACKED && id.as_str().len() <= ID_LENGTH {
            self.calls.insert(id.clone(), is_ours);
        }
    }
}

/// Whether a call waits for one of these. One that names no call may be that of any.
fn waits(id: &ToolCallId, is_ours: bool, left_open: &[PermissionLeftOpen]) -> bool {
    left_open.iter().any(|left| left.tool_call_id.as_ref().map_or(!is_ours, |call| call == id))
}

/// The error of what waits for permissions that were left open.
pub(crate) fn left_open(what: &str, ids: Vec<RequestId>) -> Error {
    let mut text = format!("{what} for permissions that were left open");
    for (separator, id) in [": "].into_iter().chain(std::iter::repeat(", ")).zip(&ids) {
        // Writing to a string is infallible.
        let _ = write!(text, "{separator}`{id}`");
    }
    text.push_str(
        "; answer with `session.answer(..)`, now or after a resume with \
         `continue_pending_work(true)`, then read on with `session.resumed_turn()`",
    );
    Error::new(ErrorKind::Pending, text).with_pending_requests(ids)
}
