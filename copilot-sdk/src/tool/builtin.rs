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

/// The CLI's own tools about which it asks as it does about those of a client. Not all that it has:
/// a client may have replaced one such as `grep`.
const ASKED_ABOUT: &[&str] = &[
    "dynamic_workflows_manage",
    "extensions_manage",
    "extensions_reload",
    "image_generation",
    "invoke_canvas_action",
    "list_canvas_capabilities",
    "open_canvas",
    "run_dynamic_workflow",
];

/// Whether the CLI asks about its own tool of this name as if it were a client's.
pub(crate) fn asks_as_custom(name: &str) -> bool {
    ASKED_ABOUT.contains(&name)
}
