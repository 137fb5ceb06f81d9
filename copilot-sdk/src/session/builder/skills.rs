//! Skills and plugins: what the agent can look up how to do.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::SessionBuilder;
use crate::session::plain::{missing, path_problem};

/// Where a plugin may have its description, below its directory.
const MANIFESTS: [&str; 4] = [
    "plugin.json",
    ".plugin/plugin.json",
    ".github/plugin/plugin.json",
    ".claude-plugin/plugin.json",
];

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::session) struct SkillOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) enable_skills: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skill_directories: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    disabled_skills: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plugin_directories: Vec<PathBuf>,
}

impl SessionBuilder {
    /// Whether there are skills at all (wire name `enableSkills`). Default true, but for
    /// [`enable_config_discovery(false)`](Self::enable_config_discovery) without skill directories.
    pub fn enable_skills(mut self, enable: bool) -> Self {
        self.settings.plain.skills.enable_skills = Some(enable);
        self
    }

    /// Adds directories that hold skills, each as `name/SKILL.md` (wire name `skillDirectories`).
    /// Default none: there are the CLI's own skills, those of [plugins](Self::plugin_directories)
    /// and, with [`enable_config_discovery(true)`](Self::enable_config_discovery), those of the
    /// repository and the user.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// // With `/usr/share/my-program/skills/deploy/SKILL.md`.
    /// let session = client.session().skill_directories(["/usr/share/my-program/skills"]).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn skill_directories<P: Into<PathBuf>>(
        mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> Self {
        self.settings.plain.skills.skill_directories.extend(paths.into_iter().map(Into::into));
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
        self.settings.plain.skills.disabled_skills.extend(names.into_iter().map(Into::into));
        self
    }

    /// The only skills of the CLI itself that there are (wire name `includedBuiltinSkills`, sent
    /// once the session is open). Default all; an empty list is none.
    pub fn included_builtin_skills<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        self.settings.plain.late.included_builtin_skills =
            Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Adds plugins, each by its own directory with a `plugin.json` (wire name
    /// `pluginDirectories`). A directory of several plugins is none. Default none.
    ///
    /// ```no_run
    /// # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
    /// // With `/usr/share/my-program/plugins/review/plugin.json`.
    /// let session = client.session().plugin_directories(["/usr/share/my-program/plugins/review"]).create().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn plugin_directories<P: Into<PathBuf>>(
        mut self,
        paths: impl IntoIterator<Item = P>,
    ) -> Self {
        self.settings.plain.skills.plugin_directories.extend(paths.into_iter().map(Into::into));
        self
    }
}

impl SkillOptions {
    /// Every directory that is not there, or not what it should be, when the CLI runs on this
    /// machine.
    pub(in crate::session) fn missing_directories(&self) -> Vec<String> {
        let skills =
            self.skill_directories.iter().filter_map(|path| missing("skill_directories", path));
        skills.chain(self.plugin_directories.iter().filter_map(|path| no_plugin(path))).collect()
    }

    pub(in crate::session) fn problems(&self) -> Vec<String> {
        let skills = self.skill_directories.iter().map(|path| ("skill_directories", path));
        let plugins = self.plugin_directories.iter().map(|path| ("plugin_directories", path));
        let mut problems: Vec<_> =
            skills.chain(plugins).filter_map(|(setter, path)| path_problem(setter, path)).collect();
        if self.disabled_skills.iter().any(|name| name.trim().is_empty()) {
            problems.push("disabled_skills: a name is empty".to_owned());
        }
        if self.enable_skills == Some(false) && !self.skill_directories.is_empty() {
            problems.push(
                "skill_directories have no meaning with `enable_skills(false)`: leave one of them \
                 out"
                .to_owned(),
            );
        }
        problems
    }
}

fn no_plugin(path: &Path) -> Option<String> {
    missing("plugin_directories", path).or_else(|| {
        let is_none =
            path.is_absolute() && !MANIFESTS.iter().any(|manifest| path.join(manifest).is_file());
        is_none.then(|| {
            format!(
                "plugin_directories: {} is no plugin, for it has no `plugin.json`: name the \
                 directory of each plugin",
                path.display()
            )
        })
    })
}
