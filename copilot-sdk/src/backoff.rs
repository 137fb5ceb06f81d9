//! Waits between attempts: each twice as long as the one before, varied at random.

use std::time::Duration;

/// How long to wait between attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Backoff {
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
}

impl Backoff {
    /// The wait number `number`, from 1; half of it at least, and all of it at most.
    pub(crate) fn wait(self, number: u32) -> Duration {
        let mut chance = [0];
        // Without randomness every wait is the longest it can be.
        let _ = getrandom::fill(&mut chance);
        self.wait_by(number, u8::from_ne_bytes(chance))
    }

    fn wait_by(self, number: u32, chance: u8) -> Duration {
        let Some(doublings) = number.checked_sub(1) else { return Duration::ZERO };
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        let wait = self.first.saturating_mul(factor).min(self.longest);
        // Those that failed together are not to try again together.
        wait.saturating_sub((wait / 2).saturating_mul(u32::from(chance)) / 255)
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, Duration};

    #[test]
    fn waits_double_up_to_the_longest_and_vary_by_half() {
        let backoff =
            Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(1) };
        let waits = [0, 1, 2, 3, 4, 5, 90].map(|number| backoff.wait_by(number, 0).as_millis());
        assert_eq!(waits, [0, 100, 200, 400, 800, 1000, 1000]);
        assert_eq!(backoff.wait_by(4, 255), Duration::from_millis(400));
        let endless = Backoff { first: Duration::MAX, longest: Duration::MAX };
        assert_eq!(endless.wait_by(90, 0), Duration::MAX);
        assert!(endless.wait_by(90, 255) >= Duration::MAX / 2);
        let wait = backoff.wait(1);
        assert!((50..=100).contains(&wait.as_millis()), "{wait:?}");
    }
}
