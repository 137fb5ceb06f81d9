//! Shared code of the examples: installs the CLI if it is missing, provides a sandbox to run in,
//! and reads from the terminal.

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::{Client, Result, cli};

/// The CLI to use: `COPILOT_CLI_PATH`, or the pinned version, installed if it is missing.
///
/// # Errors
///
/// If it cannot be installed; the text says why, and how to install it manually.
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
    let path =
        cli::installer().on_progress(|progress| println!("         {progress}")).install().await?;
    println!("cli      {}", path.display());
    Ok(path)
}

/// Prompts in the terminal and reads a line without blocking the session. Returns `None` if the
/// terminal is closed.
///
/// # Errors
///
/// If the terminal cannot be read or written.
pub async fn read_line(question: &str) -> std::io::Result<Option<String>> {
    let question = question.to_owned();
    let line = tokio::task::spawn_blocking(move || {
        let mut terminal = std::io::stdin().lock(); // one question at a time
        print!("{question}");
        std::io::stdout().flush()?;
        let mut line = String::new();
        let read = terminal.read_line(&mut line)?;
        std::io::Result::Ok((read > 0).then(|| line.trim().to_owned()))
    });
    line.await?
}

/// A directory used in place of the user's home, so that the examples do not touch it.
#[derive(Debug)]
pub struct Sandbox(PathBuf);

impl Sandbox {
    /// Creates an empty sandbox.
    ///
    /// # Errors
    ///
    /// If the temporary directory is not writable.
    pub fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("copilot-sdk-example-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    /// The path of the sandbox, suitable as a working directory for agents that write files.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A client whose CLI sees this sandbox as its home, and no login.
    ///
    /// # Errors
    ///
    /// If there is no CLI and none can be installed.
    pub async fn client(&self) -> Result<ClientBuilder> {
        let builder = Client::builder()
            .cli_path(cli_path().await?)
            .use_logged_in_user(false)
            .env("HOME", &self.0);
        let builder = builder.base_directory(self.0.join("copilot"));
        let of_the_user = [
            "COPILOT_CACHE_HOME",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "COPILOT_GITHUB_TOKEN",
            "GH_TOKEN",
            "GITHUB_TOKEN",
        ];
        Ok(of_the_user.into_iter().fold(builder, ClientBuilder::env_remove))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
