//! Checks of paths sent to the CLI.

use std::path::Path;

/// The problem with a directory that the CLI reads on this machine. The CLI silently skips a
/// missing one.
///
/// Relative paths are not checked: they are resolved against the session's working directory.
pub(super) fn missing(setter: &str, path: &Path) -> Option<String> {
    (path.is_absolute() && !path.is_dir()).then(|| {
        format!("{setter}: there is no directory {}: make it, or leave it out", path.display())
    })
}

/// The problem with a path sent to the CLI as text.
pub(super) fn path_problem(setter: &str, path: &Path) -> Option<String> {
    match path.to_str() {
        None => Some(format!("{setter}: the path {} is not UTF-8", path.display())),
        Some("") => Some(format!("{setter}: the path is empty")),
        Some(_) => None,
    }
}
