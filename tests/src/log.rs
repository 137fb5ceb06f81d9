//! What the SDK writes to the log.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// The log of the thread that began it, line by line, until it is dropped.
///
/// A test whose runtime has one thread sees all of its tasks in it.
#[derive(Debug)]
pub struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    _current: DefaultGuard,
}

impl Log {
    /// Begins to write down.
    pub fn capture() -> Self {
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let layer = Recorder(Arc::clone(&lines));
        let current = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        Self { lines, _current: current }
    }

    /// The warnings and errors so far: `WARN`, the message, and the fields by name.
    ///
    /// # Panics
    ///
    /// When writing down has panicked.
    pub fn complaints(&self) -> Vec<String> {
        let lines = self.lines.lock().expect("nobody panicked while writing");
        lines.iter().filter(|line| line.starts_with("WARN") || line.starts_with("ERROR")).cloned().collect()
    }
}

struct Recorder(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut line = Line::default();
        event.record(&mut line);
        let text = format!("{} {}{}", event.metadata().level(), line.message, line.fields);
        self.0.lock().expect("nobody panicked while writing").push(text);
    }
}

#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
