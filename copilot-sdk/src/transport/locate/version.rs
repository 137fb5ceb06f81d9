//! The CLI that this crate is made for.

/// The version of the Copilot CLI that this crate is tested with.
pub const VERSION: &str = "1.0.102";

/// The name of the CLI's executable.
pub(crate) const PROGRAM: &str = if cfg!(windows) { "copilot.exe" } else { "copilot" };
