//! What the SDK writes to the log.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

use tokio::sync::Notify;
use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::PATIENCE;

/// What the thread that began it writes, until it is dropped.
///
/// A test whose runtime has one thread sees those of all its tasks.
#[derive(Debug)]
pub struct Log {
    lines: Lines,
    _current: DefaultGuard,
}

#[derive(Debug, Clone)]
struct Lines {
    /// The least important level that is written down.
    least: Level,
    kept: Arc<Mutex<Vec<Line>>>,
    /// Keeps one notice for the next one who asks, so that none is missed between look and wait.
    written: Arc<Notify>,
}

#[derive(Debug, Clone)]
struct Line {
    level: Level,
    message: String,
    fields: String,
}

impl Log {
    /// Begins to write down warnings and errors.
    pub fn capture() -> Self {
        Self::from_level(Level::WARN)
    }

    /// Begins to write down everything.
    pub fn capture_all() -> Self {
        Self::from_level(Level::TRACE)
    }

    fn from_level(least: Level) -> Self {
        // A place in the code that is reached for the first time while subscribers come and go may
        // be taken for one that nobody asks for. One that stays asks for all.
        static EVERYTHING: Once = Once::new();
        EVERYTHING.call_once(|| {
            // Another one that was there first asks as well.
            let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry());
        });
        let lines = Lines { least, kept: Arc::default(), written: Arc::default() };
        let current =
            tracing::subscriber::set_default(tracing_subscriber::registry().with(lines.clone()));
        Self { lines, _current: current }
    }

    /// All so far: `WARN`, the message, and the fields by name.
    pub fn complaints(&self) -> Vec<String> {
        let lines = self.lines.lock();
        lines.iter().map(|line| format!("{} {}{}", line.level, line.message, line.fields)).collect()
    }

    /// Waits until there are so many warnings, and returns their messages in order of the alphabet.
    ///
    /// # Panics
    ///
    /// When there are fewer after [`PATIENCE`].
    pub async fn warnings(&self, count: usize) -> Vec<String> {
        let there = async {
            while self.messages().len() < count {
                self.lines.written.notified().await;
            }
        };
        let outcome = tokio::time::timeout(PATIENCE, there).await;
        let mut messages = self.messages();
        assert!(outcome.is_ok(), "only these: {messages:#?}");
        messages.sort();
        messages
    }

    fn messages(&self) -> Vec<String> {
        let lines = self.lines.lock();
        lines
            .iter()
            .filter(|line| line.level == Level::WARN)
            .map(|line| line.message.clone())
            .collect()
    }
}

impl Lines {
    fn lock(&self) -> MutexGuard<'_, Vec<Line>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let level = *event.metadata().level();
        if level <= self.least {
            let mut line = Line { level, message: String::new(), fields: String::new() };
            event.record(&mut line);
            self.lock().push(line);
            self.written.notify_one();
        }
    }
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing to a string cannot fail.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
