//! What the crate writes into the log.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

use crate::PATIENCE;

/// The warnings of this thread, as long as this lives: those of a test on one thread.
#[derive(Debug)]
pub struct Warnings {
    lines: Lines,
    _guard: DefaultGuard,
}

#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Warnings {
    /// Begins to listen.
    pub fn listen() -> Self {
        let lines = Lines::default();
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(lines.clone()));
        Self { lines, _guard: guard }
    }

    /// Waits until there are so many, and returns them in order of the alphabet.
    ///
    /// # Panics
    ///
    /// When there are fewer after [`PATIENCE`].
    pub async fn sorted(&self, count: usize) -> Vec<String> {
        let there = async {
            while self.lines.all().len() < count {
                tokio::task::yield_now().await;
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, there).await;
        let mut lines = self.lines.all();
        assert!(outcome.is_ok(), "only these: {lines:#?}");
        lines.sort();
        lines
    }
}

impl Lines {
    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if *event.metadata().level() == Level::WARN {
            let mut line = Message::default();
            event.record(&mut line);
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.0);
        }
    }
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}
