//! MCP servers that a session uses: started here, or reached over HTTP.

mod auth;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Serialize, Serializer};

pub use auth::{McpAuthAnswer, McpAuthRequest};
pub(crate) use auth::{McpAuthHandler, auth_handler};

use crate::secret::SecretMap;

/// An MCP server (wire name `mcpServers`). Its tools are named `server-tool`.
///
/// A server that cannot be reached only shows as failed in the session's events. `Debug` shows the names of variables
/// and headers, never their values.
///
/// ```
/// use std::time::Duration;
/// use copilot_sdk::mcp::McpServer;
///
/// let files = McpServer::stdio("mcp-files").args(["--root", "."]).tools(["list", "read"]);
/// let search = McpServer::http("https://search.example/mcp")
///     .header("authorization", "Bearer ..")
///     .timeout(Duration::from_secs(30));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct McpServer {
    #[serde(flatten)]
    transport: Transport,
    tools: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "milliseconds")]
    timeout: Option<Duration>,
    /// Setters that this kind of server does not have.
    #[serde(skip)]
    misplaced: Vec<&'static str>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Transport {
    Stdio(Process),
    Http(Remote),
    Sse(Remote),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Process {
    command: PathBuf,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    args: Vec<String>,
    #[serde(skip_serializing_if = "SecretMap::is_empty")]
    env: SecretMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    cwd: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Remote {
    url: String,
    #[serde(skip_serializing_if = "SecretMap::is_empty")]
    headers: SecretMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth_client_id: Option<String>,
}

impl McpServer {
    /// A program that speaks MCP on its standard input and output.
    pub fn stdio(command: impl Into<PathBuf>) -> Self {
        let process = Process { command: command.into(), args: Vec::new(), env: SecretMap::default(), cwd: None };
        Self::new(Transport::Stdio(process))
    }

    /// A server that speaks MCP over HTTP.
    pub fn http(url: impl Into<String>) -> Self {
        Self::new(Transport::Http(Remote::new(url)))
    }

    /// A server that speaks MCP over server-sent events.
    pub fn sse(url: impl Into<String>) -> Self {
        Self::new(Transport::Sse(Remote::new(url)))
    }

    fn new(transport: Transport) -> Self {
        Self { transport, tools: vec!["*".to_owned()], timeout: None, misplaced: Vec::new() }
    }

    /// The arguments of the program; for [`stdio`](Self::stdio).
    pub fn args<A: Into<String>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        match &mut self.transport {
            Transport::Stdio(process) => process.args = args.into_iter().map(Into::into).collect(),
            Transport::Http(_) | Transport::Sse(_) => self.misplaced.push("args"),
        }
        self
    }

    /// Sets an environment variable of the program, to this very text; for [`stdio`](Self::stdio).
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match &mut self.transport {
            Transport::Stdio(process) => process.env.insert(name, value),
            Transport::Http(_) | Transport::Sse(_) => self.misplaced.push("env"),
        }
        self
    }

    /// The directory that the program starts in (wire name `cwd`); for [`stdio`](Self::stdio).
    pub fn working_directory(mut self, path: impl Into<PathBuf>) -> Self {
        match &mut self.transport {
            Transport::Stdio(process) => process.cwd = Some(path.into()),
            Transport::Http(_) | Transport::Sse(_) => self.misplaced.push("working_directory"),
        }
        self
    }

    /// Adds a header to every request; for [`http`](Self::http) and [`sse`](Self::sse).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match &mut self.transport {
            Transport::Http(remote) | Transport::Sse(remote) => remote.headers.insert(name, value),
            Transport::Stdio(_) => self.misplaced.push("header"),
        }
        self
    }

    /// The OAuth client to present (wire name `oauthClientId`); for [`http`](Self::http) and [`sse`](Self::sse).
    pub fn oauth_client_id(mut self, id: impl Into<String>) -> Self {
        match &mut self.transport {
            Transport::Http(remote) | Transport::Sse(remote) => remote.oauth_client_id = Some(id.into()),
            Transport::Stdio(_) => self.misplaced.push("oauth_client_id"),
        }
        self
    }

    /// The tools of the server that the agent may use, by their own names; default all.
    pub fn tools<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.tools = names.into_iter().map(Into::into).collect();
        self
    }

    /// How long a call may take (wire: milliseconds).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Everything that is wrong with servers by these names.
    pub(crate) fn check_all(servers: &BTreeMap<String, Self>) -> Vec<String> {
        servers.iter().flat_map(|(name, server)| server.check(name)).collect()
    }

    fn check(&self, name: &str) -> Vec<String> {
        let mut problems = Vec::new();
        let mut problem = |text: &str| problems.push(format!("MCP server {name:?}: {text}"));
        if name.trim().is_empty() {
            problem("the name is empty");
        }
        match &self.transport {
            Transport::Stdio(process) if process.command.as_os_str().is_empty() => problem("the command is empty"),
            Transport::Stdio(process)
                if process.command.to_str().is_none()
                    || process.cwd.as_ref().is_some_and(|path| path.to_str().is_none()) =>
            {
                problem("the command or its directory is not UTF-8");
            }
            Transport::Stdio(_) => {}
            Transport::Http(remote) | Transport::Sse(remote) => {
                let lower = remote.url.trim().to_ascii_lowercase();
                let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
                if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
                    problem("the URL has to begin with `http://` or `https://` and a host");
                }
            }
        }
        for setter in &self.misplaced {
            problem(&format!("`.{setter}(..)` has no meaning for this kind of server: leave it out"));
        }
        if self.tools.is_empty() {
            problem(
                "the list of tools is empty, so the server is of no use: name some, or leave `.tools(..)` out for all",
            );
        }
        if self.timeout.is_some_and(|timeout| timeout.as_millis() == 0) {
            problem("the timeout is 0");
        }
        problems
    }
}

