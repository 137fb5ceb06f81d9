//! The staging directory of an installation.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::transport::locate::create_private;

/// A new directory next to the installed versions, on the same file system. Removed on drop.
pub(super) struct Staging(PathBuf);

impl Staging {
    pub(super) fn create(versions: &Path, version: &str) -> io::Result<Self> {
        let id = crate::ids::random_uuid().map_err(io::Error::other)?;
        let directory = versions.join(format!("{}{id}", prefix(version)));
        create_private(&directory)?;
        Ok(Self(directory))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Total size of the files in it.
    pub(super) fn bytes(&self) -> u64 {
        bytes(&self.0)
    }

    /// Removes what killed programs left behind. Call only while holding the version's lock.
    pub(super) fn remove_stale(versions: &Path, version: &str) {
        let prefix = prefix(version);
        for entry in fs::read_dir(versions).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                remove(&entry.path());
            }
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        remove(&self.0);
    }
}

fn prefix(version: &str) -> String {
    format!(".staging-{version}-")
}

fn remove(directory: &Path) {
    if let Err(error) = fs::remove_dir_all(directory) {
        tracing::warn!(
            directory = %directory.display(), %error,
            "a staging directory cannot be removed"
        );
    }
}

fn bytes(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
