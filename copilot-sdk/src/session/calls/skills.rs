//! The skills of a live session.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use crate::error::Result;
use crate::event::SkillSource;
use crate::nullable::null_as_default;

/// A skill that a session knows (wire type `Skill`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SkillInfo {
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, deserialize_with = "null_as_default")]
    pub description: String,
    /// Where it comes from.
    #[serde(default)]
    pub source: Option<SkillSource>,
    /// Whether the agent may use it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub enabled: bool,
    /// Its file.
    #[serde(default)]
    pub path: Option<String>,
}

#[derive(Serialize)]
struct Skill<'a> {
    name: &'a str,
}

impl Session {
    /// The skills that the session knows, those that are switched off among them (wire method `session.skills.list`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
    pub async fn skills(&self) -> Result<Vec<SkillInfo>> {
        #[derive(Deserialize)]
        struct Skills {
            skills: Vec<SkillInfo>,
        }
        self.call::<Skills>("session.skills.list", Map::new()).await.map(|list| list.skills)
    }

    /// Switches a skill on (wire method `session.skills.enable`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI refuses.
    pub async fn enable_skill(&self, name: &str) -> Result<()> {
        self.tell("session.skills.enable", Skill { name }).await
    }

    /// Switches a skill off (wire method `session.skills.disable`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) when the CLI refuses.
    pub async fn disable_skill(&self, name: &str) -> Result<()> {
        self.tell("session.skills.disable", Skill { name }).await
    }
}
