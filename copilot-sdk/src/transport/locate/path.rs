//! Programs on `PATH`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The directories of `PATH` that are the same ones wherever a program runs.
///
/// An empty or relative one means the working directory, in which the agent, or whoever made the
/// project, can put a program of any name.
pub(crate) fn directories(path: &OsStr) -> impl Iterator<Item = PathBuf> {
    std::env::split_paths(path).filter(|directory| directory.is_absolute())
}

/// The program of this name in the first of these directories that has one.
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
