//! The agent's working directory and what the CLI discovers there.

use std::path::PathBuf;

use serde::Serialize;

use super::paths::path_problem;

#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EnvironmentOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) working_directory: Option<PathBuf>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) additional_directories: Vec<PathBuf>,
    #[serde(rename = "configDir", skip_serializing_if = "Option::is_none")]
    pub(crate) config_directory: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_config_discovery: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_file_change_tracking: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_file_hooks: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_host_git_operations: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_session_store: Option<bool>,
}

impl EnvironmentOptions {
    pub(crate) fn problems(&self) -> Vec<String> {
        let one = [("cwd", &self.working_directory), ("config_directory", &self.config_directory)];
        let one = one.into_iter().filter_map(|(setter, path)| Some((setter, path.as_ref()?)));
        let many = self.additional_directories.iter().map(|path| ("additional_directories", path));
        one.chain(many).filter_map(|(setter, path)| path_problem(setter, path)).collect()
    }
}
