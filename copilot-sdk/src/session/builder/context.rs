//! What the model is told, and what happens when its context is full.

use std::path::PathBuf;

use serde::Serialize;

use super::SessionBuilder;
use crate::model::InfiniteSessions;
use crate::session::plain::path_problem;
use crate::system_message::SystemMessage;

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::session) struct ContextOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    infinite_sessions: Option<InfiniteSessions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) memory: Option<Enabled>,
    #[serde(skip_serializing_if = "Option::is_none")]
    large_output: Option<LargeOutput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organization_custom_instructions: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::session) instruction_directories: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enable_on_demand_instruction_discovery: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) skip_embedding_retrieval: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) embedding_cache_storage: Option<Storage>,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Enabled {
    pub(super) enabled: bool,
}

/// Where the CLI keeps something that it could also write to disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Storage {
    /// On disk, for later sessions, too.
    Persistent,
    /// In memory, as long as the CLI runs.
    InMemory,
}

/// What happens to a tool result that is too large for the model (wire name `largeOutput`).
///
/// The CLI writes it to a file and gives the model the file's path and the beginning.
///
/// ```
/// use copilot_sdk::session::LargeOutput;
///
/// let spacious = LargeOutput::new().max_bytes(200_000).directory("/var/tmp/agent");
/// let never = LargeOutput::disabled();
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LargeOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_size_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_dir: Option<PathBuf>,
}

impl LargeOutput {
    /// The CLI's own limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Results of every size go to the model (wire name `enabled`).
    pub fn disabled() -> Self {
        Self { enabled: Some(false), ..Self::default() }
    }

    /// The largest result that goes to the model as it is, in bytes (wire name `maxSizeBytes`).
    /// Default 20,480.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_size_bytes = Some(bytes);
        self
    }

    /// Where larger ones are written (wire name `outputDir`). Default: the system's temporary
    /// directory.
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.output_dir = Some(path.into());
        self
    }
}

impl SessionBuilder {
    /// What the model is told besides the CLI's own instructions, or instead of them (wire name
    /// `systemMessage`). Plain text is appended. Default: the CLI's own.
    pub fn system_message(mut self, message: impl Into<SystemMessage>) -> Self {
        self.settings.system_message = Some(message.into());
        self
    }

    /// Whether and when old messages are summarized to make room (wire name `infiniteSessions`);
    /// `true` and `false` do, too. Default: yes, from 0.80 of the prompt's token limit on in the
    /// background, from 0.95 on before the next step.
    pub fn infinite_sessions(mut self, infinite: impl Into<InfiniteSessions>) -> Self {
        self.settings.plain.context.infinite_sessions = Some(infinite.into());
        self
    }

    /// Whether the agent may remember facts beyond the session (wire name `memory.enabled`).
    /// Default: as the CLI's account and settings say. With a provider of your own it changes
    /// nothing: that has no memory either way.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let forgetful = client.session().memory(false).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn memory(mut self, enabled: bool) -> Self {
        self.settings.plain.context.memory = Some(Enabled { enabled });
        self
    }

    /// What happens to tool results that are too large for the model (wire name `largeOutput`).
    /// Default: those above 20,480 bytes go to a file.
    pub fn large_output(mut self, large_output: LargeOutput) -> Self {
        self.settings.plain.context.large_output = Some(large_output);
        self
    }

    /// Instructions of the organization, which the model reads before those of the repository (wire
    /// name `organizationCustomInstructions`). Default none.
    pub fn organization_custom_instructions(mut self, text: impl Into<String>) -> Self {
        self.settings.plain.context.organization_custom_instructions = Some(text.into());
        self
    }

    /// Adds directories in which the CLI looks for instruction files (wire name
    /// `instructionDirectories`): those named `*.instructions.md`, there and in
    /// `.github/instructions` below. `AGENTS.md` and `copilot-instructions.md` are read where the
    /// session works, not here. Default none.
    ///
    /// A file whose front matter says `applyTo: "**"` is part of what the model is told at once.
    /// Relative paths begin at the session's working directory.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// // With `/etc/my-program/instructions/style.instructions.md`.
    /// let session = client.session().instruction_directories(["/etc/my-program/instructions"]).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn instruction_directories<P: Into<PathBuf>>(
        mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> Self {
        self.settings
            .plain
            .context
            .instruction_directories
            .extend(paths.into_iter().map(Into::into));
        self
    }

    /// Whether the CLI leaves out the instruction files of the repository and the user (wire name
    /// `skipCustomInstructions`, sent once the session is open). Default false.
    pub fn skip_custom_instructions(mut self, skip: bool) -> Self {
        self.settings.plain.late.skip_custom_instructions = Some(skip);
        self
    }

    /// Whether instruction files of subdirectories are read when the agent comes by (wire name
    /// `enableOnDemandInstructionDiscovery`). Default false.
    pub fn enable_on_demand_instruction_discovery(mut self, enable: bool) -> Self {
        self.settings.plain.context.enable_on_demand_instruction_discovery = Some(enable);
        self
    }

    /// Whether the CLI leaves out what a search by meaning (embeddings) would find (wire name
    /// `skipEmbeddingRetrieval`). Default false.
    pub fn skip_embedding_retrieval(mut self, skip: bool) -> Self {
        self.settings.plain.context.skip_embedding_retrieval = Some(skip);
        self
    }

    /// Where the CLI keeps the embeddings that it computed (wire name `embeddingCacheStorage`).
    /// Default [`Storage::Persistent`].
    pub fn embedding_cache_storage(mut self, storage: Storage) -> Self {
        self.settings.plain.context.embedding_cache_storage = Some(storage);
        self
    }
}

impl ContextOptions {
    pub(in crate::session) fn problems(&self) -> Vec<String> {
        let mut problems: Vec<_> =
            self.infinite_sessions.iter().flat_map(InfiniteSessions::check).collect();
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
