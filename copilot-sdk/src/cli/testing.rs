//! Directories and programs for tests of this crate.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A directory that is removed when it is dropped.
pub(crate) struct Directory(PathBuf);

pub(crate) fn directory() -> Directory {
    let path = std::env::temp_dir().join(format!("copilot-sdk-test-{}", crate::ids::random_uuid().unwrap()));
    fs::create_dir(&path).unwrap();
    Directory(path.canonicalize().unwrap())
}

impl Directory {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Puts an executable file there, with the directories that it needs.
    pub(crate) fn program(&self, name: impl AsRef<Path>, text: &str) -> PathBuf {
        let path = self.file(name, text);
        make_executable(&path);
        path
    }

    pub(crate) fn file(&self, name: impl AsRef<Path>, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn make_executable(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
