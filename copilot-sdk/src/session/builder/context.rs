//! Instructions for the model, and the handling of a full context.

use std::path::PathBuf;

use super::SessionBuilder;
use crate::config::{Enabled, LargeOutput, Storage};
use crate::model::InfiniteSessions;
use crate::system_message::SystemMessage;
use crate::usual_path::usual_path;

impl SessionBuilder {
    /// The system message (wire name `systemMessage`). Plain text is appended to the CLI's own; a
    /// [`SystemMessage`] can also replace it. Defaults to the CLI's own.
    pub fn system_message(mut self, message: impl Into<SystemMessage>) -> Self {
        self.config.system_message = Some(message.into());
        self
    }

    /// Whether and when old messages are compacted (wire name `infiniteSessions`). Takes a `bool`
    /// or an [`InfiniteSessions`]. By default, compaction starts in the background at 0.80 of the
    /// prompt's token limit, and at 0.95 it must finish before the next step.
    pub fn infinite_sessions(mut self, infinite: impl Into<InfiniteSessions>) -> Self {
        self.config.options.context.infinite_sessions = Some(infinite.into());
        self
    }

    /// Whether the agent may remember facts across sessions (wire name `memory.enabled`). Defaults
    /// to the account and the CLI's settings. Has no effect with a custom provider, which has no
    /// memory.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let forgetful = client.session().memory(false).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn memory(mut self, enabled: bool) -> Self {
        self.config.options.context.memory = Some(Enabled { enabled });
        self
    }

    /// The handling of tool results that are too large for the model (wire name `largeOutput`). By
    /// default, results above 20,480 bytes go to a file. In a session without a built-in tool that
    /// reads files (`view`, `grep`, a shell), the model gets results of any size in full.
    pub fn large_output(mut self, large_output: LargeOutput) -> Self {
        self.config.options.context.large_output = Some(large_output);
        self
    }

    /// Instructions of the organization, placed before those of the repository (wire name
    /// `organizationCustomInstructions`). None by default.
    pub fn organization_custom_instructions(mut self, text: impl Into<String>) -> Self {
        self.config.options.context.organization_custom_instructions = Some(text.into());
        self
    }

    /// Adds directories that the CLI searches for instruction files (wire name
    /// `instructionDirectories`), named `*.instructions.md`, in the directory itself and in its
    /// `.github/instructions`. `AGENTS.md` and `copilot-instructions.md` are read from the
    /// session's working directory only. None by default.
    ///
    /// Files with `applyTo: "**"` in their front matter are part of the initial instructions.
    /// Relative paths are resolved against the session's working directory.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// // With `/etc/my-program/instructions/style.instructions.md`.
    /// let session = client
    ///     .session()
    ///     .instruction_directories(["/etc/my-program/instructions"])
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn instruction_directories<P: Into<PathBuf>>(
        mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> Self {
        self.config
            .options
            .context
            .instruction_directories
            .extend(paths.into_iter().map(usual_path));
        self
    }

    /// Whether to ignore the instruction files of the repository and the user (wire name
    /// `skipCustomInstructions`, sent once the session is open). Defaults to `false`.
    pub fn skip_custom_instructions(mut self, skip: bool) -> Self {
        self.config.options.late.skip_custom_instructions = Some(skip);
        self
    }

    /// Whether to read instruction files of subdirectories when the agent first works there (wire
    /// name `enableOnDemandInstructionDiscovery`). Defaults to `false`.
    pub fn on_demand_instruction_discovery(mut self, enable: bool) -> Self {
        self.config.options.context.enable_on_demand_instruction_discovery = Some(enable);
        self
    }

    /// Whether to disable retrieval by embeddings (wire name `skipEmbeddingRetrieval`). Defaults to
    /// `false`.
    pub fn skip_embedding_retrieval(mut self, skip: bool) -> Self {
        self.config.options.context.skip_embedding_retrieval = Some(skip);
        self
    }

    /// Where computed embeddings are cached (wire name `embeddingCacheStorage`). Defaults to
    /// [`Storage::Persistent`].
    pub fn embedding_cache_storage(mut self, storage: Storage) -> Self {
        self.config.options.context.embedding_cache_storage = Some(storage);
        self
    }
}
