//! Installing the Copilot CLI.
//!
//! A [`Client`](crate::Client) finds the CLI on its own: an explicit path, `COPILOT_CLI_PATH`,
//! `copilot` on `PATH`, and finally the cache that [`install`] fills. Nothing is downloaded unless
//! the program calls a function of this module.
//!
//! ```no_run
//! # async fn run() -> copilot_sdk::Result<()> {
//! let program = copilot_sdk::cli::install().await?;
//! println!("Copilot CLI {} is {}", copilot_sdk::cli::VERSION, program.display());
//! # Ok(())
//! # }
//! ```

mod blocking_runner;
mod install;
mod installer;
mod integrity;
mod moves;
mod npm;
mod npm_program;
mod progress;
mod staging;
// npm is a shell script here; `tests/tests/played.rs` plays it on every system.
#[cfg(test)]
#[cfg(unix)]
mod tests;

use std::path::PathBuf;

pub use self::installer::Installer;
pub use self::progress::{Progress, Stage};
use crate::error::Result;
pub use crate::transport::locate::VERSION;

/// Installs [`VERSION`] of the CLI into this crate's cache, unless it is installed already, and
/// returns its path.
///
/// Downloads about 190 MB with the `npm` client, so the user's registry, proxy and certificate
/// settings apply. Whatever the registry serves, only the published packages of [`VERSION`] are
/// accepted: their hashes are part of this crate. The cache is `COPILOT_SDK_CACHE`, or
/// `copilot-sdk` in the user's cache directory (`%LOCALAPPDATA%` on Windows). Several programs may
/// install at the same time. See [`installer`] for options.
///
/// The installed files are readable only by this user. For a container image whose programs run as
/// another user, install as root with `COPILOT_SDK_CACHE=/opt/copilot`, make it readable
/// (`chmod -R go+rX /opt/copilot`), and set the same variable at run time; the cache need not be
/// writable then. A cache that other users can modify is refused, except on Windows, where access
/// control lists are not read: keep it in a directory of the user, as by default.
///
/// # Errors
///
/// [`ErrorKind::Start`](crate::ErrorKind::Start) if npm is missing, fails, installs no binary for
/// this platform or not the published package, or if the cache is not writable or can be modified
/// by others; [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) after ten minutes. The text says
/// what to do.
///
/// # Cancel safety
///
/// Cancel safe: dropping the future ends npm and removes the partial download.
pub async fn install() -> Result<PathBuf> {
    installer().install().await
}

/// Options of an installation.
///
/// ```no_run
/// # async fn run() -> copilot_sdk::Result<()> {
/// use std::time::Duration;
///
/// let program = copilot_sdk::cli::installer()
///     .cache_dir("/opt/my-app/cache")
///     .deadline(Duration::from_secs(120))
///     .on_progress(|progress| eprintln!("{progress}"))
///     .install()
///     .await?;
/// # Ok(())
/// # }
/// ```
pub fn installer() -> Installer {
    Installer::new()
}

/// The path of [`VERSION`] in this crate's cache, if it is installed. Installs nothing.
pub fn installed() -> Option<PathBuf> {
    installer().installed()
}
