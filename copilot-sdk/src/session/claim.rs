//! A session that is being opened: asked for, and given back when that comes to nothing.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::to_raw_value;
use tokio::sync::oneshot;

use super::inbox::SessionInbox;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::event::UiCapabilities;
use crate::ids::SessionId;
use crate::nullable::null_as_default;
use crate::router::Inbox as _;
use crate::rpc::Closed;

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
        Self { connection: Arc::clone(connection), inbox: None, answer: None, opened: None, keep: false }
    }

    /// The session receives here from now on.
    pub(super) fn receives(&mut self, inbox: &Arc<SessionInbox>) {
        self.inbox = Some(Arc::clone(inbox));
    }

    /// Asks the CLI for the session. The answer finds somebody also when this future is dropped: what was asked for can
    /// be given back only once it is there.
    pub(super) async fn ask(&mut self, method: &'static str, params: &impl Serialize) -> Result<Opened> {
        let params = to_raw_value(params).map_err(|error| {
            Error::new(ErrorKind::Config, "the options cannot be written as JSON").with_source(error)
        })?;
        let (tell, answer) = oneshot::channel();
        let (connection, id) = (Arc::clone(&self.connection), self.id());
        tokio::spawn(async move {
            if let Err(unheard) = tell.send(connection.peer.call::<Opened>(method, params).await) {
                give_back(&connection, id.as_ref(), unheard.ok().map(|opened| opened.session_id));
            }
        });
        let answer = self.answer.insert(answer).await;
        self.answer = None;
        let opened = answer.unwrap_or_else(|_| Err(Error::new(ErrorKind::Closed, "the runtime is shutting down")));
        self.opened = opened.as_ref().ok().map(|opened| opened.session_id.clone());
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
            self.connection.router.remove(&inbox.id);
            inbox.closed(&Closed::orderly("it was not opened"));
        }
        if let Some(answer) = &mut self.answer {
            answer.close();
            match answer.try_recv() {
                Ok(answer) => self.opened = answer.ok().map(|opened| opened.session_id),
                // Whoever waits for it gives the session back.
                Err(_) => return,
            }
        }
        give_back(&self.connection, self.id().as_ref(), self.opened.take());
    }
}

/// Lets go of what the CLI opened; the id that was asked for is free at once where that is another one, or nothing.
fn give_back(connection: &Connection, id: Option<&SessionId>, opened: Option<SessionId>) {
    if let Some(id) = id.filter(|id| opened.as_ref() != Some(id)) {
        connection.router.left(id);
    }
    if let Some(opened) = opened {
        connection.detach(&opened);
    }
}
