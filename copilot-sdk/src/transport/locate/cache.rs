//! The cache in which this crate installs the CLI.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::PROGRAM;
use super::path::real_path;
use super::trust::distrust;

/// The directory of the installed versions of the CLI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cache(PathBuf);

impl Cache {
    pub(crate) fn new(directory: impl Into<PathBuf>) -> Self {
        Self(directory.into())
    }

    /// `COPILOT_SDK_CACHE`, or `copilot-sdk` in the user's cache directory; `None` if there is no
    /// home directory.
    pub(crate) fn of_user(environment: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        let path =
            |name: &str| environment(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let absolute = |name: &str| path(name).filter(|path| path.is_absolute());
        let home = || absolute("HOME");
        let user = || {
            if cfg!(target_os = "macos") {
                return home().map(|home| home.join("Library/Caches"));
            }
            if cfg!(windows) {
                let local = || Some(absolute("USERPROFILE")?.join("AppData").join("Local"));
                return absolute("LOCALAPPDATA").or_else(local);
            }
            // The XDG specification says to ignore relative paths.
            absolute("XDG_CACHE_HOME").or_else(|| home().map(|home| home.join(".cache")))
        };
        path("COPILOT_SDK_CACHE").or_else(|| user().map(|user| user.join("copilot-sdk"))).map(Self)
    }

    /// The cache `program` was installed in, if it was and other users cannot modify it.
    pub(crate) fn trusted_of_program(program: &Path) -> Option<Self> {
        let program = real_path(program).ok()?;
        let version = program.parent()?;
        let cache = Self(version.parent()?.parent()?.to_owned());
        let version = version.file_name()?.to_str()?;
        // Only an installation creates a lock file.
        let is_ours = cache.program(version) == program && cache.lock(version).is_file();
        (is_ours && cache.distrust(version).is_none()).then_some(cache)
    }

    /// Why a version must not be run: other users may have modified it.
    pub(crate) fn distrust(&self, version: &str) -> Option<String> {
        let program = self.program(version);
        let (unpacked, versions) = (self.unpacked(), self.versions());
        let code = unpacked.join("pkg");
        let version = program.parent().unwrap_or(&program);
        distrust(&[&self.0, &versions, version, &program, &unpacked, &code])
    }

    /// Creates missing directories, accessible to this user only.
    pub(crate) fn create(&self) -> io::Result<()> {
        create_private(&self.versions())?;
        create_private(&self.unpacked())
    }

    /// The directory of the versions, each in a subdirectory of its name.
    pub(crate) fn versions(&self) -> PathBuf {
        self.0.join("cli")
    }

    /// The executable of a version.
    pub(crate) fn program(&self, version: &str) -> PathBuf {
        self.versions().join(version).join(PROGRAM)
    }

    /// The lock file of a version.
    pub(crate) fn lock(&self, version: &str) -> PathBuf {
        self.versions().join(format!("{version}.lock"))
    }

    /// The directory the CLI unpacks itself into (`COPILOT_PKG_CACHE_HOME`).
    pub(crate) fn unpacked(&self) -> PathBuf {
        self.0.join("unpacked")
    }
}

/// Creates a directory and its parents, accessible to this user only.
pub(crate) fn create_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(directory)
}

#[cfg(test)]
mod tests {
    use super::Cache;

    fn of_user(variables: &[(&str, &str)]) -> Option<Cache> {
        Cache::of_user(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_own_variable_wins_over_the_user_cache() {
        let variables =
            [("COPILOT_SDK_CACHE", "/own"), ("XDG_CACHE_HOME", "/xdg"), ("HOME", "/home/a")];
        assert_eq!(of_user(&variables), Some(Cache::new("/own")));
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn the_user_cache_follows_xdg_and_ignores_empty_and_relative_values() {
        let home = ("HOME", "/home/a");
        assert_eq!(
            of_user(&[("XDG_CACHE_HOME", "/xdg"), home]),
            Some(Cache::new("/xdg/copilot-sdk"))
        );
        assert_eq!(
            of_user(&[("XDG_CACHE_HOME", "xdg"), home]),
            Some(Cache::new("/home/a/.cache/copilot-sdk"))
        );
        assert_eq!(
            of_user(&[("COPILOT_SDK_CACHE", ""), home]),
            Some(Cache::new("/home/a/.cache/copilot-sdk"))
        );
    }

    #[test]
    #[cfg(target_os = "macos")]
    fn the_user_cache_is_the_one_of_macos() {
        assert_eq!(
            of_user(&[("HOME", "/home/a")]),
            Some(Cache::new("/home/a/Library/Caches/copilot-sdk"))
        );
    }

    #[test]
    #[cfg(windows)]
    fn the_user_cache_is_the_local_one_of_windows() {
        let (local, profile) = (("LOCALAPPDATA", r"D:\local"), ("USERPROFILE", r"C:\Users\a"));
        assert_eq!(of_user(&[local, profile]), Some(Cache::new(r"D:\local\copilot-sdk")));
        let of_profile = Some(Cache::new(r"C:\Users\a\AppData\Local\copilot-sdk"));
        assert_eq!(of_user(&[("LOCALAPPDATA", r"\local"), profile]), of_profile);
        assert_eq!(of_user(&[("HOME", r"C:\Users\a")]), None);
    }

    #[test]
    fn a_version_has_its_program_in_a_directory_of_its_name() {
        assert_eq!(
            Cache::new("/own").program("1.0.102"),
            std::path::Path::new("/own/cli/1.0.102").join(super::PROGRAM)
        );
    }
}
