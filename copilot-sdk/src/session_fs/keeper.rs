//! What a store does for a session besides keeping its files, if it lets one program at a time
//! write each.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::SystemTime;

use futures_core::future::BoxFuture;

use crate::error::{Error, Result};
use crate::ids::{EventId, RequestId, SessionId};

/// A store that knows which program has which session open.
pub(crate) trait SessionKeeper: Debug + Send + Sync {
    /// Takes a session for this program, whose CLI has the version `cli`.
    fn open<'a>(
        &'a self,
        id: &'a SessionId,
        wanted: WantedSession,
        cli: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Arc<dyn KeptSession>>>;

    /// Waits until this program does not have the session open.
    fn gone<'a>(&'a self, id: &'a SessionId) -> BoxFuture<'a, ()>;

    /// The sessions, with the time of their last change, the latest first.
    fn list(&self) -> BoxFuture<'_, Result<Vec<(SessionId, SystemTime)>>>;

    /// Copies a session that this program has open, up to the event `before` if there is one.
    /// Returns the id of the copy, which no program has open.
    fn fork<'a>(
        &'a self,
        id: &'a SessionId,
        before: Option<&'a EventId>,
        name: Option<&'a str>,
    ) -> BoxFuture<'a, Result<SessionId>>;

    /// Deletes a session that no program has open.
    fn delete<'a>(&'a self, id: &'a SessionId) -> BoxFuture<'a, Result<()>>;
}

/// A session that this program has open.
pub(crate) trait KeptSession: Send + Sync {
    /// Whether a turn may start.
    fn may_start(&self) -> BoxFuture<'_, Result<()>>;

    /// Waits until an event, and every event before it, is stored.
    fn stored<'a>(&'a self, event: &'a EventId) -> BoxFuture<'a, Result<()>>;

    /// Records that a tool is about to run. Returns what is known if it ran before.
    fn begin_call<'a>(&'a self, call: &'a RequestId) -> BoxFuture<'a, Result<Option<Earlier>>>;

    /// Records what a tool gave.
    fn end_call<'a>(&'a self, call: &'a RequestId, result: Vec<u8>) -> BoxFuture<'a, Result<()>>;

    /// Gives the session up, after all that was written so far.
    fn release(&self);

    /// Waits until the session is given up and others may open it.
    ///
    /// # Errors
    ///
    /// The error that ended the session before, or that of a store that was not told.
    fn released(&self) -> BoxFuture<'_, Result<()>>;

    /// Returns why this program cannot write the session any more, once that is so; never if it
    /// gave the session up.
    fn failed(&self) -> BoxFuture<'static, Error>;
}

/// Whether a session that is opened is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WantedSession {
    New,
    Stored,
}

/// A call of a tool that an earlier program began.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Earlier {
    /// What the tool gave; `None` if the program ended before that.
    pub(crate) result: Option<Vec<u8>>,
}
