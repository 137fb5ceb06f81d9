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
