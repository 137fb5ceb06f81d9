//! Instructions for the model, and the handling of a full context.

use std::path::PathBuf;

use serde::Serialize;

use super::option_group::options;
use super::paths::path_problem;
use crate::model::InfiniteSessions;
use crate::usual_path::usual_path;

options! {
    pub(crate) struct ContextOptions {
        infinite_sessions: Option<InfiniteSessions> = "infiniteSessions",
        memory: Option<Enabled> = "memory",
        large_output: Option<LargeOutput> = "largeOutput",
        organization_custom_instructions: Option<String> = "organizationCustomInstructions",
        instruction_directories: Vec<PathBuf> = "instructionDirectories",
        enable_on_demand_instruction_discovery: Option<bool> = "enableOnDemandInstructionDiscovery",
        skip_embedding_retrieval: Option<bool> = "skipEmbeddingRetrieval",
        embedding_cache_storage: Option<Storage> = "embeddingCacheStorage",
    }
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Enabled {
    pub(crate) enabled: bool,
}

/// Where the CLI stores state: in memory or on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Storage {
    /// On disk, kept for later sessions.
    Persistent,
    /// In memory, until the CLI exits.
    InMemory,
}

/// The handling of tool results that are too large for the model (wire name `largeOutput`).
///
/// The CLI writes the result to a file and gives the model its beginning and the path of the file.
/// Off by default in a session without a built-in tool that reads files.
///
/// ```
/// use copilot_sdk::session::LargeOutput;
///
/// let spacious = LargeOutput::new().max_bytes(200_000).directory("/var/tmp/agent");
/// let never = LargeOutput::disabled();
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct LargeOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_size_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dir: Option<PathBuf>,
}

impl LargeOutput {
    /// Creates the default handling, with the CLI's limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Disables it: results of any size go to the model (wire name `enabled`).
    pub fn disabled() -> Self {
        Self { enabled: Some(false), ..Self::default() }
    }

    /// Maximum size of a result that goes to the model unchanged, in bytes (wire name
    /// `maxSizeBytes`). Defaults to 20,480.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_size_bytes = Some(bytes);
        self
    }

    /// The directory for larger results (wire name `outputDir`). Defaults to the system's temporary
    /// directory.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.output_dir = Some(usual_path(path));
        self
    }
}

impl ContextOptions {
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems =
            self.infinite_sessions.as_ref().map(InfiniteSessions::check).unwrap_or_default();
        problems.extend(
            self.instruction_directories
                .iter()
                .filter_map(|path| path_problem("instruction_directories", path)),
        );
        if let Some(large) = &self.large_output {
            problems.extend(
                large.output_dir.iter().filter_map(|path| path_problem("large_output", path)),
            );
            if large.max_size_bytes == Some(0) {
                problems.push(
                    "large_output: max_bytes is 0: give a size, or use `LargeOutput::disabled()`"
                        .to_owned(),
                );
            }
        }
        problems
    }
}
