//! The skills of a live session.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use super::unknown::unknown;
use crate::error::Result;
use crate::event::skill::SkillSource;
use crate::nullable::null_as_default;

/// A skill available to a session (wire type `Skill`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SkillInfo {
    /// The name of the skill.
    pub name: String,
    /// The purpose of the skill.
    #[serde(default, deserialize_with = "null_as_default")]
    pub description: String,
    /// The origin of the skill.
    #[serde(default)]
    pub source: Option<SkillSource>,
    /// Whether the agent may use it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub enabled: bool,
    /// The file that defines it.
    #[serde(default)]
    pub path: Option<PathBuf>,
}

impl Session {
    /// The skills of the session, including disabled ones (wire method `session.skills.list`).
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// for skill in session.skills().await? {
    ///     println!(
    ///         "{} {}: {}",
    ///         if skill.enabled { "+" } else { "-" },
    ///         skill.name,
    ///         skill.description
    ///     );
    /// }
    /// session.disable_skill("customize-cloud-agent").await?;
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
    pub async fn skills(&self) -> Result<Vec<SkillInfo>> {
        #[derive(Deserialize)]
        struct Skills {
            skills: Vec<SkillInfo>,
        }
        self.call::<Skills>("session.skills.list", Map::new()).await.map(|list| list.skills)
    }

    /// Enables a skill (wire method `session.skills.enable`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the session has no such skill; the text
    /// lists those it has.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have enabled the skill; a restart of the CLI does not bring that back.
    pub async fn enable_skill(&self, name: impl Into<String>) -> Result<()> {
        self.switch_skill("session.skills.enable", name.into()).await
    }

    /// Disables a skill (wire method `session.skills.disable`).
    ///
    /// # Errors
    ///
    /// Same as [`enable_skill`](Self::enable_skill).
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have disabled the skill; a restart of the CLI does not bring that back.
    pub async fn disable_skill(&self, name: impl Into<String>) -> Result<()> {
        self.switch_skill("session.skills.disable", name.into()).await
    }

    async fn switch_skill(&self, method: &str, name: String) -> Result<()> {
        #[derive(Serialize)]
        struct Params {
            name: String,
        }
        // Checked here, because the CLI ignores unknown names.
        let known = self.skills().await?.into_iter().map(|skill| skill.name);
        self.0.peer.check(unknown("skill", &name, known))?;
        self.call_unit(method, Params { name }).await
    }
}
