//! What the examples share: a CLI that is installed when it is missing, and a place of its own to run in.

use std::path::PathBuf;

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::{Client, Result, cli};

/// The CLI to use: `COPILOT_CLI_PATH`, or the pinned version, which is installed where that has not happened yet.
///
/// # Errors
///
/// When it cannot be installed; the text says why, and how to do it by hand.
pub async fn cli_path() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("COPILOT_CLI_PATH") {
        println!("cli      {} (COPILOT_CLI_PATH)", path.display());
        return Ok(path.into());
    }
    if let Some(path) = cli::installed() {
        println!("cli      {}", path.display());
        return Ok(path);
    }
    println!("cli      not here yet: installing @github/copilot {} with npm", cli::VERSION);
    let path = cli::installer().on_progress(|progress| println!("         {progress}")).install().await?;
    println!("cli      {}", path.display());
    Ok(path)
}

/// A directory that stands in for the user's home, so that a demonstration touches nothing of theirs.
#[derive(Debug)]
pub struct Sandbox(PathBuf);

impl Sandbox {
    /// A new, empty one.
    ///
    /// # Errors
    ///
    /// When the temporary directory cannot be written.
    pub fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("copilot-sdk-example-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// A client whose CLI sees this sandbox as its home, and no login.
    ///
    /// # Errors
    ///
    /// When there is no CLI and none can be installed.
    pub async fn client(&self) -> Result<ClientBuilder> {
        let builder = Client::builder().cli_path(cli_path().await?).use_logged_in_user(false).env("HOME", &self.0);
        let builder = builder.base_directory(self.0.join("copilot")).env_remove("XDG_CACHE_HOME");
        Ok(builder)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
