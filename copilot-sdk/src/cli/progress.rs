//! Progress of an installation.

use std::fmt;
use std::time::{Duration, Instant};

/// Progress of an installation. Displays as one line of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The current stage.
    pub stage: Stage,
    /// Time since the installation started.
    pub elapsed: Duration,
    /// Bytes of the package on disk. Stays 0 while npm fills its own cache; the total is not known.
    pub bytes: u64,
}

/// The stages of an installation, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Checking whether it is installed, or waiting for another program that is installing it.
    Looking,
    /// npm is downloading; reported every second.
    Downloading,
    /// The CLI unpacks itself and reports its version.
    Unpacking,
    /// The installation is complete.
    Ready,
}

/// Reports to the user's callback.
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
