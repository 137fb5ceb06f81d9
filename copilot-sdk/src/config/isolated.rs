//! The configuration of an isolated session, which cannot see the machine it runs on.

use serde_json::{Value, json};

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

/// Removes the description of the machine from the system message, unless the message replaces the
/// CLI's entirely.
pub(crate) fn without_machine(message: Option<Value>) -> Value {
    let removed = json!({"environment_context": {"action": "remove"}});
    let mut message = message.unwrap_or_else(|| json!({}));
    match message.get("mode").and_then(Value::as_str) {
        Some("replace") => {}
        Some("customize") => {
            if let Some(sections) = message.get_mut("sections").and_then(Value::as_object_mut) {
                sections
                    .entry("environment_context")
                    .or_insert_with(|| json!({"action": "remove"}));
            } else if let Some(message) = message.as_object_mut() {
                message.insert("sections".to_owned(), removed);
            }
        }
        _ => {
            if let Some(message) = message.as_object_mut() {
                message.insert("mode".to_owned(), json!("customize"));
                message.insert("sections".to_owned(), removed);
            }
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::without_machine;

    #[test]
    fn the_machine_is_not_described_unless_the_message_is_all_the_users() {
        let removed = json!({"environment_context": {"action": "remove"}});
        assert_eq!(without_machine(None), json!({"mode": "customize", "sections": removed}));
        assert_eq!(
            without_machine(Some(json!({"mode": "append", "content": "Be kind."}))),
            json!({"mode": "customize", "content": "Be kind.", "sections": removed})
        );
        let own = json!({"mode": "customize", "sections": {"environment_context": {"action": "preserve"}}});
        assert_eq!(without_machine(Some(own.clone())), own);
        let replaced = json!({"mode": "replace", "content": "Only this."});
        assert_eq!(without_machine(Some(replaced.clone())), replaced);
    }
}
