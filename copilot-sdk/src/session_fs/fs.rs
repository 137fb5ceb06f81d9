//! The trait of a store for the files of sessions.

use std::future::Future;
use std::sync::Arc;
use std::time::SystemTime;

use super::error::{FsErrorKind, FsResult};
use crate::ids::SessionId;

/// The directory of a session's state, in the session's own file system: its events are
/// `/session-state/events.jsonl`.
pub const STATE_PATH: &str = "/session-state";

/// A store for the files of sessions. Implement the methods as `async fn`.
///
/// Every session has a file system of its own: the same path in another session is another file.
/// Paths are absolute, with `/` between their parts; the CLI chooses them, and not all are below
/// [`STATE_PATH`]. The root, `/`, always exists.
///
/// The CLI waits for the answer before it does what depends on it; operations that do not may run
/// at the same time. There is no time limit. The future is dropped if the connection ends, because
/// nobody can receive its answer any more: an operation that must be whole has to run in a task of
/// its own.
///
/// Errors and panics are answered as failures, and logged unless the kind is
/// [`NotFound`](FsErrorKind::NotFound).
///
/// ```
/// use copilot_sdk::ids::SessionId;
/// use copilot_sdk::session_fs::{
///     DirEntry, FileStat, FsResult, Memory, MkdirOptions, RmOptions, SessionFs,
/// };
///
/// /// Counts the bytes that are written.
/// struct Metered {
///     files: Memory,
///     written: std::sync::atomic::AtomicUsize,
/// }
///
/// impl Metered {
///     fn count(&self, content: &[u8]) {
///         self.written.fetch_add(content.len(), std::sync::atomic::Ordering::Relaxed);
///     }
/// }
///
/// impl SessionFs for Metered {
///     async fn read_file(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<u8>> {
///         self.files.read_file(session_id, path).await
///     }
///
///     async fn write_file(
///         &self,
///         session_id: &SessionId,
///         path: &str,
///         content: Vec<u8>,
///         mode: Option<u32>,
///     ) -> FsResult<()> {
///         self.count(&content);
///         self.files.write_file(session_id, path, content, mode).await
///     }
///
///     async fn append_file(
///         &self,
///         session_id: &SessionId,
///         path: &str,
///         content: Vec<u8>,
///         mode: Option<u32>,
///     ) -> FsResult<()> {
///         self.count(&content);
///         self.files.append_file(session_id, path, content, mode).await
///     }
///
///     async fn stat(&self, session_id: &SessionId, path: &str) -> FsResult<FileStat> {
///         self.files.stat(session_id, path).await
///     }
///
///     async fn mkdir(
///         &self,
///         session_id: &SessionId,
///         path: &str,
///         options: MkdirOptions,
///     ) -> FsResult<()> {
///         self.files.mkdir(session_id, path, options).await
///     }
///
///     async fn readdir(&self, session_id: &SessionId, path: &str) -> FsResult<Vec<DirEntry>> {
///         self.files.readdir(session_id, path).await
///     }
///
///     async fn rm(&self, session_id: &SessionId, path: &str, options: RmOptions) -> FsResult<()> {
///         self.files.rm(session_id, path, options).await
///     }
///
///     async fn rename(&self, session_id: &SessionId, src: &str, dest: &str) -> FsResult<()> {
///         self.files.rename(session_id, src, dest).await
///     }
/// }
/// ```
pub trait SessionFs: Send + Sync + 'static {
    /// Reads a whole file (wire names `sessionFs.readFile` and `sessionFs.readFileBytes`).
    ///
    /// Where the CLI wants text, bytes that are not UTF-8 become `U+FFFD`.
    fn read_file(
        &self,
        session_id: &SessionId,
        path: &str,
    ) -> impl Future<Output = FsResult<Vec<u8>>> + Send;

    /// Creates or replaces a file, and creates the directories above it (wire names
    /// `sessionFs.writeFile` and `sessionFs.writeFileBytes`). `mode` is that of a new file, as in
    /// POSIX.
    fn write_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> impl Future<Output = FsResult<()>> + Send;

    /// Appends to a file, which is created if it is absent, with the directories above it (wire
    /// name `sessionFs.appendFile`). `mode` is that of a new file, as in POSIX.
    fn append_file(
        &self,
        session_id: &SessionId,
        path: &str,
        content: Vec<u8>,
        mode: Option<u32>,
    ) -> impl Future<Output = FsResult<()>> + Send;

    /// Whether there is a file or a directory at this path (wire name `sessionFs.exists`). By
    /// default, whether [`stat`](Self::stat) finds one.
    fn exists(
        &self,
        session_id: &SessionId,
        path: &str,
    ) -> impl Future<Output = FsResult<bool>> + Send {
        async move {
            match self.stat(session_id, path).await {
                Ok(_) => Ok(true),
                Err(error) if error.kind() == FsErrorKind::NotFound => Ok(false),
                Err(error) => Err(error),
            }
        }
    }

    /// Describes a file or a directory, also an empty one (wire name `sessionFs.stat`).
    fn stat(
        &self,
        session_id: &SessionId,
        path: &str,
    ) -> impl Future<Output = FsResult<FileStat>> + Send;

    /// Creates a directory (wire name `sessionFs.mkdir`).
    fn mkdir(
        &self,
        session_id: &SessionId,
        path: &str,
        options: MkdirOptions,
    ) -> impl Future<Output = FsResult<()>> + Send;

    /// Lists a directory (wire names `sessionFs.readdir` and `sessionFs.readdirWithTypes`).
    fn readdir(
        &self,
        session_id: &SessionId,
        path: &str,
    ) -> impl Future<Output = FsResult<Vec<DirEntry>>> + Send;

    /// Removes a file or a directory (wire name `sessionFs.rm`).
    fn rm(
        &self,
        session_id: &SessionId,
        path: &str,
        options: RmOptions,
    ) -> impl Future<Output = FsResult<()>> + Send;

    /// Moves a file or a directory, replacing the file at `dest` (wire name `sessionFs.rename`).
    /// The CLI replaces files in this way, so that they are never seen half written.
    fn rename(
        &self,
        session_id: &SessionId,
        src: &str,
        dest: &str,
    ) -> impl Future<Output = FsResult<()>> + Send;
}

