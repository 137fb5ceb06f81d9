//! Sessions on a store that lets one program at a time write each.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use serde_json::Map;

use super::Session;
use crate::closed::Closed;
use crate::config::Opening;
use crate::connection::Connection;
use crate::dispatch::Dispatch;
use crate::error::{ErrorKind, Result};
use crate::ids::SessionId;
use crate::metrics;
use crate::payload::answers;
use crate::router::Registration;
use crate::server::Server;
use crate::session_fs::{KeptSession, WantedSession};
use crate::session_peer::{NoParams, SessionPeer};

/// How long the CLI may take to store the rest of a session that is handed over.
const HAND_OVER: Duration = Duration::from_secs(60);

/// Takes a session for this program, if the client keeps sessions on such a store.
pub(super) async fn open(
    server: &Server,
    connection: &Connection,
    id: &SessionId,
    opening: Opening,
) -> Result<Option<Arc<dyn KeptSession>>> {
    answers! {
        struct Status {
            version: String = "version" [required],
        }
    }
    let Some(keeper) = server.keeper() else { return Ok(None) };
    let status = connection.peer.call::<Status>("status.get", Map::new()).await;
    let version = status.map(|status| status.version).ok();
    let wanted = match opening {
        Opening::Create => WantedSession::New,
        Opening::Resume => WantedSession::Stored,
    };
    keeper.open(id, wanted, version.as_deref()).await.map(Some)
}

/// Ends the session when this program cannot write it any more.
pub(super) fn watch(
    server: &Server,
    registration: &Registration,
    dispatch: &Arc<Dispatch>,
    peer: SessionPeer,
) {
    let Some(kept) = dispatch.kept() else { return };
    let (failed, place) = (kept.failed(), Arc::clone(registration.place()));
    let dispatch = Arc::clone(dispatch);
    server.callbacks().spawn(async move {
        tokio::select! {
            error = failed => {
                if error.kind() == ErrorKind::Fenced {
                    metrics::taken_over("from");
                }
                // What the CLI still writes is refused.
                if let Err(error) = peer.post("session.detach", NoParams {}) {
                    tracing::debug!(%error, "a session that was taken over was not detached");
                }
                place.end(&Closed::from(&error));
            }
            () = dispatch.over() => {}
        }
    });
}

impl Session {
    /// Hands the session over to other programs: [disconnects](Self::disconnect) from it, and
    /// returns once everything is on the session store (feature `store`) and others may open it.
    ///
    /// `disconnect` does the same, but waits 10 seconds instead of 60 for the CLI to store the
    /// rest, and does not tell what the store said. A turn that is running is cut off: wait for its
    /// end, or [`abort`](Self::abort) it, first.
    ///
    /// ```no_run
    /// # async fn example(session: copilot_sdk::Session) -> copilot_sdk::Result<()> {
    /// println!("{}", session.ask("Sum up what is left to do").await?);
    /// session.release().await?; // another machine can open it at once
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if the client has no session store: nothing
    /// is done then. Otherwise the session is closed in any case, and the error is that of
    /// `disconnect`, or [`ErrorKind::Fenced`](crate::ErrorKind::Fenced) if another program has
    /// taken the session over, or [`ErrorKind::Store`](crate::ErrorKind::Store) if the store does
    /// not answer: others then wait for the lease to run out.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, the session is handed over in the background.
    pub async fn release(&self) -> Result<()> {
        self.hand_over().await
    }

    fn hand_over(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let Some(kept) = self.0.dispatch.kept() else {
                let text = "a session is released to other programs on a session store, and this \
                            client has none: use `disconnect`, or set `session_store` on the client";
                return Err(self.0.peer.config_error(text));
            };
            self.detach(HAND_OVER).await?;
            self.0.peer.locate(kept.released().await)
        })
    }

    /// Whether a turn may start: no other program may be about to take the session over.
    pub(super) async fn may_start(&self) -> Result<()> {
        match self.0.dispatch.kept() {
            Some(kept) => self.0.peer.locate(kept.may_start().await),
            None => Ok(()),
        }
    }

    /// Waits until the turn that has just ended, or waits for answers, is stored.
    pub(super) async fn stored(&self) -> Result<()> {
        if let (Some(kept), Some(end)) = (self.0.dispatch.kept(), self.0.inbox.last_settled()) {
            self.0.peer.locate(kept.stored(&end).await)?;
        }
        Ok(())
    }

    /// Waits until others may open the session.
    pub(super) async fn given_up(&self) {
        if let Some(keeper) = self.0.server.keeper() {
            keeper.gone(self.id()).await;
        }
    }
}
