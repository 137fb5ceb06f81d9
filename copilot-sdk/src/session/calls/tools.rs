//! The tools of a live session.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::Session;
use crate::error::{Error, Result};
use crate::nullable::null_as_default;
use crate::tool::{self, Definition, IntoTools};
use crate::tool_filter::ToolSource;

/// A tool that the agent has (wire type `CurrentToolMetadata`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolInfo {
    /// The name that the model calls.
    pub name: String,
    /// Where it comes from. The CLI does not tell a tool of another client from one of its own:
    /// both read [`Builtin`](ToolSource::Builtin).
    pub source: ToolSource,
    /// What it does.
    pub description: String,
    /// Its arguments as a JSON schema (wire name `input_schema`).
    pub input_schema: Option<Value>,
    /// The MCP server that it belongs to (wire name `mcpServerName`).
    pub mcp_server_name: Option<String>,
    /// Its name there (wire name `mcpToolName`).
    pub mcp_tool_name: Option<String>,
    /// Whether the model finds it by a search only (wire name `deferLoading`).
    pub deferred: bool,
}

#[derive(Deserialize)]
struct Tools {
    #[serde(default, deserialize_with = "null_as_default")]
    tools: Vec<Metadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    #[serde(default, deserialize_with = "null_as_default")]
    description: String,
    #[serde(default, rename = "input_schema")]
    input_schema: Option<Value>,
    #[serde(default)]
    mcp_server_name: Option<String>,
    #[serde(default)]
    mcp_tool_name: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    defer_loading: bool,
}

impl Session {
    /// The tools that the agent has now, after all filters, with their sources (wire method
    /// `session.tools.getCurrentMetadata`). MCP servers that are still being started are waited
    /// for.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// for tool in session.tools().await? {
    ///     println!("{} ({:?})", tool.name, tool.source);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI cannot put the list together.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn tools(&self) -> Result<Vec<ToolInfo>> {
        // Before the first turn the CLI has not looked which tools there are.
        self.tell("session.tools.initializeAndValidate", Map::new()).await?;
        let current: Tools = self.call("session.tools.getCurrentMetadata", Map::new()).await?;
        let info = |tool: Metadata| {
            let source =
                match (&tool.mcp_server_name, self.0.dispatch.own_tool(&tool.name).is_some()) {
                    (Some(_), _) => ToolSource::Mcp,
                    (None, true) => ToolSource::Custom,
                    (None, false) => ToolSource::Builtin,
                };
            ToolInfo {
                source,
                name: tool.name,
                description: tool.description,
                input_schema: tool.input_schema,
                mcp_server_name: tool.mcp_server_name,
                mcp_tool_name: tool.mcp_tool_name,
                deferred: tool.defer_loading,
            }
        };
        Ok(current.tools.into_iter().map(info).collect())
    }

    /// Puts other tools in the place of this program's own (wire method `session.tools.set`), from
    /// the next model call on. Calls that are running end with the tool that they began with. The
    /// session's filters stay.
    ///
    /// ```no_run
    /// # use copilot_sdk::{Session, Tool};
    /// # async fn example(session: Session) -> copilot_sdk::Result<()> {
    /// let hang_up = Tool::new("hang_up").description("Ends the call").handler(|(), _| async { "done" });
    /// session.set_tools(hang_up).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) lists every mistake in the tools, and those
    /// that a filter of the session hides; [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI
    /// refuses them; the former tools stay then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the session with either the former or the new tools.
    pub async fn set_tools(&self, tools: impl IntoTools) -> Result<()> {
        #[derive(Serialize)]
        struct Params<'a> {
            tools: Vec<Definition<'a>>,
        }
        let tools = tools.into_tools();
        let mut problems = tool::check(&tools);
        problems.extend(self.config().options.tools.problems(&tools));
        Error::check(problems).map_err(|error| error.in_session(self.id()))?;
        let params = Params {
            tools: tools.iter().map(|tool| tool.definition(self.0.default_policy)).collect(),
        };
        let _one_at_a_time = self.0.sending.lock().await;
        let dispatch = &self.0.dispatch;
        let former = dispatch.tools();
        // While the call is on its way the CLI may ask for either.
        dispatch.set_tools(former.iter().chain(&tools).cloned());
        let set = self.tell("session.tools.set", params).await;
        if set.is_ok() {
            self.config().tools.clone_from(&tools);
        }
        dispatch.set_tools(if set.is_ok() { tools } else { former });
        set
    }
}
