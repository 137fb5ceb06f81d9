//! Programs on `PATH`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The absolute directories of `PATH`.
///
/// Empty and relative entries depend on the working directory, where the agent or the author of the
/// project can place a program of any name.
pub(crate) fn directories(path: &OsStr) -> impl Iterator<Item = PathBuf> {
    std::env::split_paths(path).filter(|directory| directory.is_absolute())
}

/// Finds a program by name in the first directory that contains it.
pub(crate) fn find_program(name: &Path, path: &OsStr) -> Option<PathBuf> {
    directories(path).map(|directory| directory.join(name)).find(|program| is_program(program))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use super::{directories, find_program};

    #[test]
    fn only_absolute_directories_count() {
        let path = ":/bin:node_modules/.bin:.:/usr/bin::../bin".as_ref();
        assert_eq!(directories(path).collect::<Vec<_>>(), [Path::new("/bin"), "/usr/bin".as_ref()]);
        assert!(find_program(Path::new("sh"), path).is_some_and(|program| program.is_absolute()));
        assert_eq!(find_program(Path::new("sh"), "".as_ref()), None);
    }
}