/// Whether a path leads to a file or to a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum FileType {
    /// A file (wire value `file`).
    File,
    /// A directory (wire value `directory`).
    Directory,
}

/// What is known of a file or a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileStat {
    /// Whether it is a file or a directory (wire names `isFile` and `isDirectory`).
    pub file_type: FileType,
    /// Size in bytes; 0 for a directory (wire name `size`).
    pub size: u64,
    /// Time of the last change (wire name `mtime`).
    pub modified: SystemTime,
    /// Time of creation (wire name `birthtime`).
    pub created: SystemTime,
}

/// One name in a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct DirEntry {
    /// The name, without the path above it (wire name `name`).
    pub name: String,
    /// Whether it is a file or a directory (wire name `type`).
    pub file_type: FileType,
}

/// How a directory is created.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MkdirOptions {
    /// Creates the directories above it as well, and accepts one that exists already.
    pub recursive: bool,
    /// The mode of new directories, as in POSIX.
    pub mode: Option<u32>,
}

/// How a path is removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RmOptions {
    /// Removes a directory with everything in it.
    pub recursive: bool,
    /// Accepts that there is nothing at the path.
    pub force: bool,
}

impl FileStat {
    /// A file of `size` bytes, created when it was last modified.
    pub fn file(size: u64, modified: SystemTime) -> Self {
        Self { file_type: FileType::File, size, modified, created: modified }
    }

    /// A directory, created when it was last modified.
    pub fn directory(modified: SystemTime) -> Self {
        Self { file_type: FileType::Directory, size: 0, modified, created: modified }
    }

    /// Sets the time of creation.
    #[must_use]
    pub fn created(mut self, created: SystemTime) -> Self {
        self.created = created;
        self
    }
}

impl DirEntry {
    /// A file.
    pub fn file(name: impl Into<String>) -> Self {
        Self { name: name.into(), file_type: FileType::File }
    }

    /// A directory.
    pub fn directory(name: impl Into<String>) -> Self {
        Self { name: name.into(), file_type: FileType::Directory }
    }
}

impl MkdirOptions {
    /// Sets [`recursive`](Self::recursive).
    #[must_use]
    pub fn recursive(mut self, recursive: bool) -> Self {
        self.recursive = recursive;
        self
    }

    /// Sets [`mode`](Self::mode).
    #[must_use]
    pub fn mode(mut self, mode: u32) -> Self {
        self.mode = Some(mode);
        self
    }
}

impl RmOptions {
    /// Sets [`recursive`](Self::recursive).
    #[must_use]
    pub fn recursive(mut self, recursive: bool) -> Self {
        self.recursive = recursive;
        self
    }

    /// Sets [`force`](Self::force).
    #[must_use]
    pub fn force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }
}

/// Implements the trait for a smart pointer.
macro_rules! pointer {
    ($pointer:ident) => {
        impl<F: SessionFs> SessionFs for $pointer<F> {
            fn read_file(
                &self,
                session_id: &SessionId,
                path: &str,
            ) -> impl Future<Output = FsResult<Vec<u8>>> + Send {
                (**self).read_file(session_id, path)
            }

            fn write_file(
                &self,
                session_id: &SessionId,
                path: &str,
                content: Vec<u8>,
                mode: Option<u32>,
            ) -> impl Future<Output = FsResult<()>> + Send {
                (**self).write_file(session_id, path, content, mode)
            }

            fn append_file(
                &self,
                session_id: &SessionId,
                path: &str,
                content: Vec<u8>,
                mode: Option<u32>,
            ) -> impl Future<Output = FsResult<()>> + Send {
                (**self).append_file(session_id, path, content, mode)
            }

            fn exists(
                &self,
                session_id: &SessionId,
                path: &str,
            ) -> impl Future<Output = FsResult<bool>> + Send {
                (**self).exists(session_id, path)
            }

            fn stat(
                &self,
                session_id: &SessionId,
                path: &str,
            ) -> impl Future<Output = FsResult<FileStat>> + Send {
                (**self).stat(session_id, path)
            }

            fn mkdir(
                &self,
                session_id: &SessionId,
                path: &str,
                options: MkdirOptions,
            ) -> impl Future<Output = FsResult<()>> + Send {
                (**self).mkdir(session_id, path, options)
            }

            fn readdir(
                &self,
                session_id: &SessionId,
                path: &str,
            ) -> impl Future<Output = FsResult<Vec<DirEntry>>> + Send {
                (**self).readdir(session_id, path)
            }

            fn rm(
                &self,
                session_id: &SessionId,
                path: &str,
                options: RmOptions,
            ) -> impl Future<Output = FsResult<()>> + Send {
                (**self).rm(session_id, path, options)
            }

            fn rename(
                &self,
                session_id: &SessionId,
                src: &str,
                dest: &str,
            ) -> impl Future<Output = FsResult<()>> + Send {
                (**self).rename(session_id, src, dest)
            }
        }
    };
}

pointer!(Arc);
pointer!(Box);
