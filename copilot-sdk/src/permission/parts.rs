//! What actions are made of.

use std::fmt;

use serde::Deserialize;

use crate::nullable::null_as_default;
use crate::open_enum::open_enum;
use crate::sizes::Size;

/// One command of a shell command line.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ShellCommandName {
    /// The command; the whole text where the CLI could not take it apart.
    #[serde(deserialize_with = "null_as_default")]
    pub identifier: String,
    /// Whether the CLI knows it to change nothing.
    #[serde(deserialize_with = "null_as_default")]
    pub read_only: bool,
}

/// One part of a compound shell command.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ShellSegment {
    /// The command, such as `git`.
    #[serde(deserialize_with = "null_as_default")]
    pub identifier: String,
    /// The part as written.
    #[serde(deserialize_with = "null_as_default")]
    pub full_command_text: String,
    /// Whether it runs code that the text does not show.
    #[serde(deserialize_with = "null_as_default")]
    pub has_unbound_executable_content: bool,
    /// The directory it runs in, where it differs.
    pub working_directory: Option<String>,
}

/// An address in a shell command.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ShellUrl {
    /// The address.
    #[serde(deserialize_with = "null_as_default")]
    pub url: String,
}

/// One file before and after a write; a side is absent for a created or deleted file.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FileEdit {
    /// The file as it is.
    pub before: Option<FileVersion>,
    /// The file as it would be.
    pub after: Option<FileVersion>,
}

/// A file's path and text; `Debug` shows the size of the text only.
#[derive(Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FileVersion {
    /// The path.
    #[serde(deserialize_with = "null_as_default")]
    pub path: String,
    /// The text.
    #[serde(deserialize_with = "null_as_default")]
    pub content: String,
}

impl fmt::Debug for FileVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileVersion")
            .field("path", &self.path)
            .field("content", &Size(self.content.len()))
            .finish()
    }
}

/// One phase of a factory.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct FactoryPhase {
    /// Its name.
    #[serde(deserialize_with = "null_as_default")]
    pub title: String,
    /// What happens in it.
    pub detail: Option<String>,
}

/// A widening of the sandbox (wire name `sandboxPathGrant`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SandboxPathGrant {
    /// The path that would be opened.
    pub path: String,
    /// The path at which the sandbox was in the way.
    #[serde(default)]
    pub denied_path: Option<String>,
    /// What would be allowed there.
    pub access: SandboxAccess,
    /// Paths that would no longer be read-only.
    #[serde(default, deserialize_with = "null_as_default")]
    pub removed_readonly_paths: Vec<String>,
}

open_enum! {
    /// What a sandbox allows at a path.
    pub enum SandboxAccess {
        /// Reading.
        Read = "read",
        /// Reading and writing.
        ReadWrite = "readWrite",
    }
}

open_enum! {
    /// What happens to a fact (wire name `action`).
    pub enum MemoryAction {
        /// It is kept.
        Store = "store",
        /// It is rated.
        Vote = "vote",
    }
}

open_enum! {
    /// How a fact is rated (wire name `direction`).
    pub enum MemoryDirection {
        /// It is right.
        Upvote = "upvote",
        /// It is wrong.
        Downvote = "downvote",
    }
}

open_enum! {
    /// Whom a fact is kept for (wire name `scope`).
    pub enum MemoryScope {
        /// Whoever works in the repository.
        Repository = "repository",
        /// The user, in every repository.
        User = "user",
    }
}

open_enum! {
    /// What is to happen to a factory (wire name `operation`).
    pub enum FactoryOperation {
        /// It runs.
        Run = "run",
        /// It is written.
        Author = "author",
    }
}

impl Default for FactoryOperation {
    fn default() -> Self {
        Self::from("")
    }
}
