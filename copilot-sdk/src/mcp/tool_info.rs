//! Tools as listed by an MCP server.

use crate::payload::answers;

answers! {
    /// A tool of an MCP server.
    #[derive(Debug, Clone, PartialEq, Eq)]
    #[non_exhaustive]
    pub struct McpToolInfo {
        /// The name, without that of the server.
        pub name: String = "name" [required],
        /// The description for the model.
        pub description: Option<String> = "description",
    }
}
