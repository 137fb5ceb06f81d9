//! An MCP server and its setters.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::defer::Defer;
use crate::secret::{SecretList, SecretMap};
use crate::usual_path::usual_path;

/// An MCP server (wire name `mcpServers`). Its tools are called `server-tool`, where `server` is
/// the name given in the session.
///
/// A session continues without a server that cannot be started or reached, has no tools, or
/// requires a login; the log and the session's events report it. `Debug` shows the names of
/// variables, headers and options, never their values.
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
#[must_use]
pub struct McpServer {
    #[serde(flatten)]
    pub(super) transport: McpTransport,
    pub(super) tools: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "milliseconds")]
    pub(super) timeout: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    defer_tools: Option<Defer>,
    /// Options without a setter, by wire name.
    #[serde(flatten)]
    pub(super) other: SecretMap<Value>,
    /// Setters called on a kind of server that does not support them.
    #[serde(skip)]
    pub(super) misplaced: Vec<&'static str>,
}

/// Matches every tool of the server.
const ALL: &str = "*";

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(super) enum McpTransport {
    Stdio(StdioServer),
    Http(Remote),
    Sse(Remote),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct StdioServer {
    pub(super) command: PathBuf,
    #[serde(skip_serializing_if = "SecretList::is_empty")]
    args: SecretList<String>,
    #[serde(skip_serializing_if = "SecretMap::is_empty")]
    env: SecretMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cwd: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Remote {
    pub(super) url: String,
    #[serde(skip_serializing_if = "SecretMap::is_empty")]
    headers: SecretMap,
    #[serde(skip_serializing_if = "Option::is_none")]
    oauth_client_id: Option<String>,
}

impl McpServer {
    /// A program that speaks MCP over its stdin and stdout.
    pub fn stdio(command: impl Into<PathBuf>) -> Self {
        let process = StdioServer {
            command: usual_path(command),
            args: SecretList::default(),
            env: SecretMap::default(),
            cwd: None,
        };
        Self::new(McpTransport::Stdio(process))
    }

    /// A server that speaks MCP over HTTP.
    pub fn http(url: impl Into<String>) -> Self {
        Self::new(McpTransport::Http(Remote::new(url)))
    }

    /// A server that speaks MCP over server-sent events.
    pub fn sse(url: impl Into<String>) -> Self {
        Self::new(McpTransport::Sse(Remote::new(url)))
    }

    fn new(transport: McpTransport) -> Self {
        Self {
            transport,
            tools: vec![ALL.to_owned()],
            timeout: None,
            defer_tools: None,
            other: SecretMap::default(),
            misplaced: Vec::new(),
        }
    }

    /// The arguments of the program. Only for [`stdio`](Self::stdio).
    pub fn args<A: Into<String>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        match &mut self.transport {
            McpTransport::Stdio(process) => {
                process.args.0 = args.into_iter().map(Into::into).collect();
            }
            McpTransport::Http(_) | McpTransport::Sse(_) => self.misplaced.push("args"),
        }
        self
    }

    /// Sets an environment variable of the program to this literal text. Only for
    /// [`stdio`](Self::stdio).
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match &mut self.transport {
            McpTransport::Stdio(process) => process.env.insert(name, value),
            McpTransport::Http(_) | McpTransport::Sse(_) => self.misplaced.push("env"),
        }
        self
    }

    /// The working directory of the program (wire name `cwd`). Only for [`stdio`](Self::stdio).
    pub fn cwd(mut self, path: impl Into<PathBuf>) -> Self {
        match &mut self.transport {
            McpTransport::Stdio(process) => process.cwd = Some(usual_path(path)),
            McpTransport::Http(_) | McpTransport::Sse(_) => self.misplaced.push("cwd"),
        }
        self
    }

    /// Adds a header to every request. Only for [`http`](Self::http) and [`sse`](Self::sse).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        match &mut self.transport {
            McpTransport::Http(remote) | McpTransport::Sse(remote) => {
                remote.headers.insert(name, value);
            }
            McpTransport::Stdio(_) => self.misplaced.push("header"),
        }
        self
    }

    /// The OAuth client id (wire name `oauthClientId`). Only for [`http`](Self::http) and
    /// [`sse`](Self::sse).
    pub fn oauth_client_id(mut self, id: impl Into<String>) -> Self {
        match &mut self.transport {
            McpTransport::Http(remote) | McpTransport::Sse(remote) => {
                remote.oauth_client_id = Some(id.into());
            }
            McpTransport::Stdio(_) => self.misplaced.push("oauth_client_id"),
        }
        self
    }

    /// The tools of the server the agent may use. All by default.
    ///
    /// Use the server's own tool names here: `echo`, not `srv-echo`. The CLI ignores unknown names;
    /// this crate logs them once the server has listed its tools.
    pub fn tools<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.tools = names.into_iter().map(Into::into).collect();
        self
    }

    /// The time limit of a call (milliseconds on the wire).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// When the model is told about the server's tools (wire name `deferTools`). Defaults to
    /// [`Defer::Auto`]: with [tool search](crate::SessionBuilder::tool_search), the model has to
    /// search for them.
    pub fn defer(mut self, defer: Defer) -> Self {
        self.defer_tools = Some(defer);
        self
    }

    /// Sets an option of the server that has no setter, by its wire name.
    ///
    /// ```
    /// use copilot_sdk::mcp::McpServer;
    ///
    /// let files = McpServer::stdio("mcp-files").option("excludeTools", vec!["delete"]);
    /// ```
    pub fn option(mut self, wire_name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.other.insert(wire_name, value);
        self
    }

    /// The selected tools, unless all are.
    pub(crate) fn chosen_tools(&self) -> Option<&[String]> {
        (!self.tools.iter().any(|name| name == ALL)).then_some(&self.tools)
    }
}

