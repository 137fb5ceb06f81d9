//! Options of an installation.

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

/// An installation of the Copilot CLI, created by [`installer`](super::installer).
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

    /// The version to install instead of [`VERSION`]. Clients find only [`VERSION`] on their own:
    /// pass them the returned path.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// The directory to install into instead of this crate's cache. Clients find it if
    /// `COPILOT_SDK_CACHE` is set to it.
    pub fn cache_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.cache = Some(Cache::new(directory));
        self
    }

    /// The `npm` program. Defaults to the one on `PATH`.
    pub fn npm(mut self, program: impl Into<PathBuf>) -> Self {
        self.npm = program.into();
        self
    }

    /// The time limit of the whole installation. Defaults to 10 minutes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets a callback for progress, called at each [`Stage`](super::Stage) and every second while
    /// downloading.
    pub fn on_progress(mut self, handler: impl FnMut(Progress) + Send + 'static) -> Self {
        self.on_progress = Some(Box::new(handler));
        self
    }

    /// Installs the CLI unless it is installed already, and returns the path of its executable.
    ///
    /// # Errors
    ///
    /// Those of [`install`](super::install), and [`ErrorKind::Config`] if the version is not a
    /// version number.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: dropping the future ends npm and removes the partial download.
    pub async fn install(self) -> Result<PathBuf> {
        check_version(&self.version)?;
        let cache = self.cache.ok_or_else(no_cache)?;
        let reporter = Reporter::new(self.on_progress);
        // Dropped with this future, which stops the work.
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

    /// The executable, if this version is in the cache. Installs nothing.
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

/// Validates the version, which becomes part of a path and of an npm argument.
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
