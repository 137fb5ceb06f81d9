//! Skills and plugins of the session.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::paths::{missing, path_problem};

/// Paths of a plugin's manifest, relative to its directory.
const MANIFESTS: [&str; 4] = [
    "plugin.json",
    ".plugin/plugin.json",
    ".github/plugin/plugin.json",
    ".claude-plugin/plugin.json",
];

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SkillOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_skills: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) skill_directories: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) disabled_skills: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) plugin_directories: Vec<PathBuf>,
}

impl SkillOptions {
    /// Every missing or invalid directory, if the CLI runs on this machine.
    pub(crate) fn missing_directories(&self) -> Vec<String> {
        let skills =
            self.skill_directories.iter().filter_map(|path| missing("skill_directories", path));
        skills.chain(self.plugin_directories.iter().filter_map(|path| no_plugin(path))).collect()
    }

    pub(crate) fn problems(&self) -> Vec<String> {
        let skills = self.skill_directories.iter().map(|path| ("skill_directories", path));
        let plugins = self.plugin_directories.iter().map(|path| ("plugin_directories", path));
        let mut problems: Vec<_> =
            skills.chain(plugins).filter_map(|(setter, path)| path_problem(setter, path)).collect();
        if self.disabled_skills.iter().any(|name| name.trim().is_empty()) {
            problems.push("disabled_skills: a name is empty".to_owned());
        }
        if self.enable_skills == Some(false) && !self.skill_directories.is_empty() {
            problems.push(
                "skill_directories have no meaning with `skills(false)`: leave one of them \
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
