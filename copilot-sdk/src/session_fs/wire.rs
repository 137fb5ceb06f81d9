//! The params and results of the CLI's file requests.

use std::time::SystemTime;

use serde::Serialize;

use super::error::{FsError, FsErrorKind};
use super::fs::{FileStat, FileType};
use crate::ids::SessionId;
use crate::payload::answers;
use crate::timestamp::rfc3339;

answers! {
    /// The params of all file requests.
    #[derive(Debug)]
    pub(super) struct FileParams {
        pub(super) session_id: SessionId = "sessionId",
        pub(super) path: String = "path",
        pub(super) content: String = "content",
        pub(super) mode: Option<u32> = "mode",
        pub(super) recursive: Option<bool> = "recursive",
        pub(super) force: Option<bool> = "force",
        pub(super) src: String = "src",
        pub(super) dest: String = "dest",
    }
}

/// An error, which is a result on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireError {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    write_changed: Option<bool>,
}

#[derive(Debug, Serialize)]
pub(super) struct Content {
    pub(super) content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<WireError>,
}

#[derive(Debug, Serialize)]
pub(super) struct Exists {
    pub(super) exists: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireStat {
    is_file: bool,
    is_directory: bool,
    size: u64,
    mtime: String,
    birthtime: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<WireError>,
}

#[derive(Debug, Serialize)]
pub(super) struct DirEntries<E> {
    pub(super) entries: Vec<E>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<WireError>,
}

#[derive(Debug, Serialize)]
pub(super) struct TypedEntry {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) file_type: &'static str,
}

impl From<&FsError> for WireError {
    fn from(error: &FsError) -> Self {
        Self {
            code: match error.kind() {
                FsErrorKind::NotFound => "ENOENT",
                FsErrorKind::Other => "UNKNOWN",
            },
            message: error.to_string(),
            write_changed: error.has_changed().then_some(true),
        }
    }
}

impl From<FileStat> for WireStat {
    fn from(stat: FileStat) -> Self {
        Self {
            is_file: stat.file_type == FileType::File,
            is_directory: stat.file_type == FileType::Directory,
            size: stat.size,
            mtime: rfc3339(stat.modified),
            birthtime: rfc3339(stat.created),
            error: None,
        }
    }
}

impl From<WireError> for WireStat {
    fn from(error: WireError) -> Self {
        let nothing = FileStat::file(0, SystemTime::UNIX_EPOCH);
        Self { is_file: false, error: Some(error), ..Self::from(nothing) }
    }
}

impl FileType {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Directory => "directory",
        }
    }
}
