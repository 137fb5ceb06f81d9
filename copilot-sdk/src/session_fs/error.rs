//! Errors of a session's file system.

use std::error::Error;
use std::{fmt, io};

/// The result of an operation on a session's files.
pub type FsResult<T> = Result<T, FsError>;

/// Why an operation on a session's files failed.
///
/// An [`io::Error`] converts into one with `?`.
///
/// ```
/// use copilot_sdk::session_fs::{FsError, FsErrorKind};
///
/// let missing: FsError = std::io::Error::from(std::io::ErrorKind::NotFound).into();
/// assert_eq!(missing.kind(), FsErrorKind::NotFound);
/// assert_eq!(FsError::new("the disk is full").kind(), FsErrorKind::Other);
/// ```
#[derive(Debug)]
#[must_use]
pub struct FsError {
    kind: FsErrorKind,
    text: String,
    changed: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What the CLI is told about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FsErrorKind {
    /// There is nothing at this path (wire value `ENOENT`). The CLI asks for many files that need
    /// not exist.
    NotFound,
    /// Any other failure (wire value `UNKNOWN`).
    Other,
}

impl FsError {
    /// Creates an error of the kind [`Other`](FsErrorKind::Other), with a text for the logs.
    pub fn new(text: impl Into<String>) -> Self {
        Self { kind: FsErrorKind::Other, text: text.into(), changed: false, source: None }
    }

    /// There is nothing at `path`.
    pub fn not_found(path: &str) -> Self {
        Self { kind: FsErrorKind::NotFound, ..Self::new(format!("not found: {path}")) }
    }

    /// Adds the cause.
    pub fn with_source(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(cause.into());
        self
    }

    /// Tells that the file was changed before the write failed (wire name `writeChanged`).
    pub fn changed(mut self) -> Self {
        self.changed = true;
        self
    }

    /// The kind of failure.
    pub fn kind(&self) -> FsErrorKind {
        self.kind
    }

    /// Whether the file was changed before the write failed.
    pub fn has_changed(&self) -> bool {
        self.changed
    }
}

impl From<io::Error> for FsError {
    fn from(error: io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => FsErrorKind::NotFound,
            _ => FsErrorKind::Other,
        };
        Self { kind, ..Self::new(error.to_string()) }
    }
}

impl fmt::Display for FsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for FsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
