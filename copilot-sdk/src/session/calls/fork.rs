//! Forking: copying a session.

use std::fmt;
use std::future::IntoFuture;

use futures_core::future::BoxFuture;
use serde::Serialize;

use super::super::Session;
use crate::error::Result;
use crate::ids::{EventId, SessionId};
use crate::payload::answers;

/// A fork request, created by [`Session::fork`] and [`Session::fork_before`]; runs when awaited.
#[must_use = "nothing is copied until this is awaited"]
pub struct Fork<'a> {
    session: &'a Session,
    params: ForkParams,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ForkParams {
    #[serde(skip_serializing_if = "Option::is_none")]
    to_event_id: Option<EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl Session {
    /// Copies the session in its current state and returns the id of the copy, to open with
    /// [`resume`](crate::SessionBuilder::resume) (wire method `sessions.fork`). This session is
    /// unchanged.
    ///
    /// ```no_run
    /// # use copilot_sdk::{Client, Result, Session};
    /// # async fn example(client: Client, session: Session) -> Result<()> {
    /// let copy = session.fork().name("What if").await?;
    /// let other = client.session().resume(copy).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if the CLI cannot copy the session. On a session
    /// store, which copies what is stored, [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if
    /// nothing is, and [`ErrorKind::Store`](crate::ErrorKind::Store) if the store fails.
    pub fn fork(&self) -> Fork<'_> {
        Fork { session: self, params: ForkParams { to_event_id: None, name: None } }
    }

    /// Like [`fork`](Self::fork), but copies only the history before the given event (wire name
    /// `toEventId`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Rpc`](crate::ErrorKind::Rpc) if there is no such event; on a session store, as
    /// [`fork`](Self::fork).
    pub fn fork_before(&self, event_id: impl Into<EventId>) -> Fork<'_> {
        Fork {
            session: self,
            params: ForkParams { to_event_id: Some(event_id.into()), name: None },
        }
    }
}

impl Fork<'_> {
    /// The name of the copy (wire name `name`). Defaults to the abbreviated id of this session and
    /// `(fork)`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.params.name = Some(name.into());
        self
    }
}

impl<'a> IntoFuture for Fork<'a> {
    type Output = Result<SessionId>;
    type IntoFuture = BoxFuture<'a, Result<SessionId>>;

    fn into_future(self) -> Self::IntoFuture {
        answers! {
            struct Forked {
                session_id: SessionId = "sessionId",
            }
        }
        Box::pin(async move {
            if let Some(keeper) = self.session.0.server.keeper() {
                // The CLI copies in its own home only.
                self.session.stored().await?;
                let (before, name) =
                    (self.params.to_event_id.as_ref(), self.params.name.as_deref());
                return keeper.fork(self.session.id(), before, name).await;
            }
            self.session
                .call::<Forked>("sessions.fork", self.params)
                .await
                .map(|forked| forked.session_id)
        })
    }
}

impl fmt::Debug for Fork<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fork").field("params", &self.params).finish_non_exhaustive()
    }
}
