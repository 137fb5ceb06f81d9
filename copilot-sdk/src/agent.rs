//! Custom agents: sub-agents with their own prompt, tools and model.
//!
//! The session's agent delegates work to them based on their descriptions. One of them can also
//! take over the session: from the start with
//! [`SessionBuilder::agent`](crate::SessionBuilder::agent), or later with
//! [`Session::select_agent`](crate::Session::select_agent).
//!
//! ```no_run
//! # async fn example(client: copilot_sdk::Client) -> copilot_sdk::Result<()> {
//! use copilot_sdk::agent::CustomAgent;
//!
//! let reviewer = CustomAgent::new("reviewer", "Review the change. Name each defect.")
//!     .description("Reviews changes for defects")
//!     .tools(["view", "grep"]);
//! let session = client.session().custom_agent(reviewer).create().await?;
//! println!("{}", session.ask("Have the last commit reviewed, then sum up.").await?);
//! # Ok(())
//! # }
//! ```
//!
//! Events of a sub-agent carry its [`agent_id`](crate::event::Event::agent_id), as do hooks and
//! permission requests. Agents from files are found with
//! [`SessionBuilder::config_discovery`](crate::SessionBuilder::config_discovery), and
//! [`Session::agents`](crate::Session::agents) lists all that are available. To give tools to
//! custom agents only, see [`CustomAgent::mcp_server`] and
//! [`default_agent_excluded_tools`](crate::SessionBuilder::default_agent_excluded_tools).
//!
//! The book has a page with a complete program: `docs/src/sub-agents.md` in the repository.

use serde::Serialize;

use crate::mcp::{McpServer, McpServers};
use crate::model::ReasoningEffort;

/// An agent with its own prompt, tools and model (wire name `customAgents`).
///
/// ```
/// use copilot_sdk::agent::CustomAgent;
///
/// let reviewer =
///     CustomAgent::new("reviewer", "Review the change. Name each defect with its line.")
///         .description("Reviews changes for defects")
///         .tools(["view", "grep"]);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[must_use]
pub struct CustomAgent {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<Vec<String>>,
    #[serde(skip_serializing_if = "McpServers::is_empty")]
    mcp_servers: McpServers,
    #[serde(skip_serializing_if = "Option::is_none")]
    infer: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    skills: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<ReasoningEffort>,
}

impl CustomAgent {
    /// Creates an agent with a name and a prompt.
    pub fn new(name: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            display_name: None,
            description: None,
            prompt: prompt.into(),
            tools: None,
            mcp_servers: McpServers::default(),
            infer: None,
            skills: None,
            model: None,
            reasoning_effort: None,
        }
    }

    /// The display name (wire name `displayName`).
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = Some(name.into());
        self
    }

    /// The purpose of the agent, by which the session's agent decides what to delegate to it.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The tools the agent may use. All by default; an empty list means none.
    ///
    /// Tools of the CLI and of this program go by their names, such as `view`; those of an MCP
    /// server as `server/tool`, `server-tool`, or `server/*` for all of them; `*` means all tools.
    /// The CLI also accepts `read`, `search`, `edit` and `execute` for its tools of these kinds,
    /// and ignores unknown names. Tools hidden by the session's
    /// [`available_tools`](crate::SessionBuilder::available_tools) stay hidden.
    ///
    /// An agent that the session [starts with](crate::SessionBuilder::agent) or
    /// [selects](crate::Session::select_agent) keeps the tools `skill` and `sql` regardless of the
    /// list.
    pub fn tools<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.tools = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Adds an MCP server for this agent only (wire name `mcpServers`). Its tools are called
    /// `name-tool`.
    pub fn mcp_server(mut self, name: impl Into<String>, server: McpServer) -> Self {
        self.mcp_servers.add(name.into(), server);
        self
    }

    /// Whether the session's agent may delegate to it on its own. Defaults to `true`.
    pub fn infer(mut self, infer: bool) -> Self {
        self.infer = Some(infer);
        self
    }

    /// The skills it starts with: their text precedes each of its prompts. The CLI ignores unknown
    /// names.
    pub fn skills<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.skills = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// The model. Defaults to the session's.
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// The reasoning effort (wire name `reasoningEffort`). Defaults to the session's.
    pub fn reasoning_effort(mut self, effort: impl Into<ReasoningEffort>) -> Self {
        self.reasoning_effort = Some(effort.into());
        self
    }

    /// Every problem with these agents; `selected` is the one the session starts with.
    pub(crate) fn check_all(agents: &[Self], selected: Option<&str>) -> Vec<String> {
        let mut problems = Vec::new();
        for (index, agent) in agents.iter().enumerate() {
            let name = &agent.name;
            if name.trim().is_empty() {
                problems.push("a custom agent has an empty name".to_owned());
            }
            if agent.prompt.trim().is_empty() {
                problems.push(format!("the custom agent {name:?} has an empty prompt"));
            }
            if agents.iter().take(index).any(|former| former.name == *name) {
                problems.push(format!("the custom agent {name:?} is given twice"));
            }
            problems.extend(
                agent
                    .problems()
                    .into_iter()
                    .map(|problem| format!("custom agent {name:?}: {problem}")),
            );
        }
        if selected.is_some_and(|name| name.trim().is_empty()) {
            problems.push("the name of the agent to start with is empty".to_owned());
        }
        problems
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The names of its MCP servers.
    pub(crate) fn servers(&self) -> impl Iterator<Item = &str> {
        self.mcp_servers.names()
    }

    fn problems(&self) -> Vec<String> {
        let mut problems: Vec<_> =
            self.tools.iter().flatten().filter_map(|name| tool_problem(name)).collect();
        if self.skills.iter().flatten().any(|name| name.trim().is_empty()) {
            problems.push("the name of a skill is empty".to_owned());
        }
        if self.model.as_ref().is_some_and(|model| model.trim().is_empty()) {
            problems.push(
                "the model is empty: name one, or leave it out for that of the session".to_owned(),
            );
        }
        if let Some(word @ ReasoningEffort::Unknown(_)) = &self.reasoning_effort {
            problems.push(format!(
                "the reasoning effort `{word}` is not known, and the CLI would ignore it: use one \
                 of low, medium, high, xhigh, max"
            ));
        }
        problems.extend(self.mcp_servers.problems());
        problems
    }
}

