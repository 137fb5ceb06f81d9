//! How far an installation is.

use std::fmt;
use std::time::{Duration, Instant};

/// How far an installation is; shows as one line of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done now.
    pub stage: Stage,
    /// The time since the installation began.
    pub elapsed: Duration,
    /// Bytes of the package on disk; stays 0 while npm fills its own cache. How many there will be
    /// is not known.
    pub bytes: u64,
}

/// The stages of an installation, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Looking whether it is installed already, or waiting for another program that installs it.
    Looking,
    /// npm downloads; reported again every second.
    Downloading,
    /// The CLI unpacks itself and says its version.
    Unpacking,
    /// It can be used.
    Ready,
}

/// Tells the user's handler.
pub(super) struct Reporter {
    began: Instant,
    bytes: u64,
    handler: Option<ProgressHandler>,
}

pub(super) type ProgressHandler = Box<dyn FnMut(Progress) + Send>;

impl Reporter {
    pub(super) fn new(handler: Option<ProgressHandler>) -> Self {
        Self { began: Instant::now(), bytes: 0, handler }
    }

    pub(super) fn report(&mut self, stage: Stage) {
        if let Some(handler) = &mut self.handler {
            handler(Progress { stage, elapsed: self.began.elapsed(), bytes: self.bytes });
        }
    }

    pub(super) fn downloaded(&mut self, bytes: u64) {
        self.bytes = bytes;
        self.report(Stage::Downloading);
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doing = match self.stage {
            Stage::Looking => "looking for",
            Stage::Downloading => "downloading",
            Stage::Unpacking => "unpacking",
            Stage::Ready => "ready with",
        };
        write!(f, "{doing} the Copilot CLI, {:.1} s", self.elapsed.as_secs_f32())?;
        if self.bytes > 0 { write!(f, ", {} MB", self.bytes / 1_000_000) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Progress, Stage};

    #[test]
    fn progress_shows_as_one_line() {
        let mut progress =
            Progress { stage: Stage::Looking, elapsed: Duration::from_millis(40), bytes: 0 };
        assert_eq!(progress.to_string(), "looking for the Copilot CLI, 0.0 s");
        progress = Progress {
            stage: Stage::Downloading,
            elapsed: Duration::from_millis(2340),
            bytes: 98_765_432,
        };
        assert_eq!(progress.to_string(), "downloading the Copilot CLI, 2.3 s, 98 MB");
    }
}