impl Remote {
    fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), headers: SecretMap::default(), oauth_client_id: None }
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn milliseconds<S: Serializer>(timeout: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    timeout.map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX)).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::McpServer;

    fn wire(value: impl serde::Serialize) -> Value {
        serde_json::to_value(value).expect("plain data serializes")
    }

    #[test]
    fn servers_are_exactly_what_the_cli_reads() {
        assert_eq!(
            wire(McpServer::stdio("/bin/srv").args(["a"]).env("A", "b").working_directory("/project/ws")),
            json!({"type": "stdio", "command": "/bin/srv", "args": ["a"], "env": {"A": "b"}, "cwd": "/project/ws", "tools": ["*"]})
        );
        assert_eq!(
            wire(
                McpServer::http("http://h")
                    .header("x", "y")
                    .tools(["t"])
                    .timeout(Duration::from_secs(2))
                    .oauth_client_id("id")
            ),
            json!({"type": "http", "url": "http://h", "headers": {"x": "y"}, "tools": ["t"], "timeout": 2000, "oauthClientId": "id"})
        );
        assert_eq!(wire(McpServer::sse("http://h")), json!({"type": "sse", "url": "http://h", "tools": ["*"]}));
    }

    #[test]
    fn values_of_headers_and_variables_are_never_shown() {
        let shown = format!(
            "{:?}",
            [McpServer::http("http://h").header("auth", "sk-1"), McpServer::stdio("c").env("KEY", "sk-2")]
        );
        assert!(shown.contains("auth") && shown.contains("KEY") && !shown.contains("sk-"), "{shown}");
    }

    #[test]
    fn mistakes_are_found_before_sending() {
        let servers = BTreeMap::from([
            ("a".to_owned(), McpServer::stdio("").header("a", "b").timeout(Duration::ZERO)),
            ("b".to_owned(), McpServer::http("h").tools(Vec::<String>::new())),
            ("c".to_owned(), McpServer::sse("HTTPS://h")),
        ]);
        assert_eq!(
            McpServer::check_all(&servers),
            [
                "MCP server \"a\": the command is empty",
                "MCP server \"a\": `.header(..)` has no meaning for this kind of server: leave it out",
                "MCP server \"a\": the timeout is 0",
                "MCP server \"b\": the URL has to begin with `http://` or `https://` and a host",
                "MCP server \"b\": the list of tools is empty, so the server is of no use: name some, or leave `.tools(..)` out for all",
            ]
        );
    }
}
