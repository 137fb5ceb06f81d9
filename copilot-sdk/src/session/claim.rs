//! A session that is being opened: asked for, and given back when that comes to nothing.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;
use tokio::sync::oneshot;

use super::inbox::SessionInbox;
use crate::closed::Closed;
use crate::connection::{Connection, detach};
use crate::error::{Error, ErrorKind, Result};
use crate::event::UiCapabilities;
use crate::ids::SessionId;
use crate::jsonrpc::Peer;
use crate::nullable::null_as_default;
use crate::router::{Inbox as _, Router};

const NOT_OPENED: &str = "it was not opened";

/// A session that is being opened; given back when that fails or is dropped.
pub(super) struct Claim {
    connection: Arc<Connection>,
    /// Where it receives; a session in the cloud has no id, and so no inbox, before it is there.
    inbox: Option<Arc<SessionInbox>>,
    /// The answer to the call that opens it, while that is awaited.
    answer: Option<oneshot::Receiver<Result<Opened>>>,
    /// What the CLI has opened.
    opened: Option<SessionId>,
    keep: bool,
}

/// The answer to `session.create` and `session.resume`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Opened {
    pub(super) session_id: SessionId,
    #[serde(default)]
    pub(super) workspace_path: Option<Box<Path>>,
    #[serde(default, deserialize_with = "null_as_default")]
    pub(super) capabilities: Capabilities,
}

#[derive(Default, Deserialize)]
pub(super) struct Capabilities {
    #[serde(default)]
    pub(super) ui: Option<UiCapabilities>,
}

impl Claim {
    pub(super) fn new(connection: &Arc<Connection>) -> Self {
        Self {
            connection: Arc::clone(connection),
            inbox: None,
            answer: None,
            opened: None,
            keep: false,
        }
    }

    /// The session receives here from now on.
    pub(super) fn receives(&mut self, inbox: &Arc<SessionInbox>) {
        self.inbox = Some(Arc::clone(inbox));
    }

    /// Asks the CLI for the session. The answer finds somebody also when this future is dropped:
    /// what was asked for can be given back only once it is there.
    pub(super) async fn ask(
        &mut self,
        method: &'static str,
        params: &impl Serialize,
    ) -> Result<Opened> {
        let params = to_raw_value(params).map_err(|error| {
            Error::new(ErrorKind::Config, "the options cannot be written as JSON")
                .with_source(error)
        })?;
        let (tell, answer) = oneshot::channel();
        // Not the connection itself: it would live as long as the CLI does not answer.
        let (peer, router, id) =
            (self.connection.peer.clone(), Arc::clone(&self.connection.router), self.id());
        tokio::spawn(async move {
            if let Err(unheard) = tell.send(peer.call::<Opened>(method, params).await) {
                give_back(&peer, &router, id.as_ref(), has_opened(&unheard, id.as_ref()));
            }
        });
        let answer = self.answer.insert(answer).await;
        self.answer = None;
        let opened = answer
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Closed, "the runtime is shutting down")));
        self.opened = has_opened(&opened, self.id().as_ref());
        opened
    }

    /// The session is open.
    pub(super) fn keep(mut self) {
        self.keep = true;
    }

    fn id(&self) -> Option<SessionId> {
        self.inbox.as_ref().map(|inbox| inbox.id.clone())
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if self.keep {
            return;
        }
        if let Some(inbox) = &self.inbox {
            self.connection.router.leave(&inbox.id);
            self.connection.router.remove(&inbox.id, inbox);
            inbox.closed(&Closed::orderly(NOT_OPENED));
        }
        if let Some(answer) = &mut self.answer {
            answer.close();
            match answer.try_recv() {
                Ok(answer) => self.opened = has_opened(&answer, self.id().as_ref()),
                // Whoever waits for it gives the session back.
                Err(_) => return,
            }
        }
        let Connection { peer, router, .. } = &*self.connection;
        give_back(peer, router, self.id().as_ref(), self.opened.take());
    }
}

/// What the CLI has opened, as far as its answer tells: one that cannot be read is no refusal.
fn has_opened(answer: &Result<Opened>, id: Option<&SessionId>) -> Option<SessionId> {
    match answer {
        Ok(opened) => Some(opened.session_id.clone()),
        Err(error) => id.filter(|_| error.kind() == ErrorKind::Protocol).cloned(),
    }
}

/// Lets go of what the CLI opened; the id that was asked for is free at once where that is another
/// one, or nothing.
fn give_back(peer: &Peer, router: &Arc<Router>, id: Option<&SessionId>, opened: Option<SessionId>) {
    if let Some(id) = id.filter(|id| opened.as_ref() != Some(id)) {
        router.left(id);
    }
    // Where the server confused it with another one that is open, that one stays.
    if let Some(opened) = opened.filter(|opened| !router.is_open(opened)) {
        detach(peer, router, &opened, NOT_OPENED);
    }
}
