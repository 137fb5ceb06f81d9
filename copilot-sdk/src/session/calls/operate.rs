//! Fleets, remote access, suspension, and what a live session has loaded.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use crate::config::RemoteSession;
use crate::error::{ErrorKind, Result};
use crate::nullable::null_as_default;

/// How a session is reached remotely (wire type `RemoteEnableResult`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RemoteAccess {
    /// The page of the session at GitHub.
    #[serde(default)]
    pub url: Option<String>,
    /// Whether it can be steered from there.
    #[serde(default, deserialize_with = "null_as_default")]
    pub remote_steerable: bool,
}

/// What was wrong with skills that were loaded (wire type `SkillsLoadDiagnostics`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct SkillDiagnostics {
    /// Skills that were loaded all the same.
    #[serde(default, deserialize_with = "null_as_default")]
    pub warnings: Vec<String>,
    /// Skills that were not loaded.
    #[serde(default, deserialize_with = "null_as_default")]
    pub errors: Vec<String>,
}

/// A plugin that a session knows (wire type `Plugin`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PluginInfo {
    /// The name.
    pub name: String,
    /// Where it comes from; empty for one that was installed from its source.
    #[serde(default, deserialize_with = "null_as_default")]
    pub marketplace: String,
    /// The version.
    #[serde(default)]
    pub version: Option<String>,
    /// Whether it is used.
    #[serde(default, deserialize_with = "null_as_default")]
    pub enabled: bool,
    /// Whether the organization manages it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub managed: bool,
}

/// Fleets, remote access, suspension, and what is loaded.
impl Session {
    /// Lets several agents work on a prompt at the same time (wire method `session.fleet.start`).
    /// What they do arrives as events.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Session`](crate::ErrorKind::Session) if the CLI did not start them.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have started them.
    pub async fn start_fleet(&self, prompt: impl Into<String>) -> Result<()> {
        #[derive(Serialize)]
        struct Fleet {
            prompt: String,
        }
        #[derive(Deserialize)]
        struct Started {
            started: bool,
        }
        let params = Fleet { prompt: prompt.into() };
        let answer: Started = self.call("session.fleet.start", params).await?;
        if answer.started {
            return Ok(());
        }
        let text = "the copilot cli did not start the fleet";
        Err(self.0.peer.error(ErrorKind::Session, text))
    }

    /// Lets the session be viewed, or also steered, at GitHub (wire method
    /// `session.remote.enable`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the session cannot be shared: it needs a login
    /// and a repository at GitHub.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have shared it.
    pub async fn enable_remote(&self, mode: RemoteSession) -> Result<RemoteAccess> {
        #[derive(Serialize)]
        struct Remote {
            mode: RemoteSession,
        }
        self.call("session.remote.enable", Remote { mode }).await
    }

    /// Ends what [`enable_remote`](Self::enable_remote) began (wire method
    /// `session.remote.disable`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have ended it.
    pub async fn disable_remote(&self) -> Result<()> {
        self.call_unit("session.remote.disable", Map::new()).await
    }

    /// Ends the running turn and what waits for an answer, and keeps the session to be resumed
    /// (wire method `session.suspend`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have suspended it.
    pub async fn suspend(&self) -> Result<()> {
        self.call_unit("session.suspend", Map::new()).await
    }

    /// Loads the skills anew, from their directories or their provider (wire method
    /// `session.skills.reload`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have loaded them.
    pub async fn reload_skills(&self) -> Result<SkillDiagnostics> {
        self.call("session.skills.reload", Map::new()).await
    }

    /// The plugins that the session knows (wire method `session.plugins.list`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// for plugin in session.plugins().await?.iter().filter(|plugin| plugin.enabled) {
    ///     println!("{} {}", plugin.name, plugin.version.as_deref().unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn plugins(&self) -> Result<Vec<PluginInfo>> {
        #[derive(Deserialize)]
        struct Plugins {
            plugins: Vec<PluginInfo>,
        }
        self.call::<Plugins>("session.plugins.list", Map::new()).await.map(|list| list.plugins)
    }
}
