//! When and how a CLI that ended is started again.

use std::time::Duration;

use crate::backoff::Backoff;

/// Whether a CLI that ended by itself is started again, and how often that is tried; see
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
    /// Five attempts, with waits from 100 milliseconds to 30 seconds.
    pub fn new() -> Self {
        let backoff =
            Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(30) };
        Self { attempts: 5, backoff }
    }

    /// How many starts in a row may fail, or end within five seconds, before the client gives up.
    /// Default 5; 0 switches restarts off.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The wait before the second attempt, doubled before each further one and varied at random by
    /// up to half. The first attempt waits for nothing. Default 100 milliseconds.
    pub fn first_wait(mut self, wait: Duration) -> Self {
        self.backoff.first = wait;
        self
    }

    /// The longest wait between two attempts. Default 30 seconds.
    pub fn longest_wait(mut self, wait: Duration) -> Self {
        self.backoff.longest = wait;
        self
    }

    pub(super) fn is_on(&self) -> bool {
        self.attempts > 0
    }

    /// Whether one more attempt follows this many failures in a row.
    pub(super) fn goes_on_after(&self, failures: u32) -> bool {
        failures < self.attempts
    }

    /// The wait before the attempt that follows this many failures in a row.
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
