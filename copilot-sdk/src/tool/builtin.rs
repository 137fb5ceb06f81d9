//! Tool names that the CLI itself uses.

/// Names of the CLI's own tools. The macro crate has the same list.
pub(crate) const VISIBLE: &[&str] = &[
    "ask_user",
    "bash",
    "create",
    "edit",
    "glob",
    "grep",
    "list_agents",
    "list_bash",
    "read_agent",
    "read_bash",
    "semantic_code_search",
    "skill",
    "sql",
    "stop_bash",
    "task",
    "view",
    "web_fetch",
    "write_agent",
];

/// Names that the CLI refuses or gives its own meaning.
pub(crate) const RESERVED: &[&str] = &["catalog_search", "catalog_select", "tool_search_tool"];

/// Names that the CLI answers itself, although it offers most of them to no model.
const HIDDEN: &[&str] = &[
    "read_file",
    "grep_search",
    "file_search",
    "apply_patch",
    "str_replace_editor",
    "update_todo",
    "semantic_search",
    "lexical_code_search",
    "rg",
    "powershell",
    "local_shell",
    "store_memory",
    "read_memories",
    "vote_memory",
    "task_complete",
    "exit_plan_mode",
    "context_board",
    "read_inbox",
    "send_inbox",
    "manage_schedule",
    "session_history",
    "session_artifacts",
    "get_context_remaining",
    "new_context",
    "session_store_sql",
    "search_code_subagent",
    "fetch_copilot_cli_documentation",
    "list_canvas_capabilities",
    "open_canvas",
    "invoke_canvas_action",
    "extensions_reload",
    "extensions_manage",
    "run_dynamic_workflow",
    "dynamic_workflows_manage",
    "image_generation",
];

/// Whether the CLI has a tool of this name.
pub(crate) fn is_builtin(name: &str) -> bool {
    [VISIBLE, RESERVED, HIDDEN].iter().any(|names| names.contains(&name))
}
