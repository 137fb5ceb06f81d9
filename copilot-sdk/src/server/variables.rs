//! Environment variables of the CLI.

/// The variable that carries the token; the CLI hides this one from the tools it runs.
pub(super) const GITHUB_TOKEN: &str = "COPILOT_GITHUB_TOKEN";
pub(super) const CONNECTION_TOKEN: &str = "COPILOT_CONNECTION_TOKEN";
pub(super) const COPILOT_HOME: &str = "COPILOT_HOME";
/// Keeps the CLI from using the system's keyring.
pub(super) const DISABLE_KEYTAR: &str = "COPILOT_DISABLE_KEYTAR";
pub(super) const CACHE_HOME: &str = "COPILOT_CACHE_HOME";
