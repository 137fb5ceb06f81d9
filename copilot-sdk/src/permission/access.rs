use serde::Deserialize;

use crate::nullable::null_as_default;
use crate::open_enum::open_enum;

/// Paths outside of the session's directories that an action wants to reach (wire kind `path` of
/// `promptRequest`).
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct PathAccess {
    /// How it would reach them.
    #[serde(deserialize_with = "null_as_default")]
    pub access_kind: PathAccessKind,
    /// The paths, absolute; links in them are not followed.
    #[serde(deserialize_with = "null_as_default")]
    pub paths: Vec<String>,
    /// The directories that
    /// [`ApproveReadOnlyForSession`](super::PermissionDecision::ApproveReadOnlyForSession) may
    /// open, after links are followed; empty for what is not only read.
    #[serde(deserialize_with = "null_as_default")]
    pub read_only_directories: Vec<String>,
}

open_enum! {
    /// How an action wants to reach a path (wire name `accessKind`).
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
