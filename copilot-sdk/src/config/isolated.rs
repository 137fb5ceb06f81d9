//! The configuration of an isolated session, which cannot see the machine it runs on.

use super::Storage;
use super::context::Enabled;
use crate::config::SessionOptions;

impl SessionOptions {
    /// Turns off every option that was not set.
    pub(crate) fn isolate(&mut self) {
        let host = &mut self.host;
        host.enable_session_telemetry.get_or_insert(false);
        host.is_experimental_mode.get_or_insert(false);
        self.mcp.oauth_token_storage.get_or_insert(Storage::InMemory);
        let context = &mut self.context;
        context.skip_embedding_retrieval.get_or_insert(true);
        context.embedding_cache_storage.get_or_insert(Storage::InMemory);
        context.enable_on_demand_instruction_discovery.get_or_insert(false);
        context.memory.get_or_insert(Enabled { enabled: false });
        let environment = &mut self.environment;
        environment.enable_file_hooks.get_or_insert(false);
        environment.enable_host_git_operations.get_or_insert(false);
        environment.enable_session_store.get_or_insert(false);
        self.skills.enable_skills.get_or_insert(false);
        self.agents.custom_agents_local_only.get_or_insert(true);
        let late = &mut self.late;
        late.skip_custom_instructions.get_or_insert(true);
        late.coauthor_enabled.get_or_insert(false);
        late.manage_schedule_enabled.get_or_insert(false);
        late.included_builtin_skills.get_or_insert_default();
        late.installed_plugins.get_or_insert_default();
    }
}
