//! The Copilot CLI on this machine: find out whether it is installed, and install it.
//!
//! A [`Client`](crate::Client) finds a CLI by itself: an explicit path, `COPILOT_CLI_PATH`,
//! `copilot` on `PATH`, and last the cache that [`install`] fills. Nothing is ever downloaded
//! unless the program asks for it here.
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
mod npm;
mod progress;
mod staging;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use self::installer::Installer;
pub use self::progress::{Progress, Stage};
use crate::error::Result;
pub use crate::transport::locate::VERSION;

/// Installs the CLI of [`VERSION`] in this crate's cache, unless it is there already, and returns
/// its path.
///
/// The `npm` client downloads it (about 190 MB), so the user's own registry, proxy and certificates
/// apply. Whatever the registry, only the published packages of [`VERSION`] are accepted: their
/// hashes are part of this crate. The cache is `COPILOT_SDK_CACHE`, else `copilot-sdk` in the
/// user's cache directory. Several programs may install at once. [`installer`] has the options.
///
/// Only this user can read what is made. For an image whose programs run as another user, install
/// as root with `COPILOT_SDK_CACHE=/opt/copilot`, let them read it (`chmod -R go+rX /opt/copilot`),
/// and set the same variable for them; the cache need not be writable then. A cache that others
/// can change is used by nobody.
///
/// # Errors
///
/// [`ErrorKind::Start`](crate::ErrorKind::Start) when npm is missing, fails or installs nothing
/// that runs here or something else than was published, or when the cache cannot be written or
/// can be changed by others;
/// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) after ten minutes. The text says what to do.
///
/// # Cancel safety
///
/// Dropping the future ends npm and removes what was downloaded so far.
pub async fn install() -> Result<PathBuf> {
    installer().install().await
}

/// An installation with options.
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

/// The CLI of [`VERSION`] in this crate's cache, if it is installed; only looks.
pub fn installed() -> Option<PathBuf> {
    installer().installed()
}
