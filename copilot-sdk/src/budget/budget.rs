//! The limits of a budget.

use std::time::Duration;

use super::Price;

/// Limits on what a turn, a session or a client may spend, all optional.
///
/// ```
/// use std::time::Duration;
/// use copilot_sdk::budget::Budget;
///
/// let budget = Budget::new().model_calls(50).tool_calls(100).wall(Duration::from_secs(600));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[must_use = "it does nothing before it is set on a turn, a session or a client"]
pub struct Budget {
    pub(super) model_calls: Option<u64>,
    pub(super) tool_calls: Option<u64>,
    pub(super) tokens: Option<u64>,
    pub(super) cost: Option<f64>,
    pub(super) wall: Option<Duration>,
    pub(super) prices: Vec<(String, Price)>,
}

impl Budget {
    /// Creates a budget without limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the number of model calls (events `assistant.usage`). Calls that fail do not count.
    pub fn model_calls(mut self, calls: u64) -> Self {
        self.model_calls = Some(calls);
        self
    }

    /// Limits the number of tool calls of any kind: this program's tools, built-in ones, and those
    /// of MCP servers. 0 allows none.
    ///
    /// Calls that a hook or the permission policy denies count as well. The limit is exact, because
    /// the CLI asks before each call (hook `preToolUse`). A session without hooks that runs a turn
    /// with such a limit is reopened once, before the prompt is sent, to turn them on.
    pub fn tool_calls(mut self, calls: u64) -> Self {
        self.tool_calls = Some(calls);
        self
    }

    /// Limits the number of input and output tokens. Cached input tokens count in full.
    ///
    /// If the model's server does not report tokens, the first model call ends the turn with
    /// [`ErrorKind::Config`](crate::ErrorKind::Config).
    pub fn tokens(mut self, tokens: u64) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Limits the cost: in the currency of the [`price`](Self::price)s if there are any, otherwise
    /// in premium requests, as billed by GitHub.
    ///
    /// A model call without a price ends the turn with
    /// [`ErrorKind::Config`](crate::ErrorKind::Config): GitHub gives none for models of a custom
    /// provider.
    pub fn cost(mut self, cost: f64) -> Self {
        self.cost = Some(cost);
        self
    }

    /// Limits the time since the first turn began. The time a prompt waits in the queue does not
    /// count.
    pub fn wall(mut self, time: Duration) -> Self {
        self.wall = Some(time);
        self
    }

    /// The price of a model, by the name it has in the event `assistant.usage`. Needed for every
    /// model if it is given for one.
    pub fn price(mut self, model: impl Into<String>, price: Price) -> Self {
        self.prices.push((model.into(), price));
        self
    }

    /// Every problem in these limits.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if let Some(cost) = self.cost.filter(|cost| !cost.is_finite() || *cost < 0.0) {
            problems.push(format!(
                "a budget of cost {cost} is no limit: write a number from 0 upwards"
            ));
        }
        for (model, _) in self.prices.iter().filter(|(_, price)| !price.is_valid()) {
            problems.push(format!(
                "the price of model `{model}` in a budget is not a number from 0 upwards"
            ));
        }
        if self.cost.is_none() && !self.prices.is_empty() {
            problems.push(
                "a budget has prices but no limit on the cost: add `cost`, or leave out `price`"
                    .to_owned(),
            );
        }
        problems
    }

    /// Whether tool calls are limited.
    pub(crate) fn limits_tool_calls(&self) -> bool {
        self.tool_calls.is_some()
    }

    pub(super) fn price_of(&self, model: &str) -> Option<&Price> {
        self.prices.iter().rfind(|(own, _)| own == model).map(|(_, price)| price)
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Price};

    #[test]
    fn limits_that_limit_nothing_are_problems() {
        let price = Price::per_million(-1.0, 1.0);
        assert_eq!(
            Budget::new().price("m", price).problems(),
            [
                "the price of model `m` in a budget is not a number from 0 upwards",
                "a budget has prices but no limit on the cost: add `cost`, or leave out `price`",
            ]
        );
        assert_eq!(
            Budget::new().cost(f64::NAN).problems(),
            ["a budget of cost NaN is no limit: write a number from 0 upwards"]
        );
        let good = Budget::new().cost(0.0).price("m", Price::per_million(0.0, 1.0));
        assert_eq!(good.problems(), [""; 0]);
    }
}
