//! Parts of actions.

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
    /// The command, or the whole text if the CLI could not parse it.
    #[serde(deserialize_with = "null_as_default")]
    pub identifier: String,
    /// Whether the CLI considers it read-only.
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
    /// Whether it runs code not visible in the text.
    #[serde(deserialize_with = "null_as_default")]
    pub has_unbound_executable_content: bool,
    /// The directory it runs in, if it differs.
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
    /// The current file.
    pub before: Option<FileVersion>,
    /// The file after the write.
    pub after: Option<FileVersion>,
}

/// A file's path and text. `Debug` shows only the size of the text.
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
    /// A description of the phase.
    pub detail: Option<String>,
}

/// An extension of the sandbox (wire name `sandboxPathGrant`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SandboxPathGrant {
    /// The path to grant access to.
    pub path: String,
    /// The path to which the sandbox denied access.
    #[serde(default)]
    pub denied_path: Option<String>,
    /// The access to grant.
    pub access: SandboxAccess,
    /// Paths that would no longer be read-only.
    #[serde(default, deserialize_with = "null_as_default")]
    pub removed_readonly_paths: Vec<String>,
}

open_enum! {
    /// The access a sandbox allows at a path.
    pub enum SandboxAccess {
        /// Reading.
        Read = "read",
        /// Reading and writing.
        ReadWrite = "readWrite",
    }
}

open_enum! {
    /// What to do with a fact (wire name `action`).
    pub enum MemoryAction {
        /// Store it.
        Store = "store",
        /// Rate it.
        Vote = "vote",
    }
}

open_enum! {
    /// The rating of a fact (wire name `direction`).
    pub enum MemoryDirection {
        /// Correct.
        Upvote = "upvote",
        /// Wrong.
        Downvote = "downvote",
    }
}

open_enum! {
    /// The scope of a fact (wire name `scope`).
    pub enum MemoryScope {
        /// Everyone working in the repository.
        Repository = "repository",
        /// The user, in every repository.
        User = "user",
    }
}

open_enum! {
    /// What to do with a factory (wire name `operation`).
    pub enum FactoryOperation {
        /// Run it.
        Run = "run",
        /// Write it.
        Author = "author",
    }
}

impl Default for FactoryOperation {
    fn default() -> Self {
        Self::from("")
    }
}
