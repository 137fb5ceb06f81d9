//! Directories and programs for tests of this crate.

use std::fs;
use std::path::{Path, PathBuf};

use super::create_private;

/// A directory that is removed when it is dropped.
pub(crate) struct ScratchDirectory(PathBuf);

pub(crate) fn directory() -> ScratchDirectory {
    let path = std::env::temp_dir()
        .join(format!("copilot-sdk-test-{}", crate::ids::random_uuid().unwrap()));
    create_private(&path).unwrap();
    ScratchDirectory(super::path::real_path(&path).unwrap())
}

impl ScratchDirectory {
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Puts an executable file there, with the directories that it needs.
    #[cfg(unix)]
    pub(crate) fn program(&self, name: impl AsRef<Path>, text: &str) -> PathBuf {
        let path = self.file(name, "");
        // Another process writes it: were it open for writing here, a child that another test
        // starts at this moment would have it open as well, and then it could not be executed.
        let script = r#"printf '%s' "$1" > "$0" && chmod 755 "$0""#;
        assert!(
            std::process::Command::new("/bin/sh")
                .args(["-c", script])
                .arg(&path)
                .arg(text)
                .status()
                .unwrap()
                .success()
        );
        path
    }

    pub(crate) fn file(&self, name: impl AsRef<Path>, text: &str) -> PathBuf {
        let path = self.0.join(name);
        create_private(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for ScratchDirectory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
