//! Skills and plugins of the session.

use std::path::PathBuf;

use super::SessionBuilder;
use crate::usual_path::usual_path;

impl SessionBuilder {
    /// Whether skills are enabled at all (wire name `enableSkills`). Defaults to `true`, except
    /// with [`config_discovery(false)`](Self::config_discovery) and no skill directories.
    pub fn skills(mut self, enable: bool) -> Self {
        self.config.options.skills.enable_skills = Some(enable);
        self
    }

    /// Adds directories that contain skills, each as `name/SKILL.md` (wire name
    /// `skillDirectories`). None by default: the session then has the skills of the CLI, of
    /// [plugins](Self::plugin_directories) and, with
    /// [`config_discovery(true)`](Self::config_discovery), of the repository and the user.
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
        self.config.options.skills.skill_directories.extend(paths.into_iter().map(usual_path));
        self
    }

    /// Names of skills the agent may not use (wire name `disabledSkills`). None by default.
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

    /// Names of the CLI's built-in skills to include (wire name `includedBuiltinSkills`, sent once
    /// the session is open). All by default; an empty list means none.
    pub fn included_builtin_skills<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.config.options.late.included_builtin_skills =
            Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Adds plugins by their directories, each with a `plugin.json` (wire name
    /// `pluginDirectories`). A directory that contains several plugins is not accepted. None by
    /// default.
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
        self.config.options.skills.plugin_directories.extend(paths.into_iter().map(usual_path));
        self
    }
}
