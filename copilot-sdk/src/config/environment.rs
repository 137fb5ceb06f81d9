//! The agent's working directory and what the CLI discovers there.

use std::path::PathBuf;

use super::option_group::options;
use super::paths::path_problem;

options! {
    pub(crate) struct EnvironmentOptions {
        working_directory: Option<PathBuf> = "workingDirectory",
        additional_directories: Vec<PathBuf> = "additionalDirectories",
        config_directory: Option<PathBuf> = "configDir",
        enable_config_discovery: Option<bool> = "enableConfigDiscovery",
        enable_file_change_tracking: Option<bool> = "enableFileChangeTracking",
        enable_file_hooks: Option<bool> = "enableFileHooks",
        enable_host_git_operations: Option<bool> = "enableHostGitOperations",
        enable_session_store: Option<bool> = "enableSessionStore",
    }
}

impl EnvironmentOptions {
    pub(crate) fn problems(&self) -> Vec<String> {
        let one = [("cwd", &self.working_directory), ("config_directory", &self.config_directory)];
        let one = one.into_iter().filter_map(|(setter, path)| Some((setter, path.as_ref()?)));
        let many = self.additional_directories.iter().map(|path| ("additional_directories", path));
        one.chain(many).filter_map(|(setter, path)| path_problem(setter, path)).collect()
    }
}
