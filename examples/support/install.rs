//! The CLI that the examples use.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write};
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
    let show = move |progress: &dyn Display| {
        let _ = show_progress(&mut std::io::stdout(), is_terminal, progress);
    };
    let installed = cli::installer().on_progress(move |progress| show(&progress)).install().await;
    if is_terminal {
        println!();
    }
    let path = installed?;
    println!("cli      {}", path.display());
    Ok(builder.cli_path(path))
}

/// Shows how far something is: on a terminal in one line, which is written anew.
fn show_progress(
    out: &mut impl Write,
    is_terminal: bool,
    progress: &dyn Display,
) -> std::io::Result<()> {
    if !is_terminal {
        return writeln!(out, "         {progress}");
    }
    // To the start of the line, and what is left of the former text is erased.
    write!(out, "\r         {progress}\x1b[K")?;
    out.flush()
}

fn shared_cache() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if ["COPILOT_CACHE_HOME", "COPILOT_PKG_CACHE_HOME"].iter().any(|name| variable(name).is_some())
    {
        return None;
    }
    let of_user = variable("XDG_CACHE_HOME").map(PathBuf::from);
    let of_user = of_user.or_else(|| Some(PathBuf::from(variable(crate::HOME)?).join(".cache")))?;
    Some(of_user.join("copilot-sdk-examples"))
}

#[cfg(test)]
mod tests {
    use super::show_progress;

    fn shown(is_terminal: bool) -> String {
        let mut out = Vec::new();
        for progress in ["downloading, 9 MB", "ready"] {
            show_progress(&mut out, is_terminal, &progress).expect("memory can be written");
        }
        String::from_utf8(out).expect("it is text")
    }

    #[test]
    fn progress_is_one_line_on_a_terminal_and_a_line_each_elsewhere() {
        assert_eq!(shown(true), "\r         downloading, 9 MB\x1b[K\r         ready\x1b[K");
        assert_eq!(shown(false), "         downloading, 9 MB\n         ready\n");
    }
}
