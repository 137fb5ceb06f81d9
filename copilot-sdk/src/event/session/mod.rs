//! The session as a whole (`session.*`): start and end, errors, settings, context, extensions.
//!
//! | topic | events |
//! |---|---|
//! | start and end | [`SessionStartEvent`], [`SessionResume`], [`SessionShutdown`] |
//! | progress | [`SessionIdle`], [`SessionTaskComplete`], [`SessionAutopilotStopped`] |
//! | messages to the user | [`SessionError`], [`SessionWarning`], [`SessionInfo`] |
//! | settings | [`SessionModelChange`], [`SessionModeChanged`], [`SessionPermissionsChanged`] |
//! | context window | [`SessionUsageInfo`], [`SessionCompactionComplete`], [`SessionTruncation`] |
//! | workspace | [`WorkingDirectory`], [`SessionPlanChanged`], [`SessionWorkspaceFileChanged`] |
//! | extensions | [`SessionMcpServersLoaded`], [`SessionSkillsLoaded`] |
//!
//! A program that follows a session usually waits for [`SessionIdle`], and reports a
//! [`SessionError`]:
//!
//! ```
//! use copilot_sdk::event::{Event, EventData};
//!
//! /// Whether the session is done, and how.
//! fn outcome(event: &Event) -> Option<Result<(), String>> {
//!     match &event.data {
//!         EventData::SessionIdle(_) => Some(Ok(())),
//!         EventData::SessionError(error) => Some(Err(error.message.clone())),
//!         _ => None,
//!     }
//! }
//! ```

mod context;
mod lifecycle;
mod loaded;
mod progress;
mod settings;
mod shutdown;
mod workspace;

pub use context::*;
pub use lifecycle::*;
pub use loaded::*;
pub use progress::*;
pub use settings::*;
pub use shutdown::*;
pub use workspace::*;

pub use super::shared::{RemediationAction, SessionMode};
