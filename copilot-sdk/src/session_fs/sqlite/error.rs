//! What goes wrong with files that are rows.

use std::path::Path;

use rusqlite::{Error, ErrorCode};

use crate::session_fs::error::FsError;

/// Why an operation failed: what is there does not allow it, or the database does not work.
pub(super) enum RowError {
    Files(FsError),
    Database(Error),
}

impl RowError {
    /// The error of an operation on the database in `file`.
    pub(super) fn told_of(self, file: &Path) -> FsError {
        match self {
            Self::Files(error) => error,
            Self::Database(error) => failure(file, error),
        }
    }
}

impl From<FsError> for RowError {
    fn from(error: FsError) -> Self {
        Self::Files(error)
    }
}

impl From<Error> for RowError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

/// The error of a database that does not work.
pub(super) fn failure(file: &Path, error: Error) -> FsError {
    let file = file.display();
    let text = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            format!("another program holds {file} locked")
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            format!("{file} is damaged, or no SQLite database: {error}")
        }
        Some(ErrorCode::ReadOnly) => format!("{file} can only be read"),
        Some(ErrorCode::DiskFull) => format!("the disk of {file} is full"),
        _ => format!("{file} does not work: {error}"),
    };
    FsError::new(text).with_source(error)
}
