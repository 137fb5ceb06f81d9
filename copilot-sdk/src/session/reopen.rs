//! Reopening a session on a new connection.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use futures_core::future::BoxFuture;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::history;
use super::inbox::Reconnection;
use super::open::{SessionParts, configure};
use super::pending::{self, OpenTurn};
use crate::config::{LiveChanges, Opening, SessionConfig};
use crate::error::{ErrorKind, Result};
use crate::event::Event;
use crate::ids::RequestId;
use crate::jsonrpc::{CODE_METHOD_NOT_FOUND, Peer};
use crate::router::{Opened, Reopen};
use crate::sealed::Sealed;
use crate::session_peer::{Load, SessionPeer};

/// What it takes to reopen a session. Holds neither the server nor the registration, which would
/// keep both alive.
pub(super) struct Reopener {
    pub(super) parts: SessionParts,
    pub(super) config: Arc<Mutex<Sealed<SessionConfig>>>,
}

impl Reopen for Reopener {
    fn reopen(self: Arc<Self>, peer: Peer) -> BoxFuture<'static, Result<Vec<String>>> {
        Box::pin(async move { self.run(peer).await })
    }
}

impl Reopener {
    async fn run(&self, peer: Peer) -> Result<Vec<String>> {
        let SessionParts { peer: session, inbox, dispatch } = &self.parts;
        // A peer of its own: the session's regular calls wait until it is restored.
        let direct = SessionPeer::new(session.id().clone(), peer.clone());
        let (opening, mut lost) = self.open_again(&direct).await?;
        let (mut waiting, mut history) = (HashSet::new(), Vec::new());
        if opening == Opening::Resume {
            waiting = pending::waiting(&direct).await?;
            history = history::fetch(&direct).await?;
        }
        let turn = OpenTurn::find(&history, waiting.clone(), session.id());
        let carried = dispatch.carry(&waiting);
        lost.extend(carried.lost);
        inbox.reconnect(Reconnection {
            open_prompt: turn.as_ref().map(|turn| turn.prompt.clone()),
            lost: lost.clone(),
            generation: session.generation() + 1,
            history,
        });
        // After the events, so that calls that waited see their own events behind these.
        dispatch.resume(&peer, &waiting);
        inbox.release();
        for question in turn.iter().flat_map(|turn| &turn.questions) {
            if is_unknown(question, &carried.unknown) {
                inbox.ask(question);
            }
        }
        Ok(lost)
    }
}

impl Load for Reopener {
    fn load(self: Arc<Self>, peer: Peer) -> BoxFuture<'static, Result<bool>> {
        Box::pin(async move {
            // A peer of its own: a refused call of the session's peer would lead back here.
            let direct = SessionPeer::new(self.parts.peer.id().clone(), peer);
            let loaded = direct.ask::<IgnoredAny>("session.mode.get").await;
            let is_unloaded = loaded.is_err_and(|error| {
                error.kind() == ErrorKind::Rpc && error.rpc_code() != Some(CODE_METHOD_NOT_FOUND)
            });
            if is_unloaded {
                let (_, lost) = self.open_again(&direct).await?;
                for lost in lost.into_iter().chain(self.parts.dispatch.lost_approvals()) {
                    let session_id = direct.id();
                    tracing::warn!(%session_id, lost, "the cli unloaded the session, and this");
                }
            }
            Ok(is_unloaded)
        })
    }
}

impl Reopener {
    /// Opens a session that is open again, because its configuration has changed.
    pub(super) async fn reconfigure(&self) -> Result<()> {
        let peer = &self.parts.peer;
        for lost in self.open_again(peer).await?.1 {
            tracing::warn!(session_id = %peer.id(), lost, "the session was opened again, without");
        }
        Ok(())
    }

    /// Opens the session with its current configuration. Returns what could not be restored.
    async fn open_again(&self, peer: &SessionPeer) -> Result<(Opening, Vec<String>)> {
        let mut config = self.config.lock().unwrap_or_else(PoisonError::into_inner).copy();
        let mut lost = Vec::new();
        // The CLI stores nothing for a session without a turn.
        let had_turn = self.parts.inbox.had_turn();
        let mut opening = if had_turn { Opening::Resume } else { Opening::Create };
        // On a store there is a session if it had a turn.
        let is_kept = self.parts.dispatch.kept().is_some();
        if !open(peer, &mut config, opening, is_kept).await? {
            opening = Opening::Create;
            open(peer, &mut config, opening, is_kept).await?;
            lost.push("the conversation so far: the cli ended before it was written".to_owned());
        }
        configure(peer, &config).await?;
        lost.extend(replay(peer, &config.live).await);
        Ok((opening, lost))
    }
}

/// Opens the session. Returns `false` if there is none to resume.
async fn open(
    peer: &SessionPeer,
    config: &mut SessionConfig,
    opening: Opening,
    is_kept: bool,
) -> Result<bool> {
    config.resuming.continue_pending_work = opening == Opening::Resume;
    let params = config.params(Some(peer.id()), opening);
    let Err(error) = peer.call::<Opened>(opening.method(), params).await else { return Ok(true) };
    if opening == Opening::Create || is_kept {
        return Err(error);
    }
    // Decided by what the CLI stores, not by the text of its refusal.
    let kept = match peer.ask::<Value>("session.getMetadata").await {
        // An older CLI cannot tell.
        Err(missing) if missing.rpc_code() == Some(CODE_METHOD_NOT_FOUND) => return Err(error),
        kept => kept?,
    };
    if kept.get("session").is_none_or(Value::is_null) { Ok(false) } else { Err(error) }
}

/// Repeats the changes made since the session was opened. Returns those that failed.
async fn replay(peer: &SessionPeer, live: &LiveChanges) -> Vec<String> {
    let mut lost = Vec::new();
    for change in live.iter() {
        if let Err(error) =
            peer.call_written::<IgnoredAny>(change.method, Ok(change.params.clone())).await
        {
            lost.push(format!("{}: {error}", change.what));
        }
    }
    lost
}

/// Whether a question is neither being answered nor answered yet. Unreadable questions count as new
/// and are refused again.
fn is_unknown(question: &Event, unknown: &HashSet<RequestId>) -> bool {
    pending::request_id(question).is_none_or(|id| unknown.contains(id))
}
