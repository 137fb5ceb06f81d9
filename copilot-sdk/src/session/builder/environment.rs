//! Where the agent works, and what it may look at by itself.

use std::path::PathBuf;

use super::SessionBuilder;

impl SessionBuilder {
    /// The directory that the agent works in (wire name `workingDirectory`); it has to exist where
    /// the CLI runs. Default: the CLI's ([`cwd`](crate::client::ClientBuilder::cwd)).
    pub fn cwd(mut self, path: impl Into<PathBuf>) -> Self {
        self.config.options.environment.working_directory = Some(path.into());
        self
    }

    /// Adds directories that the agent may use besides (wire name `additionalDirectories`). Default
    /// none.
    pub fn additional_directories<P: Into<PathBuf>>(
        mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> Self {
        self.config
            .options
            .environment
            .additional_directories
            .extend(paths.into_iter().map(Into::into));
        self
    }

    /// The directory of the CLI's configuration, in which the session is kept, too (wire name
    /// `configDir`). To resume the session, give the same one; the CLI's list of sessions does not
    /// show it. Default: the client's `base_directory`.
    pub fn config_directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.config.options.environment.config_directory = Some(path.into());
        self
    }

    /// Whether skills and agents are looked for in the repository and the user's directory (wire
    /// name `enableConfigDiscovery`): in `skills` and `agents` below `.github` and the like, and
    /// below the CLI's own directory.
    ///
    /// Default: they are not. `false` goes further: without
    /// [`skill_directories`](Self::skill_directories) and
    /// [`skills(true)`](Self::skills) there are no skills at all then, not even those
    /// of the CLI and of plugins. The user's MCP servers are started in any case, see
    /// [`disabled_mcp_servers`](Self::disabled_mcp_servers); those of the repository are not;
    /// instruction files are read in any case, see
    /// [`skip_custom_instructions`](Self::skip_custom_instructions).
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// // An agent of the repository, from `.github/agents/reviewer.agent.md`.
    /// let session = client.session().config_discovery(true).agent("reviewer").create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn config_discovery(mut self, enable: bool) -> Self {
        self.config.options.environment.enable_config_discovery = Some(enable);
        self
    }

    /// Whether changes of files are recorded, so that [`rewind`](crate::Session::rewind) can undo
    /// them (wire name `enableFileChangeTracking`). Default false.
    pub fn file_change_tracking(mut self, enable: bool) -> Self {
        self.config.options.environment.enable_file_change_tracking = Some(enable);
        self
    }

    /// Whether hooks from files of the repository, in `.github/hooks`, are run (wire name
    /// `enableFileHooks`); the user's own are in any case. Default true.
    pub fn file_hooks(mut self, enable: bool) -> Self {
        self.config.options.environment.enable_file_hooks = Some(enable);
        self
    }

    /// Whether the CLI runs git by itself, such as to learn the branch (wire name
    /// `enableHostGitOperations`). Default: the CLI's.
    pub fn host_git_operations(mut self, enable: bool) -> Self {
        self.config.options.environment.enable_host_git_operations = Some(enable);
        self
    }

    /// Whether the session goes into the CLI's searchable store of sessions (wire name
    /// `enableSessionStore`). Default true.
    pub fn session_store(mut self, enable: bool) -> Self {
        self.config.options.environment.enable_session_store = Some(enable);
        self
    }

    /// Whether commits of the agent name it as a co-author (wire name `coauthorEnabled`, sent once
    /// the session is open). Default true.
    pub fn coauthor(mut self, enable: bool) -> Self {
        self.config.options.late.coauthor_enabled = Some(enable);
        self
    }

    /// Whether the agent may schedule prompts for later, with the tool `manage_schedule` (wire name
    /// `manageScheduleEnabled`, sent once the session is open). Default false.
    pub fn manage_schedule(mut self, enable: bool) -> Self {
        self.config.options.late.manage_schedule_enabled = Some(enable);
        self
    }
}
