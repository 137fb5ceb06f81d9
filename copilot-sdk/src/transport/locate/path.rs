//! Programs on `PATH`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The absolute directories of `PATH`.
///
/// Empty and relative entries depend on the working directory, where the agent or the author of the
/// project can place a program of any name.
pub(crate) fn directories(path: &OsStr) -> impl Iterator<Item = PathBuf> {
    std::env::split_paths(path).filter(|directory| directory.is_absolute())
}

/// The paths that these names may have on `PATH`, by directory.
pub(crate) fn on_path(names: Vec<PathBuf>, path: &OsStr) -> impl Iterator<Item = PathBuf> {
    directories(path)
        .flat_map(move |directory| names.clone().into_iter().map(move |name| directory.join(name)))
}

/// Finds a program by name in the first directory that contains it. On Windows, only binaries
/// count.
pub(crate) fn find_program(name: &Path, path: &OsStr) -> Option<PathBuf> {
    let name = if cfg!(windows) { with_suffix(name, ".exe") } else { name.to_owned() };
    directories(path).map(|directory| directory.join(&name)).find(|program| is_program(program))
}

/// The names of the files that a name stands for, in the order in which they are tried: itself, and
/// on Windows instead those with an extension of `PATHEXT`, unless it has one.
pub(crate) fn file_names(name: &Path, extensions: Option<&OsStr>) -> Vec<PathBuf> {
    if cfg!(windows) { with_extensions(name, extensions) } else { vec![name.to_owned()] }
}

/// The names for `PATHEXT`, of which only those for programs and batch files count.
fn with_extensions(name: &Path, extensions: Option<&OsStr>) -> Vec<PathBuf> {
    const KNOWN: [&str; 4] = ["com", "exe", "bat", "cmd"];
    if has_extension(name, &KNOWN) || has_extension(name, &["ps1", "js", "mjs", "cjs"]) {
        return vec![name.to_owned()];
    }
    let extensions = extensions.unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let listed = extensions.split(';').filter_map(|extension| extension.strip_prefix('.'));
    let mut listed: Vec<&str> = listed.filter(|extension| KNOWN.contains(extension)).collect();
    if listed.is_empty() {
        listed = KNOWN.to_vec();
    }
    listed.into_iter().map(|extension| with_suffix(name, &format!(".{extension}"))).collect()
}

/// Whether the extension is one of these, which are in lower case.
pub(crate) fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let own = path.extension().map(OsStr::to_ascii_lowercase);
    own.is_some_and(|own| extensions.iter().any(|extension| own == *extension))
}

/// The path without links. Like `canonicalize`, but on Windows not in the `\\?\` form, which
/// programs such as node do not understand, unless no other form is possible.
#[cfg(unix)]
pub(crate) fn real_path(path: &Path) -> std::io::Result<PathBuf> {
    path.canonicalize()
}

#[cfg(windows)]
pub(crate) fn real_path(path: &Path) -> std::io::Result<PathBuf> {
    dunce::canonicalize(path)
}

/// The name with this suffix, unless it has it.
fn with_suffix(name: &Path, suffix: &str) -> PathBuf {
    if has_extension(name, &[suffix.trim_start_matches('.')]) {
        return name.to_owned();
    }
    let mut name = OsString::from(name);
    name.push(suffix);
    name.into()
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(windows)]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::with_extensions;

    // Windows separates directories by `;`: see `tests/windows.rs`.
    #[test]
    #[cfg(unix)]
    fn only_absolute_directories_count() {
        use super::{directories, find_program};

        let path = ":/bin:node_modules/.bin:.:/usr/bin::../bin".as_ref();
        assert_eq!(directories(path).collect::<Vec<_>>(), [Path::new("/bin"), "/usr/bin".as_ref()]);
        assert!(find_program(Path::new("sh"), path).is_some_and(|program| program.is_absolute()));
        assert_eq!(find_program(Path::new("sh"), "".as_ref()), None);
    }

    #[test]
    fn a_name_stands_for_files_with_the_extensions_of_programs() {
        for (name, extensions, expected) in [
            (
                "copilot",
                Some(".COM;.EXE;.VBS;.CMD"),
                &["copilot.com", "copilot.exe", "copilot.cmd"][..],
            ),
            ("copilot", Some(".cmd;.exe"), &["copilot.cmd", "copilot.exe"]),
            ("copilot", None, &["copilot.com", "copilot.exe", "copilot.bat", "copilot.cmd"]),
            ("copilot", Some(".PY"), &["copilot.com", "copilot.exe", "copilot.bat", "copilot.cmd"]),
            ("copilot.EXE", Some(".EXE"), &["copilot.EXE"]),
            ("copilot.ps1", Some(".EXE"), &["copilot.ps1"]),
            ("copilot-1.0", Some(".EXE"), &["copilot-1.0.exe"]),
        ] {
            let expected: Vec<_> = expected.iter().map(std::path::PathBuf::from).collect();
            let names = with_extensions(Path::new(name), extensions.map(AsRef::as_ref));
            assert_eq!(names, expected, "{name} {extensions:?}");
        }
    }
}
