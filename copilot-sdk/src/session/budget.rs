//! The budgets of a session and of its turns.

use std::sync::Arc;

use super::Session;
use crate::budget::{Meter, TurnBudget};
use crate::error::Result;

impl Session {
    /// The budgets of a turn about to be started.
    pub(super) fn budgets(&self, own: Option<Arc<Meter>>) -> Result<Option<Arc<TurnBudget>>> {
        self.0.peer.locate(self.0.dispatch.budgets().of_turn(own))
    }

    /// Has the CLI ask before each tool call, if the turn's own budget limits them.
    pub(super) async fn ask_before_tools(&self, own: Option<&Meter>) -> Result<()> {
        let budgets = self.0.dispatch.budgets();
        if !own.is_some_and(Meter::limits_tool_calls) || budgets.asks_before_tools() {
            return Ok(());
        }
        self.config().handlers.asks_before_tools = true;
        self.0.reopener.reconfigure().await?;
        budgets.ask_before_tools();
        Ok(())
    }
}
