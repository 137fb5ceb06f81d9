//! Environment variables of the CLI.

/// The variable that carries the token; the CLI hides this one from the tools it runs.
pub(super) const GITHUB_TOKEN: &str = "COPILOT_GITHUB_TOKEN";
pub(super) const CONNECTION_TOKEN: &str = "COPILOT_CONNECTION_TOKEN";
pub(super) const COPILOT_HOME: &str = "COPILOT_HOME";
/// Keeps the CLI from using the system's keyring.
pub(super) const DISABLE_KEYTAR: &str = "COPILOT_DISABLE_KEYTAR";
/// The CLI's cache of files about the user; also of its unpacked files, unless [`PACKAGE_HOME`] is
/// set.
pub(super) const CACHE_HOME: &str = "COPILOT_CACHE_HOME";
/// Where the CLI keeps its unpacked files, and nothing else.
pub(super) const PACKAGE_HOME: &str = "COPILOT_PKG_CACHE_HOME";
