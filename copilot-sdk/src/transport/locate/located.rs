//! The command that starts the CLI, once it is found.

use std::ffi::OsString;
use std::path::PathBuf;

use super::cache::Cache;

/// The command that starts the CLI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) program: PathBuf,
    /// Arguments placed before all others: the script, if the program is node.
    pub(crate) args: Vec<OsString>,
    /// The directory the CLI was unpacked into, if it is in this crate's cache:
    /// `COPILOT_PKG_CACHE_HOME`, unless the user sets it.
    pub(crate) unpacked: Option<PathBuf>,
}

impl Located {
    pub(super) fn program(program: PathBuf) -> Self {
        let unpacked = Cache::trusted_of_program(&program).map(|cache| cache.unpacked());
        Self { program, args: Vec::new(), unpacked }
    }
}
