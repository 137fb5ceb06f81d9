//! Agents of your own, to which the session's agent can hand work.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::mcp::McpServer;
use crate::model::ReasoningEffort;

/// An agent with its own prompt, tools and model (wire name `customAgents`).
///
/// ```
/// use copilot_sdk::agent::CustomAgent;
///
/// let reviewer = CustomAgent::new("reviewer", "Review the change. Name each defect with its line.")
///     .description("Reviews changes for defects")
///     .tools(["view", "grep"]);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomAgent {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    prompt: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<Vec<String>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    mcp_servers: BTreeMap<String, McpServer>,
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
    /// An agent by its name and what it is told.
    pub fn new(name: impl Into<String>, prompt: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            display_name: None,
            description: None,
            prompt: prompt.into(),
            tools: None,
            mcp_servers: BTreeMap::new(),
            infer: None,
            skills: None,
            model: None,
            reasoning_effort: None,
        }
    }

    /// Its name for people (wire name `displayName`).
    pub fn display_name(mut self, name: impl Into<String>) -> Self {
        self.display_name = Some(name.into());
        self
    }

    /// What it is for; the session's agent reads this when it looks for help.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The tools that it may use; default all. An empty list is none.
    pub fn tools<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.tools = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Gives it an MCP server of its own (wire name `mcpServers`).
    pub fn mcp_server(mut self, name: impl Into<String>, server: McpServer) -> Self {
        self.mcp_servers.insert(name.into(), server);
        self
    }

    /// Whether the session's agent may hand it work by itself; default `true`.
    pub fn infer(mut self, infer: bool) -> Self {
        self.infer = Some(infer);
        self
    }

    /// The skills that it starts with.
    pub fn skills<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.skills = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Its model; default that of the session.
    pub fn model(mut self, model: impl Into<String>) -> Self {
        self.model = Some(model.into());
        self
    }

    /// How much it thinks (wire name `reasoningEffort`).
    pub fn reasoning_effort(mut self, effort: impl Into<ReasoningEffort>) -> Self {
        self.reasoning_effort = Some(effort.into());
        self
    }

    /// Everything that is wrong with these agents; `selected` is the one that the session starts with.
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
            let servers = McpServer::check_all(&agent.mcp_servers);
            problems.extend(servers.into_iter().map(|problem| format!("custom agent {name:?}: {problem}")));
        }
        if selected.is_some_and(|name| name.trim().is_empty()) {
            problems.push("the name of the agent to start with is empty".to_owned());
        }
        problems
    }
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
        ];
        assert_eq!(
            CustomAgent::check_all(&agents, Some("")),
            [
                "the custom agent \"a\" has an empty prompt",
                "custom agent \"a\": MCP server \"s\": the command is empty",
                "the custom agent \"a\" is given twice",
                "a custom agent has an empty name",
                "the name of the agent to start with is empty",
            ]
        );
    }
}
