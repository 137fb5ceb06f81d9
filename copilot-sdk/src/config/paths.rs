//! Checks of paths that go to the CLI.

use std::path::Path;

/// What is wrong with a directory that the CLI reads on this machine: it passes over one that is
/// not there.
///
/// Relative ones are found from the session's working directory, which the CLI knows best.
pub(super) fn missing(setter: &str, path: &Path) -> Option<String> {
    (path.is_absolute() && !path.is_dir()).then(|| {
        format!("{setter}: there is no directory {}: make it, or leave it out", path.display())
    })
}

/// What is wrong with a path that goes to the CLI as text.
pub(super) fn path_problem(setter: &str, path: &Path) -> Option<String> {
    match path.to_str() {
        None => Some(format!("{setter}: the path {} is not UTF-8", path.display())),
        Some("") => Some(format!("{setter}: the path is empty")),
        Some(_) => None,
    }
}
