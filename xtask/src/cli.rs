//! The pinned CLI and its schemas.

use std::path::PathBuf;

use copilot_sdk::cli;

/// The folder of the schemas that the pinned CLI has unpacked, which is installed if it is missing.
///
/// # Errors
///
/// If the CLI cannot be installed, or has unpacked no schemas.
pub fn schemas() -> Result<PathBuf, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start a runtime: {error}"))?;
    let program = runtime.block_on(cli::install()).map_err(|error| error.to_string())?;
    // The program is `cli/VERSION/copilot` in the cache, what it unpacks `unpacked/pkg/PLATFORM`.
    let cache = program.ancestors().nth(3).ok_or("the CLI is in no cache")?;
    let platforms = cache.join("unpacked/pkg");
    let found = std::fs::read_dir(&platforms)
        .map_err(|error| format!("{}: {error}", platforms.display()))?
        .flatten()
        .map(|platform| platform.path().join(cli::VERSION).join("schemas"))
        .find(|folder| folder.join("api.schema.json").is_file());
    found.ok_or_else(|| {
        format!("the CLI has unpacked no schemas in {}: start it once", platforms.display())
    })
}
