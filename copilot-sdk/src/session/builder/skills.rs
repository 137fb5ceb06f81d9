//! Skills and plugins: what the agent can look up how to do.

use std::path::PathBuf;

use super::SessionBuilder;

impl SessionBuilder {
    /// Whether there are skills at all (wire name `enableSkills`). Default true, but for
    /// [`config_discovery(false)`](Self::config_discovery) without skill directories.
    pub fn skills(mut self, enable: bool) -> Self {
        self.config.options.skills.enable_skills = Some(enable);
        self
    }

    /// Adds directories that hold skills, each as `name/SKILL.md` (wire name `skillDirectories`).
    /// Default none: there are the CLI's own skills, those of [plugins](Self::plugin_directories)
    /// and, with [`config_discovery(true)`](Self::config_discovery), those of the
    /// repository and the user.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// // With `/usr/share/my-program/skills/deploy/SKILL.md`.
    /// let session =
    ///     client.session().skill_directories(["/usr/share/my-program/skills"]).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn skill_directories<P: Into<PathBuf>>(
        mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> Self {
        self.config.options.skills.skill_directories.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Skills that the agent does not use, by their names (wire name `disabledSkills`). Default
    /// none.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// let session = client.session().disabled_skills(["customize-cloud-agent"]).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn disabled_skills<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.config.options.skills.disabled_skills.extend(names.into_iter().map(Into::into));
        self
    }

    /// The only skills of the CLI itself that there are (wire name `includedBuiltinSkills`, sent
    /// once the session is open). Default all; an empty list is none.
    pub fn included_builtin_skills<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.config.options.late.included_builtin_skills =
            Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Adds plugins, each by its own directory with a `plugin.json` (wire name
    /// `pluginDirectories`). A directory of several plugins is none. Default none.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// // With `/usr/share/my-program/plugins/review/plugin.json`.
    /// let session = client
    ///     .session()
    ///     .plugin_directories(["/usr/share/my-program/plugins/review"])
    ///     .create()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn plugin_directories<P: Into<PathBuf>>(
        mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> Self {
        self.config.options.skills.plugin_directories.extend(paths.into_iter().map(Into::into));
        self
    }
}
