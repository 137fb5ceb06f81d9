//! Skills and plugins: what the agent can look up how to do.

use std::path::PathBuf;

use serde::Serialize;

use super::SessionBuilder;
use crate::session::plain::path_problem;

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
    /// Whether there are skills at all (wire name `enableSkills`). Default true.
    pub fn enable_skills(mut self, enable: bool) -> Self {
        self.settings.plain.skills.enable_skills = Some(enable);
        self
    }

    /// Adds directories that hold skills, each as `name/SKILL.md` (wire name `skillDirectories`). Default none besides
    /// the CLI's own.
    pub fn skill_directories<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.settings.plain.skills.skill_directories.extend(paths.into_iter().map(Into::into));
        self
    }

    /// Skills that the agent does not use, by their names (wire name `disabledSkills`). Default none.
    pub fn disabled_skills<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.settings.plain.skills.disabled_skills.extend(names.into_iter().map(Into::into));
        self
    }

    /// The only skills of the CLI itself that there are (wire name `includedBuiltinSkills`, sent once the session is
    /// open). Default all; an empty list is none.
    pub fn included_builtin_skills<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.settings.plain.late.included_builtin_skills = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Adds directories that hold plugins (wire name `pluginDirectories`). Default none.
    pub fn plugin_directories<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.settings.plain.skills.plugin_directories.extend(paths.into_iter().map(Into::into));
        self
    }
}

impl SkillOptions {
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
                "skill_directories have no meaning with `enable_skills(false)`: leave one of them out".to_owned(),
            );
        }
        problems
    }
}
