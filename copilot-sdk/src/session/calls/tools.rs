//! The tools of a live session.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::Session;
use crate::error::Result;
use crate::nullable::null_as_default;
use crate::tool::{self, Definition, IntoTools};
use crate::tool_filter::ToolSource;

/// A tool available to the agent (wire type `CurrentToolMetadata`).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ToolInfo {
    /// The name by which the model calls it.
    pub name: String,
    /// The origin. The CLI does not distinguish other clients' tools from its own: both are
    /// [`Builtin`](ToolSource::Builtin).
    pub source: ToolSource,
    /// The description for the model.
    pub description: String,
    /// JSON schema of the arguments (wire name `input_schema`).
    pub input_schema: Option<Value>,
    /// The MCP server it belongs to, if any (wire name `mcpServerName`).
    pub mcp_server_name: Option<String>,
    /// Its name on that server (wire name `mcpToolName`).
    pub mcp_tool_name: Option<String>,
    /// Whether the model only finds it by tool search (wire name `deferLoading`).
    pub deferred: bool,
}

#[derive(Deserialize)]
struct CurrentTools {
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
    /// The tools available to the agent after all filters, with their sources (wire method
    /// `session.tools.getCurrentMetadata`). Waits for MCP servers that are still starting.
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
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI cannot list the tools.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn tools(&self) -> Result<Vec<ToolInfo>> {
        // The CLI does not collect its tools before the first turn unless asked to.
        self.call_unit("session.tools.initializeAndValidate", Map::new()).await?;
        let current: CurrentTools =
            self.call("session.tools.getCurrentMetadata", Map::new()).await?;
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

    /// Replaces this program's tools, starting with the next model call (wire method
    /// `session.tools.set`). Running calls finish with the old tools. The session's tool filters
    /// stay in place.
    ///
    /// ```no_run
    /// # use copilot_sdk::{Session, Tool};
    /// # async fn example(session: Session) -> copilot_sdk::Result<()> {
    /// let hang_up =
    ///     Tool::new("hang_up").description("Ends the call").handler(|(), _| async { "done" });
    /// session.set_tools(hang_up).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) lists every invalid tool and every tool
    /// that `available_tools` hides; [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI
    /// refuses the tools. The old tools stay in place in either case.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the session with either the old or the new tools.
    pub async fn set_tools(&self, tools: impl IntoTools) -> Result<()> {
        #[derive(Serialize)]
        struct Params<'a> {
            tools: Vec<Definition<'a>>,
        }
        let tools = self.config().options.tools.offered(tools.into_tools());
        let mut problems = tool::check(&tools);
        problems.extend(self.config().options.tools.problems(&tools));
        self.0.peer.check(problems)?;
        let params = Params {
            tools: tools.iter().map(|tool| tool.definition(self.0.default_policy)).collect(),
        };
        let _one_at_a_time = self.0.sending.lock().await;
        let dispatch = &self.0.dispatch;
        let former = dispatch.tools();
        // While the request is in flight, the CLI may call old and new tools.
        dispatch.set_tools(former.iter().chain(&tools).cloned());
        let set = self.call_unit("session.tools.set", params).await;
        if set.is_ok() {
            self.config().tools.clone_from(&tools);
        }
        dispatch.set_tools(if set.is_ok() { tools } else { former });
        set
    }
}
