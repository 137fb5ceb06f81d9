use crate::open_enum::open_enum;
use crate::payload::{enum_fields, records};

records! {
    /// Paths outside the session's directories that an action would access (wire kind `path` of
    /// `promptRequest`).
    #[derive(Debug, Clone, Default, PartialEq)]
    PathAccess {
        /// The kind of access.
        access_kind: PathAccessKind = "accessKind",
        /// The absolute paths, with links not resolved.
        paths: Vec<String> = "paths",
        /// The directories that
        /// [`ApproveReadOnlyForSession`](super::PermissionDecision::ApproveReadOnlyForSession) may
        /// open, with links resolved; empty unless the access is read-only.
        read_only_directories: Vec<String> = "readOnlyDirectories",
    }
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

enum_fields! { PathAccessKind }