/// The problem with a tool name that the CLI would accept but never match.
fn tool_problem(name: &str) -> Option<String> {
    if name == "*" {
        return None;
    }
    let plain = name.strip_suffix("/*").unwrap_or(name);
    let odd =
        plain.is_empty() || plain.contains(|c: char| c.is_whitespace() || matches!(c, ':' | '*'));
    odd.then(|| {
        format!(
            "{name:?} names no tool: write `name`, `server/tool`, `server/*` for a whole MCP \
             server, or `*` for all tools"
        )
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::CustomAgent;
    use crate::mcp::McpServer;

    #[test]
    fn agents_are_exactly_what_the_cli_reads() {
        let wire = |agent: CustomAgent| serde_json::to_value(agent).expect("plain data serializes");
        assert_eq!(wire(CustomAgent::new("helper", "P")), json!({"name": "helper", "prompt": "P"}));
        assert_eq!(
            wire(
                CustomAgent::new("helper", "AGENTPROMPT")
                    .display_name("Helper")
                    .description("helps")
                    .tools(Vec::<String>::new())
                    .mcp_server("srv", McpServer::sse("http://h"))
                    .infer(true)
                    .skills(["s"])
                    .model("m")
                    .reasoning_effort("high")
            ),
            json!({"name": "helper", "displayName": "Helper", "description": "helps", "prompt": "AGENTPROMPT",
                "tools": [], "mcpServers": {"srv": {"type": "sse", "url": "http://h", "tools": ["*"]}}, "infer": true,
                "skills": ["s"], "model": "m", "reasoningEffort": "high"})
        );
    }

    #[test]
    fn mistakes_are_found_before_sending() {
        let agents = [
            CustomAgent::new("a", " ").mcp_server("s", McpServer::stdio("")),
            CustomAgent::new("a", "p"),
            CustomAgent::new("", "p"),
            CustomAgent::new("b", "p")
                .tools(["view", "srv/*", "srv/echo", "*", "builtin:view", "mcp:*", "v*", ""])
                .skills([""])
                .model(" ")
                .reasoning_effort("hihg")
                .mcp_server("s", McpServer::stdio("c"))
                .mcp_server("s", McpServer::stdio("c")),
        ];
        let names_no_tool = |name: &str| {
            let instead = "write `name`, `server/tool`, `server/*` for a whole MCP server, or `*` \
                           for all tools";
            format!("custom agent \"b\": {name:?} names no tool: {instead}")
        };
        assert_eq!(
            CustomAgent::check_all(&agents, Some("")),
            [
                "the custom agent \"a\" has an empty prompt",
                "custom agent \"a\": MCP server \"s\": the command is empty",
                "the custom agent \"a\" is given twice",
                "a custom agent has an empty name",
                &names_no_tool("builtin:view"),
                &names_no_tool("mcp:*"),
                &names_no_tool("v*"),
                &names_no_tool(""),
                "custom agent \"b\": the name of a skill is empty",
                "custom agent \"b\": the model is empty: name one, or leave it out for that of \
                 the session",
                "custom agent \"b\": the reasoning effort `hihg` is not known, and the CLI would \
                 ignore it: use one of low, medium, high, xhigh, max",
                "custom agent \"b\": the MCP server \"s\" is given twice",
                "the name of the agent to start with is empty",
            ]
        );
    }
}
