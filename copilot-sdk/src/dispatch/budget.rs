//! The budgets of a session: what its events cost, and which tool calls may still be made.

use std::sync::Arc;

use super::Dispatch;
use crate::budget::{SessionBudgets, TurnBudget};
use crate::event::Event;
use crate::session_peer::NoParams;
use crate::task::spawn;

/// What the model reads of a call that is not within the budget.
pub(super) const USED_UP: &str =
    "the budget of this conversation is used up, so the tool was not run";

impl Dispatch {
    pub(crate) fn budgets(&self) -> &Arc<SessionBudgets> {
        &self.budgets
    }

    /// Records that a turn begins, with its budgets if this program has started it.
    pub(crate) fn turn_begins(self: &Arc<Self>, turn: Option<Arc<TurnBudget>>) {
        let dispatch = Arc::downgrade(self);
        self.budgets.begin(turn, move || {
            if let Some(dispatch) = dispatch.upgrade() {
                dispatch.abort_over_budget();
            }
        });
    }

    /// Counts an event, and aborts the turn if that exhausts a budget, or if it goes on in spite of
    /// an abort.
    pub(crate) fn count(self: &Arc<Self>, event: &Event) {
        if self.budgets.fold(event) {
            // Called under the lock of the session's state, which the end of the connection takes.
            let dispatch = Arc::clone(self);
            spawn(async move { dispatch.abort_over_budget() });
        }
    }

    /// Aborts the turn on a new connection, if a budget has ended it on the former one.
    pub(crate) fn stay_within_budget(&self) {
        if self.budgets.ended().is_some() {
            self.abort_over_budget();
        }
    }

    /// Counts a tool call. Returns whether it may be made; if not, the turn is aborted when it
    /// calls the model again, so that the calls that run beside it may end.
    pub(super) fn admits_tool(&self, tool: &str) -> bool {
        self.budgets.admits_tool(tool)
    }

    fn abort_over_budget(&self) {
        // Over by now: the abort would reach the next turn.
        let Some(turn) = self.budgets.ended() else { return };
        let session_id = self.session_id();
        if let Some(error) = turn.ended() {
            tracing::warn!(%session_id, %error, "the turn is aborted");
        }
        let answered = move |_| turn.abort_answered();
        if let Err(error) = self.peer.call_then("session.abort", NoParams {}, answered) {
            tracing::debug!(%session_id, %error, "a turn over budget could not be aborted");
        }
    }
}
