//! The mode of a live session: interactive, plan or autopilot.

use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::super::Session;
use super::model::Confirmation;
use crate::config::unknown;
use crate::error::{Error, ErrorKind, Result};
use crate::event::SessionMode;
use crate::nullable::null_as_default;

/// The side effects of a mode change (wire type `ModeSetResult`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ModeChange {
    /// Whether the mode also changed the model (wire name `modelChanged`).
    #[serde(deserialize_with = "null_as_default")]
    pub model_changed: bool,
    /// A message for the user (wire name `message`).
    pub message: Option<String>,
    /// A warning for the user (wire name `warning`).
    pub warning: Option<String>,
    /// Deprecation notices for the user (wire name `deprecationWarnings`).
    #[serde(deserialize_with = "null_as_default")]
    pub deprecation_warnings: Vec<String>,
}

impl Session {
    /// The mode for prompts that do not set one (wire method `session.mode.get`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`] if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: only the answer is lost.
    pub async fn mode(&self) -> Result<SessionMode> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Answer {
            Mode(SessionMode),
            Older { mode: SessionMode },
        }
        Ok(match self.call("session.mode.get", Map::new()).await? {
            Answer::Mode(mode) | Answer::Older { mode } => mode,
        })
    }

    /// Changes the mode (wire method `session.mode.set`): interactive, plan or autopilot.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::event::SessionMode;
    ///
    /// session.set_mode(SessionMode::Plan).await?;
    /// let plan = session.ask("How would you split this module?").await?;
    /// session.set_mode(SessionMode::Interactive).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] for an unknown mode, [`ErrorKind::Rpc`] with the CLI's reason if it
    /// refuses the change.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have set the mode; a restart of the CLI does not bring that back.
    pub async fn set_mode(&self, mode: impl Into<SessionMode>) -> Result<ModeChange> {
        #[derive(Serialize)]
        struct Params {
            mode: SessionMode,
        }
        let mode = mode.into();
        if matches!(mode, SessionMode::Unknown(_)) {
            let problem = unknown("set_mode", &mode, &["interactive", "plan", "autopilot"]);
            return Err(self.0.peer.config_error(problem));
        }
        // Older CLIs answer with nothing.
        let answer: Option<ModeAnswer> = self.call("session.mode.set", Params { mode }).await?;
        self.0.peer.locate(answer.unwrap_or_default().read())
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ModeAnswer {
    #[serde(default, deserialize_with = "null_as_default")]
    status: String,
    #[serde(default)]
    mode_applied: Option<bool>,
    #[serde(default)]
    confirmation: Option<Confirmation>,
    #[serde(flatten)]
    change: ModeChange,
}

impl ModeAnswer {
    fn read(self) -> Result<ModeChange> {
        if self.mode_applied != Some(false) {
            return Ok(self.change);
        }
        if let Some(confirmation) = self.confirmation {
            return Err(confirmation.error());
        }
        let why = self.change.message.or(self.change.warning).unwrap_or(self.status);
        Err(Error::new(ErrorKind::Rpc, format!("the mode was not changed: {why}")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{ModeAnswer, ModeChange};

    #[test]
    fn a_mode_that_was_not_applied_is_an_error_that_says_why() {
        let read = |json| serde_json::from_value::<ModeAnswer>(json).expect("an answer").read();
        let warned =
            ModeChange { warning: Some("mind the gap".to_owned()), ..ModeChange::default() };
        let applied = json!({"status": "unchanged", "modelChanged": false, "modeApplied": true, "warning": "mind the gap"});
        assert_eq!(read(applied).ok(), Some(warned));
        for (json, text) in [
            (
                json!({"status": "conflict", "modeApplied": false}),
                "the mode was not changed: conflict",
            ),
            (
                json!({"status": "failed", "modeApplied": false, "message": "no such model"}),
                "the mode was not changed: no such model",
            ),
            (
                json!({"status": "confirm", "modeApplied": false, "confirmation":
                    {"targetModelDisplayName": "Small", "currentTokens": 9000, "targetLimit": 5000}}),
                "the model was not changed: the conversation has 9000 tokens, and Small takes \
                 5000: `compact` the session before",
            ),
        ] {
            assert_eq!(read(json).map_err(|error| error.to_string()), Err(text.to_owned()));
        }
    }
}
