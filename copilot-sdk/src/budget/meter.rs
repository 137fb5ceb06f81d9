//! What was spent of one budget.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::Budget;
use crate::error::{BudgetLimit, BudgetScope, Error, ExhaustedBudget, Spent};
use crate::event::AssistantUsage;
use crate::excerpt::Excerpt;

/// Counts what is spent of one budget, and remembers how it was exhausted.
pub(crate) struct Meter {
    scope: BudgetScope,
    budget: Budget,
    state: Mutex<MeterState>,
    /// Whether turns within the budget have to end at once.
    overspent: watch::Sender<bool>,
}

#[derive(Default)]
struct MeterState {
    spent: Spent,
    /// When the first turn began.
    began: Option<Instant>,
    /// The error of every turn within the budget, once it is exhausted.
    error: Option<Error>,
}

impl Meter {
    pub(crate) fn new(scope: BudgetScope, budget: Budget) -> Self {
        Self { scope, budget, state: Mutex::default(), overspent: watch::Sender::new(false) }
    }

    pub(crate) fn limits_tool_calls(&self) -> bool {
        self.budget.limits_tool_calls()
    }

    /// Starts the clock, unless it runs.
    pub(super) fn begin(&self) {
        self.lock().began.get_or_insert_with(Instant::now);
    }

    /// When the time has elapsed, if it is limited and the clock runs.
    pub(super) fn ends(&self) -> Option<Instant> {
        // Instants that no clock can hold never come.
        self.lock().began?.checked_add(self.budget.wall?)
    }

    /// Counts an answered model call. `goes_on` tells whether the turn needs another one.
    pub(super) fn model_call(&self, usage: &AssistantUsage, goes_on: bool) {
        let count = |tokens: Option<u64>| tokens.unwrap_or(0);
        let tokens = count(usage.input_tokens).saturating_add(count(usage.output_tokens));
        let cost = match self.cost_of(usage, tokens) {
            Ok(cost) => cost,
            Err(problem) => return self.fail(Error::config(vec![problem])),
        };
        let model = Excerpt::of(&usage.model).to_string();
        self.lock().spent.add_model_call(&model, tokens, cost);
        if goes_on {
            self.check();
        }
    }

    /// Counts a tool call that has begun.
    pub(super) fn tool_call(&self, tool: &str) {
        self.lock().spent.add_tool_call(&Excerpt::of(tool).to_string());
    }

    /// Counts a tool call in each of these budgets if it is within all of them. Otherwise exhausts
    /// the first that it is not within.
    pub(super) fn admit_tool_call(meters: &[Arc<Self>], tool: &str) -> bool {
        // Locked together, so that calls of several sessions do not share what is left.
        let mut states: Vec<_> = meters.iter().map(|meter| meter.lock()).collect();
        let denied = meters.iter().zip(&states).find(|(meter, state)| !meter.admits(state));
        if let Some((meter, _)) = denied {
            drop(states);
            if let Some(limit) = meter.budget.tool_calls {
                meter.exhaust(BudgetLimit::ToolCalls(limit));
            }
            return false;
        }
        let tool = Excerpt::of(tool).to_string();
        for state in &mut states {
            state.spent.add_tool_call(&tool);
        }
        true
    }

    fn admits(&self, state: &MeterState) -> bool {
        let used_up = |limit: u64| state.spent.tool_calls >= limit;
        state.error.is_none() && !self.budget.tool_calls.is_some_and(used_up)
    }

    /// Exhausts the budget if no further model call is within it.
    pub(super) fn check(&self) {
        let budget = &self.budget;
        let wall = self.wall();
        let Spent { model_calls, tokens, cost, .. } = self.lock().spent;
        let reached = [
            budget.model_calls.filter(|limit| model_calls >= *limit).map(BudgetLimit::ModelCalls),
            budget.tokens.filter(|limit| tokens >= *limit).map(BudgetLimit::Tokens),
            budget.cost.filter(|limit| cost >= *limit).map(BudgetLimit::Cost),
            budget.wall.filter(|limit| wall >= *limit).map(BudgetLimit::Wall),
        ];
        if let Some(limit) = reached.into_iter().flatten().next() {
            self.exhaust(limit);
        }
    }

