//! The options of an installation.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::watch;

use super::blocking_runner::BlockingRunner;
use super::install::Install;
use super::progress::{ProgressHandler, Reporter};
use super::{Progress, VERSION};
use crate::error::{Error, ErrorKind, Result};
use crate::transport::locate::Cache;

/// An installation of the Copilot CLI; made by [`installer`](super::installer).
#[must_use = "nothing is installed until `.install().await`"]
pub struct Installer {
    version: String,
    cache: Option<Cache>,
    npm: PathBuf,
    deadline: Duration,
    on_progress: Option<ProgressHandler>,
}

impl Installer {
    pub(super) fn new() -> Self {
        Self {
            version: VERSION.to_owned(),
            cache: Cache::of_user(|name| std::env::var_os(name)),
            npm: "npm".into(),
            deadline: Duration::from_secs(600),
            on_progress: None,
        }
    }

    /// The version to install instead of [`VERSION`]. A client finds only [`VERSION`] by itself:
    /// give it the returned path.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// The directory to install in instead of this crate's cache. A client finds it when
    /// `COPILOT_SDK_CACHE` names it.
    pub fn cache_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.cache = Some(Cache::new(directory));
        self
    }

    /// The `npm` program; by default the one on `PATH`.
    pub fn npm(mut self, program: impl Into<PathBuf>) -> Self {
        self.npm = program.into();
        self
    }

    /// How long everything together may take; 10 minutes by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Is called at each [`Stage`](super::Stage), and every second while downloading.
    pub fn on_progress(mut self, handler: impl FnMut(Progress) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(handler));
        self
    }

    /// Installs the CLI, unless it is there already, and returns the path of its program.
    ///
    /// # Errors
    ///
    /// As for [`install`](super::install); also [`ErrorKind::Config`] when the version is no
    /// version number.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends npm and removes what was downloaded so far.
    pub async fn install(self) -> Result<PathBuf> {
        check_version(&self.version)?;
        let cache = self.cache.ok_or_else(no_cache)?;
        let reporter = Reporter::new(self.on_progress);
        // Goes away with this future, and the work stops.
        let (_alive, cancelled) = watch::channel(());
        let installing = tokio::task::spawn_blocking(move || {
            let runner = BlockingRunner::new(self.deadline, cancelled);
            Install { version: self.version, cache, npm: self.npm, reporter, runner }.run()
        });
        installing.await.unwrap_or_else(|error| {
            let text = "the installation of the Copilot CLI broke off: look for a panic in the \
                        progress handler";
            Err(Error::new(ErrorKind::Start, text).with_source(error))
        })
    }

    /// The program, if this version is in the cache already; only looks.
    pub fn installed(&self) -> Option<PathBuf> {
        let program = self.cache.as_ref()?.program(&self.version);
        program.is_file().then_some(program)
    }
}

impl fmt::Debug for Installer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installer")
            .field("version", &self.version)
            .field("cache", &self.cache)
            .field("npm", &self.npm)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// The version becomes part of a path and of an argument of npm.
fn check_version(version: &str) -> Result<()> {
    let good = version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'));
    let problem =
        || format!("{version:?} is no version of the Copilot CLI: write it like {VERSION:?}");
    Error::check(if good { Vec::new() } else { vec![problem()] })
}

fn no_cache() -> Error {
    let text = "no directory to install the Copilot CLI in: set COPILOT_SDK_CACHE or HOME, or \
                name one with cache_dir";
    Error::new(ErrorKind::Start, text)
}
