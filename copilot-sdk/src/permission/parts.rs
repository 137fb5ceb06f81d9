//! Parts of actions.

use std::fmt;

use crate::open_enum::open_enum;
use crate::payload::{enum_fields, records};
use crate::sizes::Size;

records! {
    /// One command of a shell command line.
    #[derive(Debug, Clone, Default, PartialEq)]
    ShellCommandName {
        /// The command, or the whole text if the CLI could not parse it.
        identifier: String = "identifier",
        /// Whether the CLI considers it read-only.
        read_only: bool = "readOnly",
    }

    /// One part of a compound shell command.
    #[derive(Debug, Clone, Default, PartialEq)]
    ShellSegment {
        /// The command, such as `git`.
        identifier: String = "identifier",
        /// The part as written.
        full_command_text: String = "fullCommandText",
        /// Whether it runs code not visible in the text.
        has_unbound_executable_content: bool = "hasUnboundExecutableContent",
        /// The directory it runs in, if it differs.
        working_directory: Option<String> = "workingDirectory",
    }

    /// An address in a shell command.
    #[derive(Debug, Clone, Default, PartialEq)]
    ShellUrl {
        /// The address.
        url: String = "url",
    }

    /// One file before and after a write; a side is absent for a created or deleted file.
    #[derive(Debug, Clone, Default, PartialEq)]
    FileEdit {
        /// The current file.
        before: Option<FileVersion> = "before",
        /// The file after the write.
        after: Option<FileVersion> = "after",
    }

    /// A file's path and text. `Debug` shows only the size of the text.
    #[derive(Clone, Default, PartialEq)]
    FileVersion {
        /// The path.
        path: String = "path",
        /// The text.
        content: String = "content",
    }
}

impl fmt::Debug for FileVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileVersion")
            .field("path", &self.path)
            .field("content", &Size(self.content.len()))
            .finish()
    }
}

records! {
    /// One phase of a factory.
    #[derive(Debug, Clone, Default, PartialEq)]
    FactoryPhase {
        /// Its name.
        title: String = "title",
        /// A description of the phase.
        detail: Option<String> = "detail",
    }

    /// An extension of the sandbox (wire name `sandboxPathGrant`).
    #[derive(Debug, Clone, PartialEq)]
    SandboxPathGrant {
        /// The path to grant access to.
        path: String = "path" [required],
        /// The path to which the sandbox denied access.
        denied_path: Option<String> = "deniedPath",
        /// The access to grant.
        access: SandboxAccess = "access" [required],
        /// Paths that would no longer be read-only.
        removed_readonly_paths: Vec<String> = "removedReadonlyPaths",
    }
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

enum_fields! { SandboxAccess MemoryAction MemoryDirection MemoryScope FactoryOperation }