impl Remote {
    fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), headers: SecretMap::default(), oauth_client_id: None }
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn milliseconds<S: Serializer>(
    timeout: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    timeout
        .map(|timeout| u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX))
        .serialize(serializer)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::McpServer;
    use crate::defer::Defer;

    fn wire(value: impl serde::Serialize) -> Value {
        serde_json::to_value(value).expect("plain data serializes")
    }

    #[test]
    fn servers_are_exactly_what_the_cli_reads() {
        assert_eq!(
            wire(McpServer::stdio("/bin/srv").args(["a"]).env("A", "b").cwd("/project/ws")),
            json!({"type": "stdio", "command": "/bin/srv", "args": ["a"], "env": {"A": "b"}, "cwd": "/project/ws", "tools": ["*"]})
        );
        assert_eq!(
            wire(
                McpServer::http("http://h")
                    .header("x", "y")
                    .tools(["t"])
                    .timeout(Duration::from_secs(2))
                    .oauth_client_id("id")
                    .defer(Defer::Never)
                    .option("oauthScopes", json!(["read"]))
            ),
            json!({"type": "http", "url": "http://h", "headers": {"x": "y"}, "tools": ["t"], "timeout": 2000,
                "oauthClientId": "id", "deferTools": "never", "oauthScopes": ["read"]})
        );
        assert_eq!(
            wire(McpServer::sse("http://h")),
            json!({"type": "sse", "url": "http://h", "tools": ["*"]})
        );
    }

    #[test]
    fn values_of_headers_and_variables_are_never_shown() {
        let shown = format!(
            "{:?}",
            [
                McpServer::http("http://h").header("auth", "sk-1").option("oidc", "sk-3"),
                McpServer::stdio("c").env("KEY", "sk-2")
            ]
        );
        assert!(
            ["auth", "KEY", "oidc"].iter().all(|name| shown.contains(name))
                && !shown.contains("sk-"),
            "{shown}"
        );
    }
}
