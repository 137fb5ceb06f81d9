//! What the model is told, and what happens when its context is full.

use std::path::PathBuf;

use super::SessionBuilder;
use crate::config::{Enabled, LargeOutput, Storage};
use crate::model::InfiniteSessions;
use crate::system_message::SystemMessage;

impl SessionBuilder {
    /// What the model is told besides the CLI's own instructions, or instead of them (wire name
    /// `systemMessage`). Plain text is appended. Default: the CLI's own.
    pub fn system_message(mut self, message: impl Into<SystemMessage>) -> Self {
        self.config.system_message = Some(message.into());
        self
    }

    /// Whether and when old messages are summarized to make room (wire name `infiniteSessions`);
    /// `true` and `false` do, too. Default: yes, from 0.80 of the prompt's token limit on in the
    /// background, from 0.95 on before the next step.
    pub fn infinite_sessions(mut self, infinite: impl Into<InfiniteSessions>) -> Self {
        self.config.options.context.infinite_sessions = Some(infinite.into());
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
        self.config.options.context.memory = Some(Enabled { enabled });
        self
    }

    /// What happens to tool results that are too large for the model (wire name `largeOutput`).
    /// Default: those above 20,480 bytes go to a file; in a session without a built-in tool that
    /// reads files (`view`, `grep`, a shell), the model reads results of every size.
    pub fn large_output(mut self, large_output: LargeOutput) -> Self {
        self.config.options.context.large_output = Some(large_output);
        self
    }

    /// Instructions of the organization, which the model reads before those of the repository (wire
    /// name `organizationCustomInstructions`). Default none.
    pub fn organization_custom_instructions(mut self, text: impl Into<String>) -> Self {
        self.config.options.context.organization_custom_instructions = Some(text.into());
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
            .extend(paths.into_iter().map(Into::into));
        self
    }

    /// Whether the CLI leaves out the instruction files of the repository and the user (wire name
    /// `skipCustomInstructions`, sent once the session is open). Default false.
    pub fn skip_custom_instructions(mut self, skip: bool) -> Self {
        self.config.options.late.skip_custom_instructions = Some(skip);
        self
    }

    /// Whether instruction files of subdirectories are read when the agent comes by (wire name
    /// `enableOnDemandInstructionDiscovery`). Default false.
    pub fn on_demand_instruction_discovery(mut self, enable: bool) -> Self {
        self.config.options.context.enable_on_demand_instruction_discovery = Some(enable);
        self
    }

    /// Whether the CLI leaves out what a search by meaning (embeddings) would find (wire name
    /// `skipEmbeddingRetrieval`). Default false.
    pub fn skip_embedding_retrieval(mut self, skip: bool) -> Self {
        self.config.options.context.skip_embedding_retrieval = Some(skip);
        self
    }

    /// Where the CLI keeps the embeddings that it computed (wire name `embeddingCacheStorage`).
    /// Default [`Storage::Persistent`].
    pub fn embedding_cache_storage(mut self, storage: Storage) -> Self {
        self.config.options.context.embedding_cache_storage = Some(storage);
        self
    }
}
