//! What runs in a session: its turn and its tool calls, which are counted when they end.

use tokio::time::Instant;

use crate::budget::SessionBudgets;
use crate::event::{Event, EventData};
use crate::ids::ToolCallId;
use crate::metrics;

/// How many tool calls are tracked, and the longest of their ids and names.
const TRACKED: usize = 1024;
const LONGEST: usize = 1024;

/// The turn and the tool calls in progress.
#[derive(Default)]
pub(super) struct InProgress {
    turn: Option<RunningTurn>,
    calls: Vec<RunningCall>,
    is_open: bool,
}

struct RunningTurn {
    began: Instant,
    outcome: &'static str,
}

struct RunningCall {
    id: ToolCallId,
    tool: String,
    began: Instant,
}

impl InProgress {
    /// Records that the session is open.
    pub(super) fn opened(&mut self, how: &'static str) {
        self.is_open = true;
        metrics::session_opened(how);
    }

    /// Records that the session has ended.
    pub(super) fn closed(&mut self) {
        self.turn_ends(Some("closed"));
        if std::mem::take(&mut self.is_open) {
            metrics::session_ended();
        }
    }

    pub(super) fn turn_begins(&mut self) {
        self.turn_ends(None);
        self.turn = Some(RunningTurn { began: Instant::now(), outcome: "answered" });
    }

    /// Ends the turn, with the outcome of its events unless there is another one.
    pub(super) fn turn_ends(&mut self, outcome: Option<&'static str>) {
        if let Some(turn) = self.turn.take() {
            metrics::turn_ended(outcome.unwrap_or(turn.outcome), turn.began.elapsed());
        }
    }

    /// The tool calls.
    pub(super) fn calls(&self) -> Vec<ToolCallId> {
        self.calls.iter().map(|call| call.id.clone()).collect()
    }

    /// Forgets the tool calls.
    pub(super) fn take_calls(&mut self) -> Vec<ToolCallId> {
        std::mem::take(&mut self.calls).into_iter().map(|call| call.id).collect()
    }

    /// Reads an event.
    pub(super) fn fold(&mut self, event: &Event, budgets: &SessionBudgets) {
        match &event.data {
            EventData::ToolExecutionStart(call) => {
                let fits = |text: &str| text.len() <= LONGEST;
                if self.calls.len() < TRACKED
                    && fits(call.tool_call_id.as_str())
                    && fits(&call.tool_name)
                {
                    let (id, tool) = (call.tool_call_id.clone(), call.tool_name.clone());
                    self.calls.push(RunningCall { id, tool, began: Instant::now() });
                }
            }
            EventData::ToolExecutionComplete(done) => {
                let ended = |call: &RunningCall| call.id == done.tool_call_id;
                if let Some(at) = self.calls.iter().position(ended) {
                    let call = self.calls.remove(at);
                    metrics::tool_call_ended(&call.tool, done.success, call.began.elapsed());
                }
            }
            EventData::AssistantUsage(usage) => metrics::model_call(
                &usage.model,
                usage.input_tokens.unwrap_or(0),
                usage.output_tokens.unwrap_or(0),
            ),
            EventData::SessionError(_) if event.is_root() => self.judge("failed"),
            EventData::Abort(_) if event.is_root() => {
                self.judge(if budgets.ended().is_some() { "budget" } else { "aborted" });
            }
            EventData::AssistantIdle(_) | EventData::SessionIdle(_) if event.is_root() => {
                self.turn_ends(None);
                self.calls.clear();
            }
            _ => {}
        }
    }

    fn judge(&mut self, outcome: &'static str) {
        if let Some(turn) = &mut self.turn {
            turn.outcome = outcome;
        }
    }
}
