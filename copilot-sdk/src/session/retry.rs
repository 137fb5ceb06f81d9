//! Which failures of a turn are tried again.

use std::time::Duration;

use crate::backoff::Backoff;
use crate::error::Error;

/// Which failures of a turn are tried again, and how often; see [`Ask::retry`](super::Ask::retry).
///
/// ```
/// use std::time::Duration;
/// use copilot_sdk::session::Retry;
///
/// let retry = Retry::new().statuses([429, 503]).attempts(5).first_wait(Duration::from_secs(10));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it does nothing before it is given to `Ask::retry`"]
pub struct Retry {
    statuses: Vec<u16>,
    attempts: u32,
    backoff: Backoff,
    after_any_tool: bool,
}

impl Retry {
    /// Three attempts when the model's server answered 429, 500, 502, 503, 504 or 529, with waits
    /// from 2 seconds to a minute.
    pub fn new() -> Self {
        Self {
            statuses: vec![429, 500, 502, 503, 504, 529],
            attempts: 3,
            backoff: Backoff { first: Duration::from_secs(2), longest: Duration::from_secs(60) },
            after_any_tool: false,
        }
    }

    /// The HTTP statuses of the model provider that are retried. Defaults to 429, 500, 502, 503,
    /// 504 and 529.
    pub fn statuses(mut self, statuses: impl IntoIterator<Item = u16>) -> Self {
        self.statuses = statuses.into_iter().collect();
        self
    }

    /// The total number of attempts. Defaults to 3.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The delay before the second attempt. Doubled for each further one and randomly shortened by
    /// up to half; longer if the provider says when its limit ends. Defaults to 2 seconds.
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.backoff.first = wait;
        self
    }

    /// Maximum delay between two attempts, unless the provider asks for a longer one. Defaults to a
    /// minute.
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.backoff.longest = wait;
        self
    }

    /// Tries again whatever tools ran, and so may run a second time.
    pub fn after_any_tool(mut self) -> Self {
        self.after_any_tool = true;
        self
    }

    /// The wait after this many failures.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        self.backoff.wait(failures)
    }

    /// Whether another attempt follows this failure, the number `failures`.
    pub(super) fn covers(&self, error: &Error, failures: u32, changed_something: bool) -> bool {
        failures < self.attempts
            && error.status_code().is_some_and(|status| self.statuses.contains(&status))
            && (self.after_any_tool || !changed_something)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}
