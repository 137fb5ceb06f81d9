use serde::{Serialize, Serializer};

use super::McpServer;
use crate::sorted_map::SortedMap;

/// The MCP servers of a session or an agent, by name (wire name `mcpServers`).
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct McpServers(Vec<(String, McpServer)>);

impl McpServers {
    pub(crate) fn add(&mut self, name: String, server: McpServer) {
        self.0.push((name, server));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.names().any(|own| own == name)
    }

    /// The tools selected per server, for servers with a selection.
    pub(crate) fn chosen_tools(&self) -> SortedMap<String, Vec<String>> {
        let chosen = |(name, server): &(String, McpServer)| {
            Some((name.clone(), server.chosen_tools()?.to_vec()))
        };
        self.0.iter().filter_map(chosen).collect()
    }

    /// Every problem with them, including duplicate names.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (index, (name, server)) in self.0.iter().enumerate() {
            if self.names().take(index).any(|former| former == name) {
                problems.push(format!("the MCP server {name:?} is given twice"));
            }
            let own =
                name_problem(name).map(ToOwned::to_owned).into_iter().chain(server.problems());
            problems.extend(own.map(|problem| format!("MCP server {name:?}: {problem}")));
        }
        problems
    }
}

impl Serialize for McpServers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, server)| (name, server)))
    }
}

/// The problem with a name that the CLI would rewrite, after which filters with the given name
/// would not match its tools.
fn name_problem(name: &str) -> Option<&'static str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if name.is_empty() {
        return Some("the name is empty");
    }
    (!name.chars().all(fits))
        .then_some("its tools would get another name: write letters, digits, `_` and `-`")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::{McpServer, McpServers};

    fn servers<const N: usize>(servers: [(&str, McpServer); N]) -> McpServers {
        McpServers(servers.map(|(name, server)| (name.to_owned(), server)).into())
    }

    #[test]
    fn they_travel_by_their_names() {
        let wire = serde_json::to_value(servers([("a", McpServer::sse("http://h"))]))
            .expect("plain data serializes");
        assert_eq!(wire, json!({"a": {"type": "sse", "url": "http://h", "tools": ["*"]}}));
    }

    #[test]
    fn mistakes_are_found_before_sending() {
        let servers = servers([
            ("a", McpServer::stdio("").header("a", "b").timeout(Duration::ZERO)),
            ("b", McpServer::http("h").tools(Vec::<String>::new())),
            ("c", McpServer::sse("HTTPS://h").option("timeout", 5).option("oidc", Value::Null)),
            ("", McpServer::stdio("c").tools([" "])),
            ("my srv", McpServer::stdio("c")),
            ("c", McpServer::stdio("c")),
        ]);
        assert_eq!(
            servers.problems(),
            [
                "MCP server \"a\": the command is empty",
                "MCP server \"a\": `.header(..)` has no meaning for this kind of server: leave it \
                 out",
                "MCP server \"a\": the timeout is 0",
                "MCP server \"b\": the URL has to begin with `http://` or `https://` and a host",
                "MCP server \"b\": the list of tools is empty, so the server is of no use: name \
                 some, or leave `.tools(..)` out for all",
                "MCP server \"c\": option(\"oidc\") is null, which the CLI may refuse: leave it \
                 out",
                "MCP server \"c\": option(\"timeout\") is set by this crate itself: use its setter",
                "MCP server \"\": the name is empty",
                "MCP server \"\": the name of a tool is empty",
                "MCP server \"my srv\": its tools would get another name: write letters, digits, \
                 `_` and `-`",
                "the MCP server \"c\" is given twice",
            ]
        );
    }
}
