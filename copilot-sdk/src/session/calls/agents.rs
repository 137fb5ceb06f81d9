//! The custom agents of a live session.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use super::unknown::unknown;
use crate::error::Result;
use crate::nullable::null_as_default;
use crate::open_enum::open_enum;

/// A custom agent available to a session (wire type `AgentInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentInfo {
    /// The name, as taken by [`Session::select_agent`].
    pub name: String,
    /// The display name (wire name `displayName`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub display_name: String,
    /// The purpose of the agent.
    #[serde(default, deserialize_with = "null_as_default")]
    pub description: String,
    /// The origin of the agent.
    #[serde(default)]
    pub source: Option<AgentSource>,
    /// The file that defines the agent.
    #[serde(default)]
    pub path: Option<PathBuf>,
    /// The tools it may use, as configured; `None` means all.
    #[serde(default)]
    pub tools: Option<Vec<String>>,
    /// The model it uses; `None` means the session's.
    #[serde(default)]
    pub model: Option<String>,
}

open_enum! {
    /// The origin of an agent (wire type `AgentInfoSource`).
    pub enum AgentSource {
        /// The user's agents directory.
        User = "user",
        /// The project.
        Project = "project",
        /// A directory above the project.
        Inherited = "inherited",
        /// Another machine.
        Remote = "remote",
        /// A plugin.
        Plugin = "plugin",
        /// The CLI itself.
        Builtin = "builtin",
    }
}

impl Session {
    /// The custom agents of the session, without the CLI's built-in ones (wire method
    /// `session.agent.list`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn agents(&self) -> Result<Vec<AgentInfo>> {
        #[derive(Deserialize)]
        struct Agents {
            agents: Vec<AgentInfo>,
        }
        self.call::<Agents>("session.agent.list", Map::new()).await.map(|list| list.agents)
    }

    /// The selected custom agent, or `None` for the CLI's default agent (wire method
    /// `session.agent.getCurrent`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn current_agent(&self) -> Result<Option<AgentInfo>> {
        #[derive(Deserialize)]
        struct Current {
            #[serde(default)]
            agent: Option<AgentInfo>,
        }
        self.call::<Current>("session.agent.getCurrent", Map::new())
            .await
            .map(|current| current.agent)
    }

    /// Selects a custom agent, starting with the next prompt (wire method `session.agent.select`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// let agents = session.agents().await?;
    /// if let Some(reviewer) = agents.iter().find(|agent| agent.description.contains("review")) {
    ///     session.select_agent(&reviewer.name).await?;
    ///     println!("{}", session.ask("Look at the last commit").await?);
    ///     session.deselect_agent().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the session has no such agent; the text
    /// lists those it has.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have selected the agent; a restart of the CLI does not bring that back.
    pub async fn select_agent(&self, name: impl Into<String>) -> Result<AgentInfo> {
        #[derive(Serialize)]
        struct Params {
            name: String,
        }
        #[derive(Deserialize)]
        struct Selected {
            agent: AgentInfo,
        }
        let name = name.into();
        // The CLI also accepts its built-in agents, with which every turn fails.
        let known = self.agents().await?.into_iter().map(|agent| agent.name);
        self.0.peer.check(unknown("custom agent", &name, known))?;
        self.call::<Selected>("session.agent.select", Params { name })
            .await
            .map(|selected| selected.agent)
    }

    /// Returns to the CLI's default agent (wire method `session.agent.deselect`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have made the change; a restart of the CLI does not bring that back.
    pub async fn deselect_agent(&self) -> Result<()> {
        self.call_unit("session.agent.deselect", Map::new()).await
    }
}
