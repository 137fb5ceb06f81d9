//! The disk of this machine, as the CLI itself would use it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::PathBuf;

use super::blocking::blocking;
use super::error::{FsError, FsErrorKind, FsResult};
use super::fs::{DirEntry, FileStat, MkdirOptions, RmOptions, SessionFs};
use crate::ids::SessionId;

/// The disk of this machine.
pub(super) struct Disk;

impl SessionFs for Disk {
    async fn read_file(&self, _: &SessionId, path: &str) -> FsResult<Vec<u8>> {
        on(path, fs::read).await
    }

    async fn write_file(
        &self,
        _: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> FsResult<()> {
        on(path, move |path| {
            let mut options = created_with(mode);
            options.write(true).truncate(true);
            put(&options, &path, &content)
        })
        .await
    }

    async fn append_file(
        &self,
        _: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> FsResult<()> {
        on(path, move |path| put(created_with(mode).append(true), &path, &content)).await
    }

    async fn stat(&self, _: &SessionId, path: &str) -> FsResult<FileStat> {
        on(path, |path| {
            let found = fs::metadata(path)?;
            let modified = found.modified()?;
            let stat = if found.is_dir() {
                FileStat::directory(modified)
            } else {
                FileStat::file(found.len(), modified)
            };
            // Not every file system knows it.
            Ok(stat.created(found.created().unwrap_or(modified)))
        })
        .await
    }

    async fn mkdir(&self, _: &SessionId, path: &str, options: MkdirOptions) -> FsResult<()> {
        on(path, move |path| directory_with(options.mode).recursive(options.recursive).create(path))
            .await
    }

    async fn readdir(&self, _: &SessionId, path: &str) -> FsResult<Vec<DirEntry>> {
        on(path, |path| {
            let mut entries = Vec::new();
            for entry in fs::read_dir(path)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                // A link counts as what it leads to; one that leads nowhere, as a file.
                let is_dir = fs::metadata(entry.path()).is_ok_and(|found| found.is_dir());
                entries.push(if is_dir { DirEntry::directory(name) } else { DirEntry::file(name) });
            }
            entries.sort_unstable();
            Ok(entries)
        })
        .await
    }

    async fn rm(&self, _: &SessionId, path: &str, options: RmOptions) -> FsResult<()> {
        let removed = on(path, move |path| {
            let is_dir = fs::symlink_metadata(&path)?.is_dir();
            match (is_dir, options.recursive) {
                (true, true) => fs::remove_dir_all(path),
                (true, false) => Err(io::ErrorKind::IsADirectory.into()),
                (false, _) => fs::remove_file(path),
            }
        });
        match removed.await {
            Err(error) if options.force && error.kind() == FsErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    async fn rename(&self, _: &SessionId, src: &str, dest: &str) -> FsResult<()> {
        let dest = PathBuf::from(dest);
        on(src, move |src| fs::rename(src, dest)).await
    }
}

/// Runs an operation on a path, and names the path in its error.
async fn on<T: Send + 'static>(
    path: &str,
    operation: impl FnOnce(PathBuf) -> io::Result<T> + Send + 'static,
) -> FsResult<T> {
    let path = path.to_owned();
    blocking(move || {
        operation(PathBuf::from(&path)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => FsError::not_found(&path),
            _ => FsError::new(format!("{path}: {error}")),
        })
    })
    .await
}

fn put(options: &OpenOptions, path: &PathBuf, content: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    options.open(path)?.write_all(content)
}

#[cfg(unix)]
fn created_with(mode: Option<u32>) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.create(true);
    if let Some(mode) = mode {
        options.mode(mode & 0o7777);
    }
    options
}

#[cfg(not(unix))]
fn created_with(_mode: Option<u32>) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true);
    options
}

#[cfg(unix)]
fn directory_with(mode: Option<u32>) -> fs::DirBuilder {
    use std::os::unix::fs::DirBuilderExt as _;
    let mut builder = fs::DirBuilder::new();
    if let Some(mode) = mode {
        builder.mode(mode & 0o7777);
    }
    builder
}

#[cfg(not(unix))]
fn directory_with(_mode: Option<u32>) -> fs::DirBuilder {
    fs::DirBuilder::new()
}
