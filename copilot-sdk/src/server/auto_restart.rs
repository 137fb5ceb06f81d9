//! The restart policy for a CLI that ended unexpectedly.

use std::time::Duration;

use crate::backoff::Backoff;

/// Restart policy for a CLI that ended unexpectedly: attempts and delays. See
/// [`ClientBuilder::auto_restart`](crate::client::ClientBuilder::auto_restart).
///
/// ```
/// use std::time::Duration;
/// use copilot_sdk::Client;
/// use copilot_sdk::client::AutoRestart;
///
/// let patient = AutoRestart::new().attempts(20).longest_wait(Duration::from_secs(60));
/// let client = Client::builder().auto_restart(patient);
/// let plain = Client::builder().auto_restart(false);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it does nothing before it is given to a client"]
pub struct AutoRestart {
    attempts: u32,
    backoff: Backoff,
}

impl AutoRestart {
    /// Five attempts, with delays from 100 milliseconds to 30 seconds.
    pub fn new() -> Self {
        let backoff =
            Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(30) };
        Self { attempts: 5, backoff }
    }

    /// How many consecutive starts may fail, or last less than five seconds, before the client
    /// gives up. Defaults to 5; 0 disables restarts.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The delay before the second attempt. Doubled for each further one and randomly shortened by
    /// up to half; the first attempt is immediate. Defaults to 100 milliseconds.
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.backoff.first = wait;
        self
    }

    /// Maximum delay between two attempts. Defaults to 30 seconds.
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.backoff.longest = wait;
        self
    }

    pub(super) fn is_on(&self) -> bool {
        self.attempts > 0
    }

    /// Whether to try again after this many consecutive failures.
    pub(super) fn goes_on_after(&self, failures: u32) -> bool {
        failures < self.attempts
    }

    /// The delay after this many consecutive failures.
    pub(super) fn wait(&self, failures: u32) -> Duration {
        self.backoff.wait(failures)
    }
}

impl Default for AutoRestart {
    fn default() -> Self {
        Self::new()
    }
}

impl From<bool> for AutoRestart {
    fn from(on: bool) -> Self {
        if on { Self::new() } else { Self::new().attempts(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_gives_up_after_the_attempts() {
        let restart = AutoRestart::new().attempts(2);
        assert_eq!([0, 1, 2].map(|failures| restart.goes_on_after(failures)), [true, true, false]);
        assert!(!AutoRestart::from(false).is_on());
    }
}
