//! Skills and plugins of the session.

use std::path::{Path, PathBuf};

use super::option_group::options;
use super::paths::{missing, path_problem};

/// Paths of a plugin's manifest, relative to its directory.
const MANIFESTS: [&str; 4] = [
    "plugin.json",
    ".plugin/plugin.json",
    ".github/plugin/plugin.json",
    ".claude-plugin/plugin.json",
];

options! {
    pub(crate) struct SkillOptions {
        enable_skills: Option<bool> = "enableSkills",
        skill_directories: Vec<PathBuf> = "skillDirectories",
        disabled_skills: Vec<String> = "disabledSkills",
        plugin_directories: Vec<PathBuf> = "pluginDirectories",
    }
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
                "skill_directories have no meaning with `skills(false)`: leave one of them out"
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
                "plugin_directories: {} is not a plugin, because it has no `plugin.json`: name the \
                 directory of each plugin",
                path.display()
            )
        })
    })
}