    /// Exhausts the budget if its time has elapsed.
    pub(super) fn check_time(&self) {
        if let Some(limit) = self.budget.wall.filter(|limit| self.wall() >= *limit) {
            self.exhaust(BudgetLimit::Wall(limit));
        }
    }

    /// The error of a turn within the budget, once it is exhausted.
    pub(super) fn error(&self) -> Option<Error> {
        self.lock().error.clone()
    }

    /// Resolves when turns within the budget have to end at once.
    pub(super) async fn overspent(&self) {
        // Cannot fail: the sender is held here.
        let _ = self.overspent.subscribe().wait_for(|overspent| *overspent).await;
    }

    /// What a model call costs; zero if nobody wants to know.
    fn cost_of(&self, usage: &AssistantUsage, tokens: u64) -> Result<f64, String> {
        let Budget { tokens: limit, cost, prices, .. } = &self.budget;
        let (scope, model) = (self.scope, Excerpt::of(&usage.model));
        if tokens == 0 && (limit.is_some() || !prices.is_empty()) {
            return Err(format!(
                "the {scope}'s budget counts tokens, but the server of model `{model}` does not \
                 report any: limit `model_calls` instead"
            ));
        }
        if cost.is_none() {
            return Ok(0.0);
        }
        if let Some(price) = self.budget.price_of(&usage.model) {
            return Ok(price.of(usage));
        }
        let billed = usage.cost.unwrap_or(0.0);
        // A custom provider's calls are told as free; older CLIs do not tell whose a call was.
        let is_billed = usage.is_byok == Some(false) || billed > 0.0;
        if prices.is_empty() && is_billed && usage.is_byok != Some(true) {
            // Nothing is given back, whatever the CLI tells.
            return Ok(if billed.is_finite() { billed.max(0.0) } else { 0.0 });
        }
        Err(format!(
            "the {scope}'s budget limits the cost, but a call of model `{model}` has no price: give \
             it with `Budget::price(\"{model}\", ..)`, or leave out `cost`"
        ))
    }

    fn exhaust(&self, limit: BudgetLimit) {
        let mut spent = self.lock().spent.clone();
        spent.wall = self.wall();
        let error = Error::exhausted(ExhaustedBudget { scope: self.scope, limit, spent });
        // Calls beyond this limit are denied: those within it may end.
        if matches!(limit, BudgetLimit::ToolCalls(_)) {
            self.set(error);
        } else {
            self.fail(error);
        }
    }

    fn wall(&self) -> Duration {
        self.lock().began.map(|began| began.elapsed()).unwrap_or_default()
    }

    /// Ends the turns within the budget.
    fn fail(&self, error: Error) {
        self.set(error);
        self.overspent.send_replace(true);
    }

    /// The first error counts.
    fn set(&self, error: Error) {
        self.lock().error.get_or_insert(error);
    }

    fn lock(&self) -> MutexGuard<'_, MeterState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{AssistantUsage, Budget, BudgetScope, Meter};

    #[test]
    fn nothing_that_the_cli_tells_gives_anything_back() {
        let meter = Meter::new(BudgetScope::Session, Budget::new().cost(2.0));
        for cost in [json!(1.5), json!(-1e300), json!(null), json!(0.6)] {
            let usage: AssistantUsage =
                serde_json::from_value(json!({"model": "m", "isByok": false, "cost": cost}))
                    .unwrap();
            assert!(meter.error().is_none(), "{:?}", meter.error());
            meter.model_call(&usage, true);
        }
        let error = meter.error().unwrap().to_string();
        assert!(error.contains("budget of cost 2 is exhausted"), "{error}");
        let meter = Meter::new(BudgetScope::Turn, Budget::new().tokens(u64::MAX).cost(1e308));
        let usage = json!({"model": "m", "isByok": false, "cost": 1e308,
            "inputTokens": u64::MAX, "outputTokens": u64::MAX});
        meter.model_call(&serde_json::from_value(usage).unwrap(), true);
        assert!(meter.error().is_some());
    }
}
