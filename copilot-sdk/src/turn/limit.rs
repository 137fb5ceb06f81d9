//! A time limit of a turn.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

pub(super) struct Limit {
    duration: Duration,
    sleep: Pin<Box<Sleep>>,
}

impl Limit {
    pub(super) fn since(begun: Instant, duration: Duration) -> Self {
        Self { duration, sleep: Box::pin(tokio::time::sleep_until(after(begun, duration))) }
    }

    pub(super) fn restart(&mut self) {
        let end = after(Instant::now(), self.duration);
        self.sleep.as_mut().reset(end);
    }

    /// Ready with its duration once the limit has passed; never where there is none.
    pub(super) fn poll(limit: &mut Option<Self>, cx: &mut Context<'_>) -> Poll<Duration> {
        match limit {
            Some(limit) => limit.sleep.as_mut().poll(cx).map(|()| limit.duration),
            None => Poll::Pending,
        }
    }
}

/// Durations that no clock can hold are as good as a hundred years.
fn after(begun: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    begun + duration.min(FAR)
}
