//! Validation of MCP servers, before anything is sent.

use super::server::{McpServer, McpTransport};

/// The wire names that have setters.
const SET_HERE: [&str; 11] = [
    "type",
    "command",
    "args",
    "env",
    "cwd",
    "url",
    "headers",
    "oauthClientId",
    "tools",
    "timeout",
    "deferTools",
];

impl McpServer {
    /// Every problem with this server.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut problem = |text: &str| problems.push(text.to_owned());
        match &self.transport {
            McpTransport::Stdio(process) if process.command.as_os_str().is_empty() => {
                problem("the command is empty");
            }
            McpTransport::Stdio(process)
                if process.command.to_str().is_none()
                    || process.cwd.as_ref().is_some_and(|path| path.to_str().is_none()) =>
            {
                problem("the command or its directory is not UTF-8");
            }
            McpTransport::Stdio(_) => {}
            McpTransport::Http(remote) | McpTransport::Sse(remote) => {
                let lower = remote.url.trim().to_ascii_lowercase();
                let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
                if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
                    problem("the URL has to begin with `http://` or `https://` and a host");
                }
            }
        }
        for setter in &self.misplaced {
            problem(&format!(
                "`.{setter}(..)` has no meaning for this kind of server: leave it out"
            ));
        }
        if self.tools.is_empty() {
            problem(
                "the list of tools is empty, so the server is of no use: name some, or leave \
                 `.tools(..)` out for all",
            );
        }
        if self.tools.iter().any(|name| name.trim().is_empty()) {
            problem("the name of a tool is empty");
        }
        if self.timeout.is_some_and(|timeout| timeout.as_millis() == 0) {
            problem("the timeout is 0");
        }
        for (name, value) in self.other.iter() {
            if value.is_null() {
                problem(&format!(
                    "option({name:?}) is null, which the CLI may refuse: leave it out"
                ));
            } else if SET_HERE.contains(&name) {
                problem(&format!("option({name:?}) is set by this crate itself: use its setter"));
            }
        }
        problems
    }
}
