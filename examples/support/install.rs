//! The CLI that the examples use.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use copilot_sdk::client::ClientBuilder;
use copilot_sdk::{Client, Result, cli};

/// A client whose CLI is `COPILOT_CLI_PATH`, or the pinned version, which is installed where that
/// has not happened yet.
///
/// # Errors
///
/// When it cannot be installed; the text says why, and how to do it by hand.
pub(crate) async fn client() -> Result<ClientBuilder> {
    let builder = Client::builder();
    if let Some(path) = std::env::var_os("COPILOT_CLI_PATH") {
        println!("cli      {} (COPILOT_CLI_PATH)", path.display());
        let builder = builder.cli_path(&path);
        // A CLI of your own unpacks itself (235 MB) in the home that it sees, which is a new one
        // for each example: they share one place for that.
        return Ok(match shared_cache() {
            Some(cache) if cli::installed().as_deref() != Some(path.as_ref()) => {
                builder.env("COPILOT_PKG_CACHE_HOME", cache)
            }
            _ => builder,
        });
    }
    if let Some(path) = cli::installed() {
        println!("cli      {}", path.display());
        return Ok(builder.cli_path(path));
    }
    println!("cli      not here yet: installing @github/copilot {} with npm", cli::VERSION);
    let is_terminal = std::io::stdout().is_terminal();
    let show = move |progress: String| {
        if is_terminal {
            // One line, written anew: to its start, and what is left of the former one erased.
            print!("\r         {progress}\x1b[K");
            let _ = std::io::stdout().flush();
        } else {
            println!("         {progress}");
        }
    };
    let installed =
        cli::installer().on_progress(move |progress| show(progress.to_string())).install().await;
    if is_terminal {
        println!();
    }
    let path = installed?;
    println!("cli      {}", path.display());
    Ok(builder.cli_path(path))
}

fn shared_cache() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if ["COPILOT_CACHE_HOME", "COPILOT_PKG_CACHE_HOME"].iter().any(|name| variable(name).is_some())
    {
        return None;
    }
    let of_user = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let of_user = of_user.or_else(|| Some(PathBuf::from(variable("HOME")?).join(".cache")))?;
    Some(of_user.join("copilot-sdk-examples"))
}
