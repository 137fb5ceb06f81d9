//! A session is opened again on another connection.

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
use crate::error::Result;
use crate::event::Event;
use crate::ids::RequestId;
use crate::jsonrpc::Peer;
use crate::router::{Opened, Reopen};
use crate::session_peer::SessionPeer;

/// What a session needs to be opened again; holds neither its server nor its place.
pub(super) struct Reopener {
    pub(super) parts: SessionParts,
    pub(super) config: Arc<Mutex<SessionConfig>>,
}

impl Reopen for Reopener {
    fn reopen(self: Arc<Self>, peer: Peer) -> BoxFuture<'static, Result<Vec<String>>> {
        Box::pin(async move { self.run(peer).await })
    }
}

impl Reopener {
    async fn run(&self, peer: Peer) -> Result<Vec<String>> {
        let SessionParts { peer: session, inbox, dispatch } = &self.parts;
        // Calls of the program wait until everything is as it was.
        let direct = SessionPeer::new(session.id().clone(), peer.clone());
        let (opening, mut lost) = self.load(&direct).await?;
        let (mut waiting, mut history) = (HashSet::new(), Vec::new());
        if opening == Opening::Resume {
            waiting = pending::waiting(&direct).await?;
            history = history::fetch(&direct).await?.into_iter().map(Arc::new).collect();
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
        // After the events: a call that waited for this has its own behind them.
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

impl Reopener {
    /// Has the CLI load a session that it unloaded because nobody used it for long.
    pub(super) async fn load_again(&self) -> Result<()> {
        for lost in self.load(&self.parts.peer).await?.1 {
            let session_id = self.parts.peer.id();
            tracing::warn!(%session_id, lost, "the cli unloaded the session, and with it this");
        }
        Ok(())
    }

    /// Opens the session as it is now; what could not be brought back.
    async fn load(&self, peer: &SessionPeer) -> Result<(Opening, Vec<String>)> {
        let config = self.config.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut lost = Vec::new();
        // A session without a turn leaves nothing on the disk (quirk 72).
        let had_turn = self.parts.inbox.had_turn();
        let mut opening = if had_turn { Opening::Resume } else { Opening::Create };
        if !open(peer, &config, opening).await? {
            opening = Opening::Create;
            open(peer, &config, opening).await?;
            lost.push("the conversation so far: the cli ended before it was written".to_owned());
        }
        configure(peer, &config).await?;
        lost.extend(replay(peer, &config.live).await);
        Ok((opening, lost))
    }
}

/// Opens the session; `false` when there is none to resume.
async fn open(peer: &SessionPeer, config: &SessionConfig, opening: Opening) -> Result<bool> {
    let mut config = config.clone();
    config.resuming.continue_pending_work = opening == Opening::Resume;
    let params = config.params(Some(peer.id()), opening)?;
    let Err(error) = peer.call::<Opened>(opening.method(), params).await else { return Ok(true) };
    if opening == Opening::Create {
        return Err(error);
    }
    // By what the CLI keeps, not by the words of its refusal (quirk 49).
    let kept = peer.ask::<Value>("session.getMetadata").await?;
    if kept.get("session").is_none_or(Value::is_null) { Ok(false) } else { Err(error) }
}

/// Makes the changes again that were made since the session was opened; names what failed.
async fn replay(peer: &SessionPeer, live: &LiveChanges) -> Vec<String> {
    let mut lost = Vec::new();
    for change in live.iter() {
        if let Err(error) = peer.call::<IgnoredAny>(change.method, &change.params).await {
            lost.push(format!("{}: {error}", change.what));
        }
    }
    lost
}

/// Whether nothing here is answering a question, nor has answered it. One that cannot be read is
/// refused again.
fn is_unknown(question: &Event, unknown: &HashSet<RequestId>) -> bool {
    pending::request_id(question).is_none_or(|id| unknown.contains(id))
}
