//! How the agent works: asking, planning, or by itself.

use serde::Serialize;
use serde_json::Map;

use super::super::Session;
use super::super::builder::unknown;
use crate::error::{Error, Result};
use crate::event::SessionMode;

impl Session {
    /// How the agent works on prompts that do not say (wire method `session.mode.get`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) when the session is over.
    pub async fn mode(&self) -> Result<SessionMode> {
        self.call("session.mode.get", Map::new()).await
    }

    /// How the agent works from now on (wire method `session.mode.set`): asking, planning or by itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a mode that a session cannot be in.
    pub async fn set_mode(&self, mode: impl Into<SessionMode>) -> Result<()> {
        #[derive(Serialize)]
        struct Params {
            mode: SessionMode,
        }
        let mode = mode.into();
        if matches!(mode, SessionMode::Unknown(_)) {
            let problem = unknown("set_mode", &mode, &["interactive", "plan", "autopilot"]);
            return Err(Error::config(vec![problem]).in_session(self.id()));
        }
        self.tell("session.mode.set", Params { mode }).await
    }
}
