//! The files that paths lead to.

use std::io;
use std::path::{Path, PathBuf};

use super::system;

/// A file system, or what a test plays as one.
pub(super) trait Files {
    /// Looks at a path whose last component alone may be a link.
    fn look(&self, path: &Path) -> io::Result<PathEntry>;

    /// A path without links, in the spelling of the file system.
    fn real(&self, path: &Path) -> io::Result<PathBuf>;

    /// Whether two paths without links are one file, or may be.
    fn are_one(&self, one: &Path, other: &Path) -> bool;
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathEntry {
    /// A link to another path: symbolic, or a junction of Windows.
    Link(PathBuf),
    /// A device, such as a disk or a terminal.
    Device,
    Directory,
    File,
}

/// The file system of this machine.
pub(super) struct SystemFiles;

impl Files for SystemFiles {
    fn look(&self, path: &Path) -> io::Result<PathEntry> {
        let found = path.symlink_metadata()?;
        if found.is_symlink() {
            // It is there, even if it cannot be read.
            return path.read_link().map(PathEntry::Link).map_err(io::Error::other);
        }
        Ok(if system::is_device(found.file_type()) {
            PathEntry::Device
        } else if found.is_dir() {
            PathEntry::Directory
        } else {
            PathEntry::File
        })
    }

    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        path.canonicalize()
    }

    fn are_one(&self, one: &Path, other: &Path) -> bool {
        system::is_one_file(one, other)
    }
}
