use serde::Deserialize;

use crate::nullable::null_as_default;
use crate::open_enum::open_enum;

/// Paths outside the session's directories that an action would access (wire kind `path` of
/// `promptRequest`).
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PathAccess {
    /// The kind of access.
    #[serde(deserialize_with = "null_as_default")]
    pub access_kind: PathAccessKind,
    /// The absolute paths, with links not resolved.
    #[serde(deserialize_with = "null_as_default")]
    pub paths: Vec<String>,
    /// The directories that
    /// [`ApproveReadOnlyForSession`](super::PermissionDecision::ApproveReadOnlyForSession) may
    /// open, with links resolved; empty unless the access is read-only.
    #[serde(deserialize_with = "null_as_default")]
    pub read_only_directories: Vec<String>,
}

open_enum! {
    /// How an action accesses a path (wire name `accessKind`).
    pub enum PathAccessKind {
        /// By reading.
        Read = "read",
        /// In a shell command.
        Shell = "shell",
        /// By writing.
        Write = "write",
    }
}

impl Default for PathAccessKind {
    fn default() -> Self {
        Self::from("")
    }
}
