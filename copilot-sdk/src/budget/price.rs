//! Prices of models.

use crate::event::AssistantUsage;

const MILLION: f64 = 1e6;

/// The price of a model's tokens, in any currency; set with
/// [`Budget::price`](super::Budget::price).
///
/// ```
/// use copilot_sdk::budget::{Budget, Price};
///
/// let price = Price::per_million(1.25, 10.0).cached_input(0.125);
/// let budget = Budget::new().cost(0.50).price("gpt-5", price);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[must_use]
pub struct Price {
    input: f64,
    output: f64,
    cached_input: Option<f64>,
    cache_write: Option<f64>,
}

impl Price {
    /// Prices of a million input tokens and of a million output tokens.
    pub const fn per_million(input: f64, output: f64) -> Self {
        Self { input, output, cached_input: None, cache_write: None }
    }

    /// The price of a million input tokens read from the provider's cache. Defaults to that of
    /// other input tokens.
    pub const fn cached_input(mut self, price: f64) -> Self {
        self.cached_input = Some(price);
        self
    }

    /// The price of a million input tokens written to the provider's cache. Defaults to that of
    /// other input tokens.
    pub const fn cache_write(mut self, price: f64) -> Self {
        self.cache_write = Some(price);
        self
    }

    pub(super) fn is_valid(&self) -> bool {
        let Self { input, output, cached_input, cache_write } = *self;
        let prices = [Some(input), Some(output), cached_input, cache_write];
        prices.into_iter().flatten().all(|price| price.is_finite() && price >= 0.0)
    }

    pub(super) fn of(&self, usage: &AssistantUsage) -> f64 {
        let count = |tokens: Option<u64>| tokens.unwrap_or(0);
        let input = count(usage.input_tokens);
        let cached = count(usage.cache_read_tokens).min(input);
        let written = count(usage.cache_write_tokens).min(input - cached);
        let parts = [
            (input - cached - written, self.input),
            (cached, self.cached_input.unwrap_or(self.input)),
            (written, self.cache_write.unwrap_or(self.input)),
            (count(usage.output_tokens), self.output),
        ];
        #[expect(clippy::cast_precision_loss, reason = "far below what a float holds exactly")]
        parts.iter().map(|(tokens, price)| *tokens as f64 * price / MILLION).sum()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Price;
    use crate::event::AssistantUsage;

    #[test]
    fn each_kind_of_token_has_its_price() {
        let usage: AssistantUsage = serde_json::from_value(json!({
            "model": "m", "inputTokens": 6_000_000, "outputTokens": 1_000_000,
            "cacheReadTokens": 3_000_000, "cacheWriteTokens": 1_000_000,
        }))
        .unwrap();
        let same = Price::per_million(1.0, 16.0);
        let prices = [same, same.cached_input(0.5), same.cached_input(0.5).cache_write(4.0)];
        let costs: Vec<_> = prices.iter().map(|price| price.of(&usage)).collect();
        assert_eq!(costs, [22.0, 20.5, 23.5]);
        let much = AssistantUsage { cache_read_tokens: Some(u64::MAX), ..usage };
        assert_eq!(same.of(&much).to_string(), "22");
    }
}
