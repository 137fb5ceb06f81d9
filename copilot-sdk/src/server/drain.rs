//! Draining a server: no new turns, and an orderly end of those that run.

use std::sync::Arc;
use std::time::Duration;

use futures_core::future::BoxFuture;
use tokio::time::{Instant, timeout, timeout_at};

use super::Server;
use crate::closed::Closed;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{SessionId, ToolCallId};
use crate::router::Place;
use crate::session_fs::SessionKeeper;
use crate::task::join_all;

/// Time limit of a session-end hook, and of the release of a lease.
const DETACH_LIMIT: Duration = Duration::from_secs(10);
const DRAINED: &str = "the client was drained";

/// The result of [`Client::drain`](crate::Client::drain).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drained {
    /// Number of sessions that were disconnected.
    pub sessions: usize,
    /// The sessions whose turns had not ended at the deadline, ordered by id.
    pub cut_off: Vec<CutOff>,
}

/// A session whose turn was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CutOff {
    /// The session. It can be resumed.
    pub session_id: SessionId,
    /// The tool calls that were in progress.
    pub tool_calls: Vec<ToolCallId>,
}

impl Server {
    /// Fails once the server is draining.
    pub(crate) fn may_work(&self) -> Result<()> {
        if !self.is_draining() {
            return Ok(());
        }
        let text = "the client is draining and takes no new sessions or turns: use another one";
        Err(Error::new(ErrorKind::Closed, text))
    }

    // Boxed, so that its body is compiled in this crate and not in each program.
    pub(crate) fn drain(&self, deadline: Duration) -> BoxFuture<'_, Drained> {
        Box::pin(async move {
            self.begin_draining();
            // Deadlines that no clock can hold are as good as a hundred years.
            let far = Duration::from_secs(100 * 365 * 24 * 60 * 60);
            let deadline = Instant::now() + deadline.min(far);
            let mut drained = Drained::default();
            // Sessions that were being opened may be registered late.
            loop {
                let places = self.router.places();
                if places.is_empty() {
                    break;
                }
                drained.sessions += places.len();
                let leave = |place| drain_session(place, deadline, self.keeper().cloned());
                let cut_off = join_all(places.into_iter().map(leave)).await;
                drained.cut_off.extend(cut_off.into_iter().flatten());
            }
            drained.cut_off.sort_unstable_by(|one, other| one.session_id.cmp(&other.session_id));
            tracing::info!(
                sessions = drained.sessions,
                cut_off = drained.cut_off.len(),
                "the client is drained"
            );
            drained
        })
    }
}

/// Disconnects a session when it is idle, or at the deadline.
async fn drain_session(
    place: Arc<Place>,
    deadline: Instant,
    keeper: Option<Arc<dyn SessionKeeper>>,
) -> Option<CutOff> {
    let is_late = timeout_at(deadline, place.idle()).await.is_err();
    let session_id = place.id().clone();
    let cut_off = (is_late && place.is_busy()).then(|| {
        tracing::warn!(%session_id, "the turn of a session is cut off: its client is drained");
        CutOff { session_id: session_id.clone(), tool_calls: place.tool_calls() }
    });
    match timeout(DETACH_LIMIT, place.detach(DRAINED)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%session_id, %error, "the cli could not detach it"),
        Err(_) => place.end(&Closed::orderly(DRAINED)),
    }
    if let Some(keeper) = keeper
        && timeout(DETACH_LIMIT, keeper.gone(&session_id)).await.is_err()
    {
        tracing::warn!(%session_id, "the lease of a session is left to run out");
    }
    cut_off
}
