//! The custom agents of a live session.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use super::unknown;
use crate::error::{Error, Result};
use crate::nullable::null_as_default;
use crate::open_enum::open_enum;

/// An agent that a session knows (wire type `AgentInfo`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AgentInfo {
    /// Its name, for [`Session::select_agent`].
    pub name: String,
    /// Its name for people (wire name `displayName`).
    #[serde(default, deserialize_with = "null_as_default")]
    pub display_name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub description: String,
    /// Where it comes from.
    #[serde(default)]
    pub source: Option<AgentSource>,
    /// The file that it comes from.
    #[serde(default)]
    pub path: Option<PathBuf>,
    /// The tools that it may use, as it was given them; none for all.
    #[serde(default)]
    pub tools: Option<Vec<String>>,
    /// Its model; none for that of the session.
    #[serde(default)]
    pub model: Option<String>,
}

open_enum! {
    /// Where an agent comes from (wire type `AgentInfoSource`).
    pub enum AgentSource {
        /// The user's directory for agents.
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
    /// The custom agents that the session knows (wire method `session.agent.list`); none of the
    /// CLI's built-in helpers.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
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

    /// The custom agent at work (wire method `session.agent.getCurrent`); none for the CLI's own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
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

    /// Lets a custom agent work from the next prompt on (wire method `session.agent.select`).
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
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) names the session's custom agents when there
    /// is none of that name.
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
        // The CLI would also take one of its helpers, with which every turn fails.
        let known = self.agents().await?.into_iter().map(|agent| agent.name);
        Error::check(unknown("custom agent", &name, known))
            .map_err(|error| error.in_session(self.id()))?;
        self.call::<Selected>("session.agent.select", Params { name })
            .await
            .map(|selected| selected.agent)
    }

    /// Lets the CLI's own agent work again (wire method `session.agent.deselect`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have made the change; a restart of the CLI does not bring that back.
    pub async fn deselect_agent(&self) -> Result<()> {
        self.tell("session.agent.deselect", Map::new()).await
    }
}
