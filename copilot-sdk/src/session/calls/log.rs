//! Writing to the session's timeline.

use serde::Deserialize;

use super::super::Session;
use crate::dispatch::TimelineLine;
use crate::error::Result;
use crate::ids::EventId;
use crate::tool::TimelineLevel;

impl Session {
    /// Writes a line to the session's timeline, which the user sees and the model does not (wire
    /// method `session.log`). Returns the id of its event.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// use copilot_sdk::tool::TimelineLevel;
    ///
    /// session.log(TimelineLevel::Warning, "the disk is nearly full").await?;
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
    /// A dropped future may have written the line.
    pub async fn log(&self, level: TimelineLevel, message: impl Into<String>) -> Result<EventId> {
        self.write_log(level, &message.into(), false).await
    }

    /// Like [`log`](Self::log), but the line is shown without being stored (wire name `ephemeral`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Closed`](crate::ErrorKind::Closed) if the session is closed.
    ///
    /// # Cancel safety
    ///
    /// A dropped future may have shown the line.
    pub async fn log_ephemeral(
        &self,
        level: TimelineLevel,
        message: impl Into<String>,
    ) -> Result<EventId> {
        self.write_log(level, &message.into(), true).await
    }

    async fn write_log(
        &self,
        level: TimelineLevel,
        message: &str,
        ephemeral: bool,
    ) -> Result<EventId> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Logged {
            event_id: EventId,
        }
        let params = TimelineLine { level, message, ephemeral };
        self.call::<Logged>("session.log", params).await.map(|logged| logged.event_id)
    }
}
