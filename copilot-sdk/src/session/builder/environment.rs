//! The agent's working directory and what the CLI discovers there.

use std::path::PathBuf;

use super::SessionBuilder;
use crate::usual_path::usual_path;

impl SessionBuilder {
    /// The agent's working directory (wire name `workingDirectory`). It must exist on the machine
    /// the CLI runs on. Defaults to that of the CLI, see
    /// [`ClientBuilder::cwd`](crate::client::ClientBuilder::cwd).
    pub fn cwd(mut self, path: impl Into<PathBuf>) -> Self {
        self.config.options.environment.working_directory = Some(usual_path(path));
        self
    }

    /// Adds directories the agent may use besides its working directory (wire name
    /// `additionalDirectories`). None by default.
    pub fn additional_directories<P: Into<PathBuf>>(
        mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> Self {
        self.config
            .options
            .environment
            .additional_directories
            .extend(paths.into_iter().map(usual_path));
        self
    }

    /// The CLI's configuration directory, which also stores the session (wire name `configDir`).
    /// Set the same one to resume the session; the CLI does not list sessions stored there.
    /// Defaults to the client's `base_directory`.
    pub fn config_directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.config.options.environment.config_directory = Some(usual_path(path));
        self
    }

    /// Whether to discover skills and agents of the repository and the user (wire name
    /// `enableConfigDiscovery`): in `skills` and `agents` below `.github` and similar directories,
    /// and below the CLI's own directory.
    ///
    /// By default they are not discovered. An explicit `false` goes further: without
    /// [`skill_directories`](Self::skill_directories) and [`skills(true)`](Self::skills) it also
    /// disables the skills of the CLI and of plugins. Regardless of this option, the user's MCP
    /// servers are started (see [`disabled_mcp_servers`](Self::disabled_mcp_servers)), those of the
    /// repository are not, and instruction files are read (see
    /// [`skip_custom_instructions`](Self::skip_custom_instructions)).
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

    /// Whether to record file changes, so that [`rewind`](crate::Session::rewind) can undo them
    /// (wire name `enableFileChangeTracking`). Defaults to `false`.
    pub fn file_change_tracking(mut self, enable: bool) -> Self {
        self.config.options.environment.enable_file_change_tracking = Some(enable);
        self
    }

    /// Whether to run the hooks in the repository's `.github/hooks` (wire name `enableFileHooks`).
    /// The user's own hooks always run. Defaults to `true`, but with a
    /// [`session_fs`](crate::client::ClientBuilder::session_fs) the CLI refuses `true`.
    pub fn file_hooks(mut self, enable: bool) -> Self {
        self.config.options.environment.enable_file_hooks = Some(enable);
        self
    }

    /// Whether the CLI may run git on its own, for example to read the branch name (wire name
    /// `enableHostGitOperations`). Defaults to the CLI's setting.
    pub fn host_git_operations(mut self, enable: bool) -> Self {
        self.config.options.environment.enable_host_git_operations = Some(enable);
        self
    }

    /// Whether to add the session to the CLI's searchable session store (wire name
    /// `enableSessionStore`). Defaults to `true`.
    pub fn session_store(mut self, enable: bool) -> Self {
        self.config.options.environment.enable_session_store = Some(enable);
        self
    }

    /// Whether the agent's commits credit it as a co-author (wire name `coauthorEnabled`, sent once
    /// the session is open). Defaults to `true`.
    pub fn coauthor(mut self, enable: bool) -> Self {
        self.config.options.late.coauthor_enabled = Some(enable);
        self
    }

    /// Whether the agent may schedule prompts with the tool `manage_schedule` (wire name
    /// `manageScheduleEnabled`, sent once the session is open). Defaults to `false`.
    pub fn manage_schedule(mut self, enable: bool) -> Self {
        self.config.options.late.manage_schedule_enabled = Some(enable);
        self
    }
}
